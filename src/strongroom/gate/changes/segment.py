"""That entries were moved out of the database into a sealed file."""

from dataclasses import dataclass
from pathlib import Path

from strongroom.db.tables import archive
from strongroom.db.tables.archive import SEGMENT, SegmentRow
from strongroom.errors import ConflictError
from strongroom.gate import stored_tree
from strongroom.gate.rows import bounded
from strongroom.gate.writer import Applied, Change, Writer


@dataclass(frozen=True)
class MoveSegment(Change):
    """Say that entries `first` up to `until` stand in a file with this digest.

    The file is whole and on the disk before. From now on the entries may go; they are not
    deleted here, so that the lock is held for a moment only.
    """

    first: int
    until: int
    root: bytes
    digest: bytes
    changes: int
    folder: Path
    keep_until_us: int

    def apply(self, to: Writer) -> Applied:
        """Write the row; the leaf of its entry holds the digest.

        Raises:
            ConflictError: `segment-raced`; another process has moved entries meanwhile, or
                the tree is not the one that was sealed.
        """
        root = stored_tree.root_below(to.db, self.until)
        if archive.floor(to.db) != self.first or root != self.root:
            raise ConflictError(
                "segment-raced",
                "the log was changed while the segment was written; nothing was deleted",
                fix="run it again",
            )
        folder = bounded(str(self.folder), "a folder")
        row = SegmentRow(
            self.first, self.until, self.root, self.digest, self.changes, folder,
            self.keep_until_us, to.now_us, to.actor,
        )  # fmt: skip
        to.insert(SEGMENT, row)
        said = {
            "from": str(self.first), "to": str(self.until), "root": self.root.hex(),
            "segment": self.digest.hex(),
        }  # fmt: skip
        return Applied(row, kind="segment", object_id=self.digest, detail=said)
