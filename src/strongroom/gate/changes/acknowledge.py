"""A process of an application says which version of a secret it uses; rotation waits for it (P-5.8).

Whoever may read a secret may say so, for itself: what one principal says is never changed by
another. It is known for the length of a lease, so that a process that was killed does not hold a
rotation for ever. Rows that are over are taken for the next process: what stands there is bounded,
and the log keeps everything that was ever said.
"""

import re
from dataclasses import dataclass
from typing import Final

from strongroom.crypto.keyring import new_id
from strongroom.db.tables import acknowledgements
from strongroom.db.tables.acknowledgements import ACKNOWLEDGEMENT, AcknowledgementRow, Process
from strongroom.errors import ConflictError, InvalidError, LimitError
from strongroom.gate.changes.secret import OnSecret
from strongroom.gate.held import Held
from strongroom.gate.writer import Applied, Writer
from strongroom.model.address import Address
from strongroom.model.principal import Verb

LEASE_US: Final = 24 * 3_600 * 1_000_000
LIVE_MAX: Final = 250  # processes of one principal that say something of one secret
ROWS_MAX: Final = 1_000  # of one secret, over or not
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}")
_FORM: Final = "is 1 to 128 of A-Za-z0-9._:@-, not ._:@- first"
_USED: Final = frozenset({"current", "previous", "retired"})


@dataclass(frozen=True)
class Acknowledge(OnSecret):
    """Process `instance` of application `consumer` uses version `n`; None: it uses none any more."""

    address: Address
    consumer: str
    instance: str
    n: int | None

    verb = Verb.READ
    spends = False

    def apply(self, to: Writer) -> Applied:
        """Write what it says, over what it said before; the result is until when it is known.

        Raises:
            NotFoundError: `secret-unknown`, `version-unknown`.
            ConflictError: `secret-deleted`; `version-state`, nobody can use that version.
            InvalidError: `instance-invalid`, `consumer-invalid`.
            LimitError: `acknowledgements-full`.
        """
        if _NAME.fullmatch(self.consumer) is None:
            raise InvalidError("consumer-invalid", f"an application's name {_FORM}")
        if _NAME.fullmatch(self.instance) is None:
            raise InvalidError("instance-invalid", f"the name of a process {_FORM}")
        held = to.active(self.address)
        who = Process(to.actor, self.consumer, self.instance)
        old = acknowledgements.of_process(to.db, who, held.row.id)
        if old is not None:
            to.snapshot.seal.check(ACKNOWLEDGEMENT, old)
        if self.n is None:
            return self._taken_back(to, held, old)
        row = to.version(held, self.n)
        if row.state not in _USED or row.deleted_us is not None:
            raise ConflictError("version-state", "that version is in nobody's hands")
        same = old is not None and old.n == self.n and old.until_us > to.now_us
        made = AcknowledgementRow(
            b"",
            held.row.id,
            *who,
            self.n,
            old.since_us if old is not None and same else to.now_us,
            to.now_us + LEASE_US,
        )
        free = old or _free(to, held.row.id)
        if free is None:
            made = to.insert(ACKNOWLEDGEMENT, made._replace(id=new_id()))
        else:
            made = to.update(ACKNOWLEDGEMENT, made._replace(id=free.id))
        return self._applied(held, made)

    def _taken_back(self, to: Writer, held: Held, old: AcknowledgementRow | None) -> Applied:
        if old is None or old.until_us <= to.now_us:
            return Applied(0, held.row.id, 0, "acknowledgement")
        made = to.update(ACKNOWLEDGEMENT, old._replace(until_us=to.now_us))
        return self._applied(held, made)

    def _applied(self, held: Held, row: AcknowledgementRow) -> Applied:
        said = {"consumer": self.consumer, "instance": self.instance}
        if self.n is None:
            said["ended"] = str(row.n)
        return Applied(row.until_us, held.row.id, row.n, "acknowledgement", row.id, said)


def _free(to: Writer, secret_id: bytes) -> AcknowledgementRow | None:
    """A row that is over, or None where there may be another one.

    Raises:
        LimitError: `acknowledgements-full`.
    """
    if acknowledgements.count_live(to.db, secret_id, to.actor, to.now_us) >= LIVE_MAX:
        raise _full(f"{LIVE_MAX} processes of one user")
    found = acknowledgements.longest_over(to.db, secret_id, to.now_us)
    if found is not None:
        return to.snapshot.seal.check(ACKNOWLEDGEMENT, found)
    if acknowledgements.count(to.db, secret_id) >= ROWS_MAX:
        raise _full(f"{ROWS_MAX:,} processes")
    return None


def _full(who: str) -> LimitError:
    return LimitError(
        "acknowledgements-full",
        f"{who} already say which version of the secret they use",
        fix="name processes so that one that starts again has the name it had before",
    )
