"""What still refers to a version of a key, so that it is neither retired nor destroyed too early."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from strongroom.crypto.keyring import new_id
from strongroom.db.tables import references
from strongroom.db.tables.references import REFERENCE, ReferenceRow
from strongroom.errors import ConflictError, InvalidError, LimitError
from strongroom.gate.changes.secret import OnSecret
from strongroom.gate.writer import Applied, Writer
from strongroom.model.address import Address
from strongroom.model.principal import Verb

ROWS_MAX: Final = 1_000  # of one secret
ITEMS_MAX: Final = 2**62
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}")


@dataclass(frozen=True)
class SetReferences(OnSecret):
    """`holder` keeps so many items of each version, and none of any other."""

    address: Address
    holder: str
    items: Mapping[int, int] = field(default_factory=dict)

    verb = Verb.WRITE

    def apply(self, to: Writer) -> Applied:
        """Write what differs.

        Raises:
            NotFoundError: `secret-unknown`, `version-unknown`.
            ConflictError: `secret-deleted`; `version-state`, that version is destroyed.
            InvalidError: `holder-invalid`, `references-invalid`. LimitError: `references-full`.
        """
        if _NAME.fullmatch(self.holder) is None:
            raise InvalidError(
                "holder-invalid", "a holder's name is 1 to 128 of A-Za-z0-9._:@-, not ._:@- first"
            )
        if not all(0 <= count <= ITEMS_MAX for count in self.items.values()):
            raise InvalidError("references-invalid", "a number of references is 0 or more")
        held = to.active(self.address)
        rows = [
            to.snapshot.seal.check(REFERENCE, row)
            for row in references.of_secret(to.db, held.row.id)
        ]
        known = {row.n: row for row in rows if row.holder == self.holder}
        free = [row for row in rows if row.items == 0 and row.holder != self.holder]
        for n, count in sorted({**dict.fromkeys(known, 0), **self.items}.items()):
            old = known.get(n)
            if count == (old.items if old else 0):
                continue
            if count and to.version(held, n).state == "destroyed":
                raise ConflictError("version-state", "that version is destroyed")
            id_ = (old or free.pop()).id if old or free else b""
            if not id_ and len(rows) >= ROWS_MAX:
                raise LimitError(
                    "references-full", f"at most {ROWS_MAX:,} references are kept of a secret"
                )
            made = ReferenceRow(
                id_ or new_id(), held.row.id, self.holder, n, count, to.now_us, to.actor
            )
            rows.append((to.update if id_ else to.insert)(REFERENCE, made))
        said = ", ".join(f"{n}: {count}" for n, count in sorted(self.items.items()) if count)
        detail = {"holder": self.holder, "references": said or "none"}
        return Applied(None, held.row.id, 0, "reference", held.row.id, detail)


def refuse_referenced(to: Writer, secret_id: bytes, n: int) -> None:
    """That nothing refers to version `n`.

    Raises:
        ConflictError: `version-referenced`. TamperedError: a row was changed.
    """
    rows = [to.snapshot.seal.check(REFERENCE, r) for r in references.of_secret(to.db, secret_id)]
    items = sum(row.items for row in rows if row.n == n)
    if items:
        holders = sorted({row.holder for row in rows if row.n == n and row.items})
        raise ConflictError(
            "version-referenced",
            f"{items:,} items in {', '.join(holders[:5])} were made by that version and would be lost",
            fix="write them anew with `strongroom key rewrap`, then report it with"
            " `strongroom key references ADDRESS --holder NAME --file FILE`",
        )
