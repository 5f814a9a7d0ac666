"""Which applications use a secret. It decides nothing, and is recorded like what does."""

import re
from dataclasses import dataclass
from typing import Final

from strongroom.db.tables import consumers, people
from strongroom.db.tables.consumers import ConsumerRow
from strongroom.db.tables.people import PRINCIPAL
from strongroom.errors import InvalidError, NotFoundError
from strongroom.gate.changes.secret import OnSecret, needed
from strongroom.gate.writer import Applied, Writer
from strongroom.model.address import Address
from strongroom.model.principal import Verb

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
CACHE_US_MAX: Final = 7 * 24 * 3_600 * 1_000_000
RUNS_AS_MAX: Final = 16


@dataclass(frozen=True)
class PutConsumer(OnSecret):
    """Say that an application uses a secret, and for how long it remembers a value.

    `runs_as` names the principals whose word about the versions in use counts for it.
    """

    address: Address
    name: str
    owner: str
    cache_us: int
    runs_as: tuple[str, ...] = ()

    verb = Verb.WRITE

    def apply(self, to: Writer) -> Applied:
        """Write the consumer's row, the first one or the next state of it.

        Raises:
            NotFoundError: `secret-unknown`, `principal-unknown`. ConflictError: `secret-deleted`.
            InvalidError: `consumer-invalid`, `owner-missing`, `text-invalid`.
        """
        if not _NAME.fullmatch(self.name):
            raise InvalidError(
                "consumer-invalid", "a consumer's name is 1 to 128 of A-Za-z0-9._-, not ._- first"
            )
        if not 0 <= self.cache_us <= CACHE_US_MAX:
            raise InvalidError("consumer-invalid", "a consumer remembers a value for 0 to 7 days")
        if len(self.runs_as) > RUNS_AS_MAX:
            raise InvalidError("consumer-invalid", f"a consumer runs as at most {RUNS_AS_MAX}")
        held = to.active(self.address)
        owner = needed(self.owner, "owner")
        ids = {_principal_id(to, name): name for name in self.runs_as}
        row = ConsumerRow(
            held.row.id, self.name, owner, self.cache_us, to.now_us, " ".join(sorted(ids))
        )
        consumers.put(to.db, row)
        said = {"consumer": self.name}
        if ids:
            said["runs_as"] = ", ".join(sorted(ids.values()))
        return Applied(None, held.row.id, 0, "consumer", held.row.id, said)


@dataclass(frozen=True)
class RemoveConsumer(OnSecret):
    """Say that an application no longer uses a secret."""

    address: Address
    name: str

    verb = Verb.WRITE

    def apply(self, to: Writer) -> Applied:
        """Forget it.

        Raises:
            NotFoundError: `secret-unknown`, `consumer-unknown`.
        """
        held = to.secret(self.address)
        if not consumers.remove(to.db, held.row.id, self.name):
            raise NotFoundError("consumer-unknown", "the secret has no consumer of that name")
        return Applied(None, held.row.id, 0, "consumer", held.row.id, {"consumer": self.name})


def _principal_id(to: Writer, name: str) -> str:
    row = people.principal_named(to.db, name)
    if row is None or to.load(PRINCIPAL, row.id) is None:
        raise NotFoundError(
            "principal-unknown",
            "there is no principal of that name",
            fix="`strongroom access list` shows who there is",
        )
    return row.id.hex()
