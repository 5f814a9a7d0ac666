"""Anchors: which places outside of the room keep its checkpoints."""

from dataclasses import dataclass

from strongroom.crypto.keyring import new_id
from strongroom.db.tables import archive
from strongroom.db.tables.archive import ACTIVE, ANCHOR, REMOVED, AnchorRow
from strongroom.errors import ConflictError, NotFoundError
from strongroom.gate.desk import Desk
from strongroom.gate.look import View
from strongroom.gate.rows import bounded
from strongroom.gate.writer import Applied, Change, Writer
from strongroom.model.principal import Verb


@dataclass(frozen=True)
class AddAnchor(Change):
    """Keep checkpoints at another place from now on; the result is its row."""

    kind: str
    place: str

    def apply(self, to: Writer) -> Applied:
        """Add the row. Nothing is written at the place.

        Raises:
            ConflictError: `anchor-exists`; InvalidError: `text-invalid`.
        """
        for row in archive.anchors(to.db):
            if (row.kind, row.place) == (self.kind, self.place):
                raise ConflictError("anchor-exists", "the room has that anchor already")
        place = bounded(self.place, "a place")
        row = AnchorRow(new_id(), self.kind, place, ACTIVE, to.now_us, to.actor)
        made = to.insert(ANCHOR, row)
        return Applied(made, kind="anchor", object_id=row.id, detail={"anchor": place})


@dataclass(frozen=True)
class RemoveAnchor(Change):
    """Keep no more checkpoints at a place. What was kept there stays."""

    kind: str
    place: str

    def apply(self, to: Writer) -> Applied:
        """Mark the row; the result is the row.

        Raises:
            NotFoundError: `anchor-unknown`.
        """
        for row in archive.anchors(to.db):
            if (row.kind, row.place) == (self.kind, self.place):
                held = to.snapshot.seal.check(ANCHOR, row)
                left = held._replace(state=REMOVED, changed_us=to.now_us, changed_by=to.actor)
                to.update(ANCHOR, left)
                return Applied(left, kind="anchor", object_id=row.id, detail={"anchor": row.place})
        raise NotFoundError(
            "anchor-unknown",
            "the room has no such anchor",
            fix="`strongroom audit anchor list` shows those that it has",
        )


@dataclass(frozen=True)
class ListAnchors(View):
    """The anchors in use."""

    verb = Verb.AUDIT

    def look(self, desk: Desk) -> list[AnchorRow]:
        """Oldest first, checked."""
        return [desk.snapshot.seal.check(ANCHOR, row) for row in archive.anchors(desk.db)]
