"""Anchors: keep checkpoints outside of the room, and hold the log against them."""

from contextlib import closing, suppress
from dataclasses import dataclass

from strongroom.anchor import kinds
from strongroom.anchor.interface import local
from strongroom.anchor.kinds import Kind
from strongroom.audit.anchored import Judged, Verdict, Views
from strongroom.audit.checkpoint import origin_of
from strongroom.audit.note import VerifierKey
from strongroom.audit.proof import root_at
from strongroom.db.interface import Db
from strongroom.db.tables import archive, log
from strongroom.db.tables.archive import AnchorRow
from strongroom.errors import AuditBrokenError, InvalidError, NotFoundError, StrongroomError
from strongroom.gate.changes.anchor import AddAnchor, ListAnchors, RemoveAnchor
from strongroom.gate.lineage import lineage
from strongroom.gate.stored_tree import subtree
from strongroom.ops.audit import own_keys, parse_keys, sequence
from strongroom.ops.local import Local, done

_MEANING = {
    Verdict.ROLLED_BACK: "an older state of the database was put back",
    Verdict.RE_SIGNED: "whoever holds the log key has written the past anew",
    Verdict.SPLIT_VIEW: "whoever holds the log key has shown two pasts",
}


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of one anchor: the size that it keeps now, or why it could not be written."""

    name: str
    size: int
    new: bool
    error: StrongroomError | None = None


def add(room: Local, kind: Kind, place: str) -> Pushed:
    """Keep checkpoints at a place from now on, and the newest one at once.

    Raises:
        InvalidError: `anchor-remote`, `anchor-inside`, `anchor-foreign`.
        MachineError: `anchor-unreadable`, `anchor-unwritable`: it is not added.
        AuditBrokenError: it keeps checkpoints that the log does not continue.
        ConflictError: `anchor-exists`.
    """
    path = local(place)
    resolved = path.resolve()
    if room.folder.resolve() in (resolved, *resolved.parents):
        raise InvalidError(
            "anchor-inside",
            "an anchor inside of the room would be rolled back with it",
            fix="name a place on another disk or machine",
        )
    row = done(room.gate.change(room.caller, AddAnchor(kind.value, str(path))))
    assert isinstance(row, AnchorRow)
    pushed = _push(room, [row])[0]
    if pushed.error is not None:
        done(room.gate.change(room.caller, RemoveAnchor(row.kind, row.place)))
        raise pushed.error
    return pushed


def remove(room: Local, place: str) -> AnchorRow:
    """Keep no more checkpoints there. What was kept stays; the removal is recorded.

    Raises:
        NotFoundError: `anchor-unknown`.
    """
    wanted = str(local(place))
    kind = next((row.kind for row in rows(room) if row.place == wanted), "")
    found = done(room.gate.change(room.caller, RemoveAnchor(kind, wanted)))
    assert isinstance(found, AnchorRow)
    return found


def rows(room: Local) -> list[AnchorRow]:
    """The anchors in use, oldest first.

    Raises:
        DeniedError: the caller may not read the log.
    """
    found = done(room.gate.look(room.caller, ListAnchors()))
    assert isinstance(found, list)
    return found


def any_of(room: Local) -> bool:
    """Whether the room has an anchor in use; not recorded."""
    return room.gate.consult(lambda desk: bool(archive.anchors(desk.db)))


def push(room: Local) -> list[Pushed]:
    """Sign the log as far as it goes, and keep the checkpoint at every anchor.

    An anchor that keeps what the log does not continue is left as it is, and said.

    Raises:
        NotFoundError: `anchor-none`, `checkpoint-none`.
    """
    found = rows(room)
    if not found:
        raise NotFoundError(
            "anchor-none",
            "the room has no anchor",
            fix="`strongroom audit anchor add file PATH` on another disk, or `… add git REPO`",
        )
    return _push(room, found)


def judge(room: Local, key: str | None = None) -> list[Judged]:
    """Hold the log against all that its anchors keep.

    `key` is the log's public key as noted when the room was made; without it the key of this
    room's slots is used.

    Raises:
        InvalidError: `vkey-invalid`; DeniedError: the caller may not read the log.
    """
    *earlier, wanted = parse_keys(key) if key else own_keys(room)
    # A log that was edited cannot go on, and is to be judged all the same.
    with suppress(AuditBrokenError):
        sequence(room)
    found = rows(room)
    with closing(room.gate.connect()) as db:
        until = _until(room, earlier)
        views = Views(wanted, log.size(db), lambda size: _root(db, size), until)
        return views.all([_judge(views, row, room) for row in found])


def _push(room: Local, found: list[AnchorRow]) -> list[Pushed]:
    sequence(room)
    *earlier, key = own_keys(room)
    until = _until(room, earlier)
    with closing(room.gate.connect()) as db:
        last = log.last_checkpoint(db)
        if last is None:
            raise NotFoundError("checkpoint-none", "the log has no checkpoint yet")
        pushed = []
        for row in found:
            views = Views(key, log.size(db), lambda size: _root(db, size), until)
            judged = _judge(views, row, room)
            name = judged.name
            try:
                if judged.kept:  # else appending says best what is wrong there
                    _refuse(judged)
                new = judged.size < last.size
                if new:
                    anchor = kinds.opened(row.kind, row.place, *_origins(room))
                    anchor.append(last.note, last.at_us)
                pushed.append(Pushed(name, last.size, new))
            except StrongroomError as error:
                pushed.append(Pushed(name, judged.size, new=False, error=error))
        return pushed


def _origins(room: Local) -> list[str]:
    found = room.gate.consult(lambda desk: lineage(desk.db, desk.snapshot.seal))
    return [*(one.key.name for one in found), origin_of(room.instance_id)]


def _until(room: Local, keys: list[VerifierKey]) -> list[tuple[VerifierKey, int]]:
    """Up to which size the log is that of each earlier instance, as the room recorded."""
    found = room.gate.consult(lambda desk: lineage(desk.db, desk.snapshot.seal))
    sizes = {one.key.name: one.log_size for one in found}
    return [(key, sizes.get(key.name, 0)) for key in keys]


def _judge(views: Views, row: AnchorRow, room: Local) -> Judged:
    name = f"{row.kind} {row.place}"
    anchor = kinds.opened(row.kind, row.place, *_origins(room))
    try:
        return views.judge(name, anchor.notes())
    except InvalidError as error:
        return Judged(name, Verdict.FOREIGN, 0, 0, None, error.message)
    except StrongroomError as error:
        return Judged(name, Verdict.UNREADABLE, 0, 0, None, error.message)


def _refuse(judged: Judged) -> None:
    if judged.verdict in {Verdict.HOLDS, Verdict.EMPTY, Verdict.UNKNOWN}:
        return
    raise AuditBrokenError(
        "anchor-contradicts",
        f"nothing was kept there: {judged.message}",
        fix="stop and find out why: `strongroom audit anchor verify`",
    )


def meaning(verdict: Verdict) -> str:
    """What most likely happened, in words."""
    return _MEANING.get(verdict, "")


def _root(db: Db, size: int) -> bytes | None:
    """The root at `size`: of the tree; where its entries were moved, as it was signed then."""
    try:
        return root_at(size, subtree(db))
    except AuditBrokenError:
        found = log.checkpoint_of(db, size)
        return found.root if found and found.size == size else None
