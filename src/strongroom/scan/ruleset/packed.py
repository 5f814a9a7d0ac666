"""The shipped rules as one file that is quick to read: the text of hundreds takes 40 times longer.

`scripts/build_rules.py` writes it from scan/rules/*.toml. Only what differs from the default of
a field is in it; the digest is over the rules, so it also names the compiled database.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, overload

from strongroom.model.severity import Severity
from strongroom.scan.model import Confidence
from strongroom.scan.ruleset.model import Rule, RuleSet

# None for what each rule must say itself.
_DEFAULTS: Final = {name: Rule._field_defaults.get(name) for name in Rule._fields}


def digest(rules: Iterable[Rule]) -> str:
    """64 hex characters that are others when anything in a rule is."""
    from hashlib import sha256  # noqa: PLC0415 - the digest of what is shipped stands in its file

    text = json.dumps([_table(rule) for rule in rules], separators=(",", ":"), sort_keys=True)
    return sha256(text.encode()).hexdigest()


def pack(rules: Iterable[Rule]) -> str:
    """The file: a line with the digest, then one line for each rule, so that changes are read."""
    kept = tuple(rules)
    lines = [json.dumps(_table(rule), ensure_ascii=False) for rule in kept]
    return "\n".join([json.dumps(digest(kept)), *lines]) + "\n"


def unpack(data: bytes) -> RuleSet:
    """The rules of a packed file. It is ours, so its digest is believed."""
    head, *lines = data.splitlines()
    return RuleSet(Lines(lines), json.loads(head))


class Lines(Sequence[Rule]):
    """Rules that are read from their lines when somebody asks for them.

    Of hundreds a scan of one file asks for the few that may have a hit, and starts at once.
    """

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines = lines
        self._rules: list[Rule | None] = [None] * len(lines)

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> Rule: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Rule, ...]: ...
    def __getitem__(self, index: int | slice) -> Rule | tuple[Rule, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        found = self._rules[index]
        if found is None:
            found = self._rules[index] = _rule(json.loads(self._lines[index]))
        return found

    def named(self, ident: str) -> Rule | None:
        """The rule of that id, without reading the others: the id comes first in a line."""
        head = f'{{"id": {json.dumps(ident)}'.encode()
        return next((self[i] for i, line in enumerate(self._lines) if line.startswith(head)), None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self._lines))


def _table(rule: Rule) -> dict[str, Any]:
    values = {name: getattr(rule, name) for name in _DEFAULTS}
    return {name: value for name, value in values.items() if value != _DEFAULTS[name]}


def _rule(table: dict[str, Any]) -> Rule:
    for name, value in table.items():
        if type(value) is list:
            table[name] = tuple(value)
    if "severity" in table:
        table["severity"] = Severity(table["severity"])
    if "confidence" in table:
        table["confidence"] = Confidence(table["confidence"])
    return Rule(**table)
