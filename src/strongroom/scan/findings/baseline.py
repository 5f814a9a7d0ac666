"""A baseline: the leaks that somebody has looked at and accepts, for a reason and for a time.

One line each, sorted, so that two branches merge (docs/spec/scan-fingerprints.md)::

    4d1c…  github-token  reason="revoked, in a test" owner=ada expires=2027-01-31
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from strongroom.errors import ConfigError
from strongroom.scan.findings.collect import Gathered

FILE: Final = ".strongroom-baseline"
HEAD: Final = (
    "# Leaked secrets that somebody has looked at: fingerprint, rule, reason, owner, expiry.\n"
    "# `strongroom scan --write-baseline` adds to it; a line that is no longer needed may go.\n"
)
OCTETS_MAX: Final = 16 * 1024 * 1024
TEXT_CHARS_MAX: Final = 300
_LINE: Final = re.compile(r"([0-9a-f]{32})\s+(\S+)(\s.*)?")
_FIELD: Final = re.compile(
    r'\s+(reason|owner|expires)=(?:"((?:[^"\\]|\\["\\])*)"|([^\s"]+))', re.ASCII
)
_ESCAPE: Final = re.compile(r'\\(["\\])')
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CONFLICT: Final = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


class Entry(NamedTuple):
    """One accepted leak. `rule` is for people; `line` is where it stands, 0 for a new one."""

    fingerprint: str
    rule: str
    reason: str
    owner: str = ""
    expires: date | None = None
    line: int = 0


class Judged(NamedTuple):
    """What a baseline says of leaks: those that stand, those that it accepts, and its own state.

    `expired` were of use, were they not too old; `unused` fit nothing that was found.
    """

    open: tuple[Gathered, ...]
    accepted: tuple[tuple[Gathered, Entry], ...]
    expired: tuple[Entry, ...] = ()
    unused: tuple[Entry, ...] = ()


def parse(text: str, name: str = FILE) -> tuple[Entry, ...]:
    """The entries in their order; blank lines and those that begin with `#` say nothing.

    Raises:
        ConfigError: `scan-baseline-invalid`, with the line.
    """
    return tuple(
        _entry(line, name, number)
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    )


def render(entries: Iterable[Entry]) -> str:
    """The file's text: sorted by fingerprint, each once."""
    lines = {_line(entry) for entry in entries}
    return HEAD + "".join(f"{line}\n" for line in sorted(lines))


def judge(found: Sequence[Gathered], entries: Iterable[Entry], today: date) -> Judged:
    """Which leaks stand. An entry counts until the end of the day on which it expires.

    A leak is known by its fingerprint under any rule that finds it, so that a better rule does
    not bring it back. Of two entries for one the one that expires first counts.
    """
    known: dict[str, Entry] = {}
    for entry in entries:
        there = known.get(entry.fingerprint)
        if there is None or _last(entry) < _last(there):
            known[entry.fingerprint] = entry
    still, accepted = [], []
    expired: dict[str, Entry] = {}
    used: set[str] = set()
    for one in found:
        fitting = [known[f] for f in one.fingerprints if f in known]
        used |= {entry.fingerprint for entry in fitting}
        live = [entry for entry in fitting if _last(entry) >= today]
        if live:
            accepted.append((one, live[0]))
            continue
        still.append(one)
        expired |= {entry.fingerprint: entry for entry in fitting}
    unused = tuple(entry for entry in known.values() if entry.fingerprint not in used)
    return Judged(tuple(still), tuple(accepted), tuple(expired.values()), unused)


def extended(
    old: Iterable[Entry], found: Iterable[Gathered], terms: Mapping[str, Entry] | Entry
) -> tuple[Entry, ...]:
    """`old` and an entry for each leak: with the reason, owner and expiry of `terms`.

    `terms` is one for all, or one by each leak's own fingerprint; a leak without is left out.
    """
    new = []
    for one in found:
        leak = one.leak
        said = terms if isinstance(terms, Entry) else terms.get(leak.fingerprint)
        if said is not None:
            new.append(Entry(leak.fingerprint, leak.rule, said.reason, said.owner, said.expires))
    fresh = {entry.fingerprint for entry in new}
    return (*(entry for entry in old if entry.fingerprint not in fresh), *new)


def says_why(reason: str) -> bool:
    """Whether a reason says anything once it is written down."""
    return bool(_plain(reason).strip())


def _last(entry: Entry) -> date:
    return entry.expires or date.max


def _entry(line: str, name: str, number: int) -> Entry:
    if line.startswith(_CONFLICT):
        raise _invalid(
            name, number, "a merge was not finished here", "keep the lines of both sides"
        )
    match = _LINE.fullmatch(line.strip())
    if match is None:
        raise _invalid(name, number, "it does not begin with a fingerprint and a rule")
    fields: dict[str, str] = {}
    rest, at = (match[3] or "").rstrip(), 0
    while at < len(rest):
        field = _FIELD.match(rest, at)
        if field is None or field[1] in fields:
            raise _invalid(name, number, 'after the rule stand reason="…", owner=… and expires=…')
        said = _ESCAPE.sub(r"\1", field[2]) if field[2] is not None else field[3]
        fields[field[1]] = said
        at = field.end()
    if not fields.get("reason", "").strip():
        raise _invalid(name, number, "it gives no reason")
    return Entry(
        match[1],
        match[2],
        fields["reason"],
        fields.get("owner", ""),
        _day(fields["expires"], name, number) if "expires" in fields else None,
        number,
    )


def _day(text: str, name: str, number: int) -> date:
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise _invalid(name, number, "it expires on no day", "write expires=YYYY-MM-DD")


def _line(entry: Entry) -> str:
    fields = [f"reason={_quoted(entry.reason)}"]
    if entry.owner:
        fields.append(f"owner={_owner(entry.owner)}")
    if entry.expires:
        fields.append(f"expires={entry.expires.isoformat()}")
    return f"{entry.fingerprint}  {entry.rule}  {' '.join(fields)}"


def _owner(text: str) -> str:
    return text if re.fullmatch(r'[^\s"\\]+', text) else _quoted(text)


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)[:TEXT_CHARS_MAX]


def _quoted(text: str) -> str:
    escaped = _plain(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _invalid(name: str, number: int, what: str, fix: str | None = None) -> ConfigError:
    return ConfigError(
        "scan-baseline-invalid",
        f"{name}:{number}: {what}",
        fix=fix or 'a line is: fingerprint rule reason="…" owner=… expires=YYYY-MM-DD',
    )
