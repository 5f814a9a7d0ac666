"""Values for an application: what it may read below its folder, with what must be known of them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from strongroom.errors import StrongroomError
from strongroom.gate import folder, reading
from strongroom.gate.folder import Ground, Reach
from strongroom.gate.operation import Delivered, Failed, ReadRequest, Refused
from strongroom.model.address import Address
from strongroom.model.floor import Floor
from strongroom.model.principal import Verb
from strongroom.ops import parts
from strongroom.ops.floors import floors
from strongroom.ops.local import Local, refusal
from strongroom.secret.template import Data
from strongroom.secret.terms import due_us
from strongroom.secret.value import Value

Version = tuple[bytes, int]  # the id of a secret, and a number
GROUP: Final = 128  # secrets read at once: all must be handed over before the first is too old


class Item(NamedTuple):
    """A version that was delivered, as it is kept: composites are put together when asked for."""

    address: Address
    secret_id: bytes
    version: int
    type: str
    value: Value
    expires_us: int
    due_us: int
    floors: tuple[Floor, ...]

    @property
    def key(self) -> Version:
        """Which version it is, wherever its secret is moved to."""
        return self.secret_id, self.version


def news(
    room: Local, environment: str, below: str, others: Iterable[Address], head: int
) -> tuple[int, bool]:
    """The last change by now, and whether one after `head` may touch what an application is given.

    That is what stands below its folder and at `others`, and who may read it.
    """
    ground = Ground(room.caller, environment, below, frozenset(others))
    return room.gate.consult(lambda desk: folder.news(desk, ground, head))


def paths(room: Local, environment: str, below: str) -> list[str]:
    """Paths of all secrets in a folder, which no one is shown before he may read them.

    Raises:
        LimitError: `folder-too-large`.
    """
    return room.gate.consult(lambda desk: folder.paths(desk, environment, below))


def reach(room: Local, environment: str, found: list[str]) -> Reach:
    """Which of them the caller may read, as it stands now; the reads are decided again."""
    return room.gate.consult(lambda desk: folder.reach(desk, room.caller, environment, found))


def current(room: Local, address: Address) -> Version | None:
    """The current version there, or None; nothing of it is read."""
    return room.gate.consult(lambda desk: folder.current(desk, address))


def in_grace(room: Local, address: Address) -> list[int]:
    """Versions that are still accepted, the current one first; none where there is no value."""
    return room.gate.consult(lambda desk: folder.in_grace(desk, address))


def deliver(room: Local, wanted: Sequence[ReadRequest]) -> Iterator[Item | StrongroomError]:
    """A value for each request, or why there is none, in their order; each is recorded.

    Raises:
        GateError: nothing can be recorded.
    """
    for first in range(0, len(wanted), GROUP):
        group = wanted[first : first + GROUP]
        for request, answer in zip(group, reading.read(room.gate, room.caller, group), strict=True):
            match answer:
                case Delivered():
                    yield _item(room, answer)
                case Refused():
                    yield _of(request.address, refusal(answer))
                case Failed(error=error):
                    yield _of(request.address, error)


def whole(room: Local, item: Item, name: str) -> tuple[Data, dict[Address, int]]:
    """The field `name`, composites put together, and which versions of which secrets are in it.

    Parts that stand in other secrets are read for the same caller, and recorded.

    Raises:
        DeniedError, NotFoundError, InvalidError: as `parts.read`.
    """
    value, within = item.value, {item.address: item.version}
    wanted = value.references(name)
    if wanted:
        others = parts.read(room, item.address.environment, wanted, Verb.READ, reason="")
        value = value.resolved({one: part.data for one, part in others.items()})
        within |= {part.address: part.version for part in others.values()}
    return value.fields[name].data, within


def _item(room: Local, found: Delivered) -> Item:
    planned = room.gate.consult(lambda desk: folder.planned_us(desk, found.secret_id))
    address, type_ = found.address, room.policy.type(found.type)
    return Item(
        address,
        found.secret_id,
        found.version,
        found.type,
        Value.decode(found.value),
        found.expires_us,
        due_us(found.created_us, found.expires_us, type_, planned),
        floors(room.policy, found.type, address.environment),
    )


def _of(address: Address, error: StrongroomError) -> StrongroomError:
    """The error, and which secret it is about."""
    return type(error)(error.code, f"{address}: {error.message}", fix=error.fix)
