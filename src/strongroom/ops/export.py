"""Exports: the current values of many secrets, encrypted or, said so and why, in the clear.

Each address is read with the verb EXPORT, decided and recorded for itself. Unless what may not
leave is left out on purpose, one refusal ends the export, and nothing was written.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from strongroom.errors import DeniedError, InvalidError, NotFoundError
from strongroom.gate import reading
from strongroom.gate.operation import Delivered, Failed, ReadRequest, Refused
from strongroom.gate.search import Hit
from strongroom.generate.kinds import Kind
from strongroom.model.address import Address
from strongroom.model.principal import Verb
from strongroom.ops import secret
from strongroom.ops.local import Local
from strongroom.ops.search import SearchRequest, search
from strongroom.ops.standards import standards, subject
from strongroom.secret.exporting.formats import Record
from strongroom.secret.value import Value

GROUP: Final = 64
SHOWN_MAX: Final = 5
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Left:
    """A secret that does not leave, and why."""

    address: Address
    code: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What is exported, and what is not: without a value, or left out on purpose."""

    records: tuple[Record, ...]
    empty: tuple[Address, ...]
    left: tuple[Left, ...]


def take(
    room: Local,
    places: Sequence[str],
    *,
    reason: str = "",
    leave_out: bool = False,
    progress: Progress = lambda *_: None,
) -> Taken:
    """The current values below `places`: addresses, environments, or environment/folder.

    With `leave_out`, secrets that may not leave are left out instead of ending the export.

    Raises:
        InvalidError: `environment-unknown`, `folder-invalid`.
        NotFoundError: `export-empty`, nothing stands there that the caller may see.
        DeniedError: `export-never` (P-2.5), `export-refused`.
        GateError: as `Gate.read`.
    """
    hits = _hits(room, places, reason)
    never = [Left(hit.address, "export-never") for hit in hits if _never(room, hit.type)]
    if never and not leave_out:
        raise DeniedError(
            "export-never",
            f"encryption keys never leave (P-2.5): {_listed(left.address for left in never)}",
            fix="name other places, or say --leave-out",
        )
    kept = {left.address for left in never}
    wanted = [hit for hit in hits if hit.address not in kept and hit.current is not None]
    empty = tuple(hit.address for hit in hits if hit.current is None)
    records: list[Record] = []
    refused: list[Left] = []
    for start in range(0, len(wanted), GROUP):
        progress("reading", start, len(wanted))
        group = wanted[start : start + GROUP]
        for hit, answer in zip(group, _read(room, group, reason), strict=True):
            if isinstance(answer, Delivered):
                value = Value.decode(answer.value)
                records.append(Record(hit.address, value, hit.type, hit.owner, hit.description))
            else:
                code = answer.code if isinstance(answer, Refused) else answer.error.code
                refused.append(Left(hit.address, code))
        if refused and not leave_out:
            raise DeniedError(
                "export-refused",
                f"not to be exported: {_listed(one.address for one in refused)}"
                f" ({refused[0].code.replace('-', ' ')})",
                fix="the verb `export` is granted for them; or say --leave-out",
            )
    progress("reading", len(wanted), len(wanted))
    return Taken(tuple(records), empty, (*never, *refused))


def _hits(room: Local, places: Sequence[str], reason: str) -> list[Hit]:
    wanted = [secret.folder(room, place) for place in places]
    if not wanted:
        raise InvalidError("export-empty", "nothing says what is to be exported")
    environments = tuple(dict.fromkeys(environment for environment, _ in wanted))
    found = search(room, SearchRequest(environments=environments, reason=reason))
    if found.refused:
        raise DeniedError("export-refused", f"you see nothing in {', '.join(found.refused)}")
    hits = {
        hit.address: hit
        for hit in found.hits
        if any(inside(hit.address, place, folder) for place, folder in wanted)
    }
    for (place, folder), text in zip(wanted, places, strict=True):
        if not any(inside(address, place, folder) for address in hits):
            raise NotFoundError("export-empty", f"there is nothing to export at {text}")
    return [hits[address] for address in sorted(hits)]


def inside(address: Address, environment: str, folder: str) -> bool:
    """Whether it is in the folder, or the folder itself; empty is the whole environment."""
    if address.environment != environment:
        return False
    return not folder or address.path == folder or address.path.startswith(f"{folder}/")


def _never(room: Local, type_id: str) -> bool:
    """Whether the policy has secrets of this type stay where they are (P-2.5)."""
    try:
        return subject(type_id, standards(room.policy)).kind is Kind.DATA_KEY
    except InvalidError:
        return False  # a type of an earlier policy, whose words name nothing


def _read(room: Local, hits: Sequence[Hit], reason: str) -> list[Delivered | Refused | Failed]:
    requests = [ReadRequest(hit.address, None, Verb.EXPORT) for hit in hits]
    return reading.read(room.gate, room.caller, requests, reason)


def _listed(addresses: Iterable[Address]) -> str:
    texts = [str(address) for address in addresses]
    more = f" and {len(texts) - SHOWN_MAX:,} more" if len(texts) > SHOWN_MAX else ""
    return f"{', '.join(texts[:SHOWN_MAX])}{more}"
