"""The room's own values for the scanner: as keyed fingerprints, in this process or in a file."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from strongroom.db.tables import work
from strongroom.db.tables.secrets import VersionRow, secret_at, versions_of
from strongroom.errors import InvalidError
from strongroom.gate import reading
from strongroom.gate.changes.secret import Origin
from strongroom.gate.desk import Desk
from strongroom.gate.operation import Delivered, Failed, ReadRequest, Refused
from strongroom.model.address import Address
from strongroom.model.principal import Verb
from strongroom.ops import secret
from strongroom.ops.export import Left, Progress, inside
from strongroom.ops.local import Local
from strongroom.ops.search import SearchRequest, search
from strongroom.scan.own.interface import OwnValue
from strongroom.scan.own.prints import Print, PrintSet
from strongroom.secret.prints import exported
from strongroom.secret.value import Value

GROUP: Final = 64
DAYS_DEFAULT: Final = 90
DAYS_MAX: Final = 366
_OVER: Final = frozenset({"retired", "destroyed"})


@dataclass(frozen=True, slots=True)
class ExportedPrints:
    """A set for a scanner elsewhere, how many versions are in it, and what is not and why."""

    found: PrintSet
    versions: int
    weak: int  # versions without a generated field of 128 bits
    left: tuple[Left, ...]


def of_room(room: Local) -> PrintSet:
    """The fingerprints of every version that the caller may know of; it stays in this process.

    Values of 80 bits or more have one. The look is recorded, as a search is.

    Raises:
        DeniedError, TamperedError, GateError: as `search`.
    """
    addresses = _addresses(room, ())

    def prints(desk: Desk) -> tuple[Print, ...]:
        return tuple(
            Print(
                _own(address, version, row.field),
                row.chars,
                frozenset(row.classes.split()),
                row.match,
            )
            for address, version in _versions(desk, addresses)
            for row in work.fingerprints_of(desk.db, version.secret_id, version.n)
            if row.match is not None
        )

    return PrintSet("room", room.keys.fingerprint_match, room.gate.consult(prints))


def export(
    room: Local,
    places: Sequence[str],
    *,
    days: int = DAYS_DEFAULT,
    reason: str = "",
    progress: Progress = lambda *_: None,
) -> ExportedPrints:
    """A set of the generated values below `places` (all environments without any).

    Each version is opened with the verb EXPORT, decided and recorded for itself; what may not
    be opened is left out and named.

    Raises:
        InvalidError: `fingerprints-days`, `fingerprints-empty`, `environment-unknown`,
            `folder-invalid`. DeniedError, GateError: as `search`.
    """
    if not 1 <= days <= DAYS_MAX:
        raise InvalidError("fingerprints-days", f"a set is of use for 1 to {DAYS_MAX} days")
    set_id = secrets.token_hex(8)
    key = room.keys.fingerprint_export(set_id)
    addresses = _addresses(room, places)
    wanted = room.gate.consult(
        lambda desk: [pair for pair in _versions(desk, addresses) if pair[1].state != "destroyed"]
    )
    generated = [pair for pair in wanted if Origin(pair[1].origin) is Origin.GENERATED]
    prints: list[Print] = []
    left: list[Left] = []
    weak = len(wanted) - len(generated)
    for start in range(0, len(generated), GROUP):
        progress("reading", start, len(generated))
        group = generated[start : start + GROUP]
        for (address, version), answer in zip(group, _read(room, group, reason), strict=True):
            if not isinstance(answer, Delivered):
                code = answer.code if isinstance(answer, Refused) else answer.error.code
                left.append(Left(address, code))
                continue
            found = tuple(_prints(key, address, version, Value.decode(answer.value)))
            weak += not found
            prints += found
    progress("reading", len(generated), len(generated))
    if not prints:
        raise InvalidError(
            "fingerprints-empty",
            "nothing there is a generated value of 128 bits or more that may leave",
            fix="scan with the room itself: strongroom scan --own",
        )
    today = datetime.fromtimestamp(room.now_us() / 1e6, UTC).date()
    made = PrintSet(set_id, key, tuple(prints), today, today + timedelta(days=days))
    return ExportedPrints(made, len(generated) - len(left), weak, tuple(left))


def _addresses(room: Local, places: Sequence[str]) -> list[Address]:
    wanted = [secret.folder(room, place) for place in places]
    environments = tuple(dict.fromkeys(environment for environment, _ in wanted))
    hits = search(room, SearchRequest(environments=environments, deleted=True)).hits
    return sorted(
        hit.address
        for hit in hits
        if not wanted or any(inside(hit.address, place, folder) for place, folder in wanted)
    )


def _versions(desk: Desk, addresses: Sequence[Address]) -> Iterator[tuple[Address, VersionRow]]:
    for address in addresses:
        row = secret_at(desk.db, address.environment, address.path)
        if row is not None:
            yield from ((address, version) for version in versions_of(desk.db, row.id))


def _own(address: Address, version: VersionRow, field: str) -> OwnValue:
    name = f"{address}@v{version.n}"
    return OwnValue(name if field == "value" else f"{name}#{field}", version.state in _OVER)


def _prints(key: bytes, address: Address, version: VersionRow, value: Value) -> Iterator[Print]:
    for one in exported(key, value, Origin(version.origin)):
        assert one.match is not None
        own = _own(address, version, one.field)
        yield Print(own, one.chars, frozenset(one.classes.split()), one.match)


def _read(
    room: Local, group: Sequence[tuple[Address, VersionRow]], reason: str
) -> list[Delivered | Refused | Failed]:
    requests = [ReadRequest(address, version.n, Verb.EXPORT) for address, version in group]
    return reading.read(room.gate, room.caller, requests, reason)
