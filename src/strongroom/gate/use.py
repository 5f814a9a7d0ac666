"""Who uses which version of a secret: what processes said, what was read, what is registered."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from strongroom.db.tables import acknowledgements, consumers, references, survey
from strongroom.db.tables.acknowledgements import ACKNOWLEDGEMENT, AcknowledgementRow, Process
from strongroom.db.tables.consumers import ConsumerRow
from strongroom.db.tables.references import REFERENCE, ReferenceRow
from strongroom.db.tables.secrets import SECRET
from strongroom.errors import NotFoundError
from strongroom.gate.changes.acknowledge import LEASE_US
from strongroom.gate.desk import Desk
from strongroom.gate.look import View
from strongroom.model.address import Address


class Said(NamedTuple):
    """What a process says; `principal` is the name of who it runs as."""

    row: AcknowledgementRow
    principal: str


class Used(NamedTuple):
    """`read_us` is when who read which version last: by the principal's name and the number.

    `runs_as` are the names of the principals that each application's registration names.
    """

    current: int | None
    consumers: tuple[ConsumerRow, ...]
    said: tuple[Said, ...]
    read_us: dict[tuple[str, int], int]
    now_us: int
    runs_as: dict[str, tuple[str, ...]]
    references: tuple[ReferenceRow, ...] = ()


@dataclass(frozen=True)
class ListUse(View):
    """The applications that use a secret, and which version of it."""

    address: Address

    @property
    def environment(self) -> str:
        """Where."""
        return self.address.environment

    @property
    def path(self) -> str:
        """What."""
        return self.address.path

    def look(self, desk: Desk) -> Used:
        """All of it, over or not.

        Raises:
            NotFoundError: `secret-unknown`. TamperedError: a row was changed.
        """
        held = desk.snapshot.secret(desk.db, self.address.environment, self.address.path)
        if held is None:
            raise NotFoundError("secret-unknown", "there is no secret at that address")
        id_ = held.row.id
        rows = acknowledgements.of_secret(desk.db, id_)
        said = [Said(_checked(desk, row), _name(desk, row.principal_id)) for row in rows]
        read: dict[tuple[str, int], int] = {}
        for key, at_us in survey.readers(desk.db, id_).items():
            _, n, principal = key.split("/")
            read[_name(desk, bytes.fromhex(principal)), int(n)] = at_us
        registered = tuple(consumers.of_secret(desk.db, id_))
        runs_as = {
            row.name: tuple(sorted(_name(desk, bytes.fromhex(one)) for one in row.runs_as.split()))
            for row in registered
        }
        return Used(
            held.current.n, registered, tuple(said), read, desk.db.clock_us(), runs_as,
            tuple(
                desk.snapshot.seal.check(REFERENCE, row)
                for row in references.of_secret(desk.db, id_)
            ),
        )  # fmt: skip


class News(NamedTuple):
    """What must be said anew: a version, or that none is used (None)."""

    address: Address
    n: int | None


def news(
    desk: Desk, who: Process, environment: str, used: Iterable[tuple[Address, int]]
) -> list[News]:
    """What a process has to say of secrets in an environment, so that no more than that is known.

    What was said already and holds for another half of the lease is not said again.
    """
    now_us = desk.db.clock_us()
    live = {row.secret_id: row for row in acknowledgements.live_of_process(desk.db, who, now_us)}
    found: list[News] = []
    for address, n in used:
        held = desk.snapshot.secret(desk.db, address.environment, address.path)
        said = live.pop(held.row.id, None) if held is not None else None
        if said is None or said.n != n or said.until_us - now_us <= LEASE_US // 2:
            found.append(News(address, n))
    for secret_id in live:
        row = SECRET.get(desk.db, secret_id)
        if row is not None and row.environment == environment and row.state == "active":
            found.append(News(Address(environment, row.path), None))
    return found


def _checked(desk: Desk, row: AcknowledgementRow) -> AcknowledgementRow:
    return desk.snapshot.seal.check(ACKNOWLEDGEMENT, row)


def _name(desk: Desk, principal_id: bytes) -> str:
    person = desk.snapshot.person(desk.db, principal_id)
    return principal_id.hex()[:8] if person is None else person.principal.name
