"""A rule: how one kind of secret is recognised, as data."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from strongroom.model.severity import Severity
from strongroom.scan.model import Confidence

SECRET_GROUP: Final = "secret"  # noqa: S105 - a name; else group 1, else the whole match


class Rule(NamedTuple):
    """One rule. Patterns are regular expressions over bytes in the syntax of `re`.

    A hit needs, in this order: a match of `pattern` in one line (in up to `lines` lines
    where that is more than 1); one of `anchors` (lower case) in those lines; at least
    `entropy` bits a character in the secret; no match of `reject` in the secret nor of
    `reject_line` in the line; `checksum` and `structure` (names of functions) not failing,
    which then say how sure it is; one of `near` within `within` lines. `generic` rules go
    through the filters for placeholders, words, references and hashes besides. `pair` names
    rules whose hit within `within` lines belongs to this one; with `pair_required` there is
    no hit without. `paths` (globs) and `path_pattern` (found anywhere in the path) say the
    only files it is for; `ruleset.paths.wanted` asks both, and a piece without a path passes.
    """

    id: str
    title: str
    pattern: str
    severity: Severity = Severity.HIGH
    confidence: Confidence = Confidence.HIGH
    anchors: tuple[str, ...] = ()
    entropy: float = 0.0
    checksum: str = ""
    structure: str = ""
    reject: tuple[str, ...] = ()
    reject_line: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    within: int = 5
    pair: tuple[str, ...] = ()
    pair_required: bool = False
    paths: tuple[str, ...] = ()
    path_pattern: str = ""
    lines: int = 1
    generic: bool = False
    report: bool = True  # False: only the other half of a pair
    remedy: str = ""  # where it is revoked


class Allow(NamedTuple):
    """What is no finding although a rule found it; everything that it says must hold at once.

    `rules` are ids (empty: all), `paths` globs, the patterns regular expressions found anywhere
    in the path, the secret or its line; `words` are parts of the secret, lower case; `commits`
    are hex ids or their beginnings. `allow.Allowing` asks them.
    """

    reason: str
    rules: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    path_patterns: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()


class Example(NamedTuple):
    """A line that a rule must find (`finds`) or must not. Tokens in it are made up when run."""

    rule: str
    text: str
    finds: bool


class RuleSet(NamedTuple):
    """Rules in their order, ids unique, and `digest`: 64 hex characters of what they say.

    `allows` are asked once a hit has its path and commit; they are no part of the digest.
    `notes` name what of another scanner's file is not carried over, for people; `lost` are those
    of them that name a rule of it that is left out.
    """

    rules: Sequence[Rule]
    digest: str
    allows: tuple[Allow, ...] = ()
    notes: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
