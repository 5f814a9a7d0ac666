"""What differs between two versions of a secret, or between two secrets: never a value.

The values are read, which needs `read` on both and is recorded on both, and compared in here.
Whoever may read both learns nothing by it that he could not know; nobody else learns anything.
Lengths and fingerprints are not told: they would stay in a terminal for whoever comes next.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from strongroom.errors import InvalidError, NotFoundError
from strongroom.gate import reading
from strongroom.gate.operation import Delivered, Failed, ReadRequest, Refused
from strongroom.gate.views import Shown
from strongroom.model.address import Address
from strongroom.ops import secret
from strongroom.ops.local import Local, delivered
from strongroom.secret.value import Value

# Why a version has no value to compare; its metadata is there all the same.
_CLOSED: Final = {
    "version-destroyed", "version-deleted", "version-compromised", "version-pending",
    "version-retired",
}  # fmt: skip


class How(StrEnum):
    """What became of a field."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = "same"
    UNKNOWN = "unknown"  # one of the two values can't be read any more, or not yet


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field of the value. `secret` as on the newer side, where it is there."""

    field: str
    how: How
    secret: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known about a version, on both sides. Times are µs since 1970 UTC, as text."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Both sides, what is known of them where it differs, and each field."""

    old: str
    new: str
    facts: tuple[Fact, ...]
    fields: tuple[FieldDifference, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One side to compare: `version` None is the current one."""

    address: Address
    version: int | None = None


def diff(room: Local, old: Side, new: Side, reason: str = "") -> Difference:
    """Compare two versions, of one secret or of two.

    Raises:
        DeniedError: the reason's code, if either may not be read.
        NotFoundError: `secret-unknown`, `version-unknown`, `version-none`.
        InvalidError: `version-invalid`, `diff-same`.
    """
    sides = []
    for side in (old, new):
        shown = secret.show(room, side.address)
        n = shown.current if side.version is None else secret.version_number(side.version)
        if n is None:
            raise NotFoundError("version-none", "that secret has no value yet")
        sides.append((side.address, shown, n))
    (a, _, n), (b, _, m) = sides
    if (a, n) == (b, m):
        raise InvalidError(
            "diff-same",
            "both sides are the same version",
            fix="name two with --from and --to, or another address",
        )
    answers = reading.read(room.gate, room.caller, [ReadRequest(a, n), ReadRequest(b, m)], reason)
    values = [_value(answer) for answer in answers]
    known = _facts(*((shown, n) for _, shown, n in sides))
    return Difference(f"{a}@{n}", f"{b}@{m}", tuple(known), tuple(_fields(*values)))


def before(room: Local, address: Address) -> int:
    """The number of the version before the current one.

    Raises:
        NotFoundError: `version-none`, there are not two.
    """
    shown = secret.show(room, address)
    current = shown.current or 0
    earlier = [v.n for v in shown.versions if v.n < current]
    if not earlier:
        raise NotFoundError("version-none", "that secret has no version before the current one")
    return max(earlier)


def _value(answer: Delivered | Refused | Failed) -> Value | None:
    code = answer.code if isinstance(answer, Refused) else ""
    if isinstance(answer, Failed):
        code = answer.error.code
    return None if code in _CLOSED else Value.decode(delivered(answer).value)


def _fields(old: Value | None, new: Value | None) -> Iterator[FieldDifference]:
    before = old.fields if old else {}
    after = new.fields if new else {}
    for name in sorted({*before, *after}):
        a, b = before.get(name), after.get(name)
        if old is None or new is None:
            how = How.UNKNOWN
        elif a is None or b is None:
            how = How.ADDED if a is None else How.REMOVED
        else:
            how = How.SAME if hmac.compare_digest(a.bytes, b.bytes) else How.CHANGED
        field = b or a
        yield FieldDifference(name, how, field is None or field.secret)


def _facts(old: tuple[Shown, int], new: tuple[Shown, int]) -> Iterator[Fact]:
    before, after = _known(*old), _known(*new)
    for name, text in before.items():
        if text != after[name]:
            yield Fact(name, text, after[name])


def _known(shown: Shown, n: int) -> dict[str, str]:
    version = next((v for v in shown.versions if v.n == n), None)
    if version is None:
        raise NotFoundError("version-unknown", f"that secret has no version {n}")
    row, label = shown.secret, shown.label
    return {
        "type": version.type,
        "owner": row.owner,
        "backup": label.backup,
        "client": label.client,
        "tags": " ".join(label.tags),
        "description": row.description,
        "state": version.state + (", compromised" if version.compromised else ""),
        "from": version.origin,
        "written": str(version.created_us),
        "expires": str(version.expires_us),
    }
