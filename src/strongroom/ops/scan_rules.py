"""The scanner's rules: which there are, what each says, and whether their examples hold."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from strongroom.errors import NotFoundError
from strongroom.scan.engine.engine import Engine
from strongroom.scan.engine.matcher import Kind
from strongroom.scan.model import Origin, Piece
from strongroom.scan.ruleset import files, load, packed, peers
from strongroom.scan.ruleset.examples import expand, trouble
from strongroom.scan.ruleset.model import Example, Rule, RuleSet

_HIDDEN: Final = frozenset({"pattern", "reject", "reject_line", "anchors", "near"})


@dataclass(frozen=True, slots=True)
class Failed:
    """An example that is not as its rule says; `number` counts those of the rule, from 1."""

    rule: str
    number: int
    text: str  # with the places for tokens, as it is written down
    why: str


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of the examples. `bare` are rules without one, `notes` what is not carried over.

    `lost` are the notes that name a rule which is left out, and so would find nothing.
    """

    rules: int
    examples: int
    failed: tuple[Failed, ...]
    bare: tuple[str, ...]
    notes: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        """Whether all rules are there, and all examples as their rules say."""
        return not self.failed and not self.lost


def listed(file: Path | None) -> RuleSet:
    """The rules that a scan with `file` would look for.

    Raises:
        ConfigError: `scan-rules-invalid`.
        MachineError: `scan-rules-unreadable`.
        NotFoundError: `scan-rules-not-found`.
    """
    return load.combined(file)


def one(name: str, file: Path | None) -> Rule:
    """The rule of that id.

    Raises:
        NotFoundError: `scan-rule-unknown`; and as `listed`.
    """
    for rule in listed(file).rules:
        if rule.id == name:
            return rule
    raise NotFoundError(
        "scan-rule-unknown",
        "there is no rule of that id",
        fix="`strongroom scan rules list` shows them all",
    )


def document(rule: Rule, *, whole: bool) -> dict[str, Any]:
    """A rule for machines: all of it, or without its patterns."""
    return {key: value for key, value in rule._asdict().items() if whole or key not in _HIDDEN}


def test(file: Path | None) -> Tested:
    """Run the examples of the rules in `file`, or of those that are shipped.

    Raises:
        ConfigError: `scan-rules-invalid`.
        MachineError: `scan-rules-unreadable`.
        NotFoundError: `scan-rules-not-found`.
    """
    if file is None:
        rules, examples = load.sources()
        return _tested(rules, rules, examples)
    said = files.document_of(file)
    if peers.is_foreign(said):
        found = load.combined(file)
        return Tested(
            len(found.rules), 0, (), tuple(rule.id for rule in found.rules), found.notes, found.lost
        )
    pack = load.builtin().rules
    own = files.of_document(said, str(file), [rule.id for rule in pack])
    return _tested(own.rules, (*pack, *own.rules), own.examples)


def _tested(rules: Sequence[Rule], there: Iterable[Rule], examples: Sequence[Example]) -> Tested:
    by_id = {rule.id: rule for rule in there}
    engines: dict[str, Engine] = {}
    failed: list[Failed] = []
    numbers: Counter[str] = Counter()
    for example in examples:
        number = numbers[example.rule]
        numbers[example.rule] += 1
        if example.rule not in engines:
            engines[example.rule] = _engine(by_id[example.rule], by_id)
        why = _wrong(engines[example.rule], example, number)
        if why:
            failed.append(Failed(example.rule, number + 1, example.text, why))
    bare = tuple(rule.id for rule in rules if rule.id not in numbers)
    return Tested(len(rules), len(examples), tuple(failed), bare)


def _engine(rule: Rule, by_id: dict[str, Rule]) -> Engine:
    """For one rule and those that it goes with, so that no other can stand in its way."""
    rules = (rule, *(by_id[name] for name in rule.pair if name in by_id))
    return Engine(RuleSet(rules, packed.digest(rules)), matcher=Kind.PLAIN)


def _wrong(engine: Engine, example: Example, number: int) -> str | None:
    wrong = trouble(example)
    if wrong:
        return wrong
    piece = Piece(expand(example, number).encode(), Origin(""))
    found = any(hit.rule == example.rule for hit in engine.scan(piece))
    if found is example.finds:
        return None
    return "not found" if example.finds else "found, though it is to be ignored"
