"""Old entries leave the room into sealed files: nothing is lost, nothing moved twice.

The taxonomy names this file as the proof of P-12.5.
"""

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.gate.pruned import DAY_US, aged, book, in_database
from tests.gate.rooms import Time, World, on_disk
from tests.standalone import exports
from tests.test_canary import commands

from strongroom.audit import proven
from strongroom.audit.proven import Included
from strongroom.audit.verifier import Row
from strongroom.cli.main import build
from strongroom.db.tables import archive
from strongroom.errors import DeniedError, StrongroomError
from strongroom.gate import segment_file, stored_tree
from strongroom.gate.gate import Gate
from strongroom.gate.segment_file import Header
from strongroom.gate.sequencer import LEASE_US
from strongroom.gate.views import ListFolder
from strongroom.model.policy import Policy
from strongroom.ops import audit, audit_export, audit_proof, fsck
from strongroom.ops import audit_prune as ops
from strongroom.ops.audit import Filter
from strongroom.ops.audit_export import ExportRequest
from strongroom.ops.audit_proof import ProofRequest
from strongroom.ops.audit_prune import Pruned, PruneRequest
from strongroom.ops.local import Local


@dataclass
class Old:
    """A room with a log of 200 days, and a folder to move it to."""

    world: World
    room: Local
    to: Path
    whole: list[Row]

    def prune(self, progress: Callable[[str, int, int], None] = lambda *_: None) -> Pruned:
        return ops.prune(self.room, self.wanted, progress)

    @property
    def wanted(self) -> PruneRequest:
        return PruneRequest(self.world.time.us - 92 * DAY_US, self.to)

    def again(self) -> "Old":
        """Another process, after the lease of the one before has ended."""
        self.world.time.us += LEASE_US
        gate = Gate(self.world.room)
        self.world.gate = gate
        return Old(
            self.world, local(self.world, self.room.policy, self.room.folder), self.to, self.whole
        )


def local(world: World, policy: Policy, folder: Path) -> Local:
    key = world.room.log_key
    assert key is not None
    return Local(
        gate=world.gate, keys=world.room.keys, ring=None, instance_id=world.room.instance_id,  # type: ignore[arg-type]
        log_public=key.public, policy=policy, caller=world.owner, user="ann", folder=folder,
        now_us=lambda: world.time.us,
    )  # fmt: skip


@pytest.fixture
def old(tmp_path: Path, compiled: Policy) -> Iterator[Old]:
    time = Time()
    world = on_disk(tmp_path / "room" / "room.db", time)
    aged(world, time, every=20, reads=60)
    to = tmp_path / "segments"
    to.mkdir()
    made = Old(world, local(world, compiled, tmp_path / "room"), to, book(world))
    yield made
    made.world.gate.close()


def files(old: Old) -> list[Path]:
    return sorted(old.to.iterdir())


def test_what_is_left_and_what_was_moved_both_verify(old: Old) -> None:
    made = old.prune()

    assert (made.first, made.until % 256, made.deleted) == (0, 0, made.until)
    assert made.until >= 512
    assert list(made.files) == files(old)
    rows = book(old.world)
    assert rows[: len(old.whole)] == old.whole
    assert len(in_database(old.world)) == len(rows) - made.until
    report = audit.verify(old.room)
    assert (report.ok, report.first, report.entries) == (True, 0, len(rows) + 1)
    found = fsck.check(old.room)
    assert (found.ok, found.moved, found.state) == (True, 0, ())


def test_only_what_is_old_enough_is_moved_and_in_whole_tiles(old: Old) -> None:
    """P-12.5: what is moved says that it is kept for a year and more; C-17: 92 days stay."""
    made = old.prune()
    limit = old.wanted.before_us
    left = in_database(old.world)

    assert made.keep_until_us is not None
    assert made.keep_until_us >= limit - 40 * DAY_US + 366 * DAY_US
    db = old.world.room.connect()
    times = [at for (at,) in db.query("SELECT at_us FROM entry ORDER BY at_us")]
    db.close()
    assert len([at for at in times if isinstance(at, int) and at < limit]) < 256
    assert len(left) == len(times) - 1  # the record of the move has no place yet
    again = old.prune()
    assert (again.files, again.deleted, again.until) == ((), 0, made.until)


def test_the_rest_verifies_alone_and_says_what_was_not_read(old: Old, tmp_path: Path) -> None:
    made = old.prune()
    old.to.rename(tmp_path / "elsewhere")
    report = audit.verify(old.room)
    found = fsck.check(old.room)

    assert (report.ok, report.first) == (True, made.until)
    assert (found.ok, found.moved) == (True, made.until)
    with pytest.raises(StrongroomError) as raised:
        audit.verify(old.room, segments=tmp_path)
    assert raised.value.code == "segment-missing"
    report = audit.verify(old.room, segments=tmp_path / "elsewhere")
    assert (report.ok, report.first) == (True, 0)
    assert fsck.check(old.room, segments=tmp_path / "elsewhere").moved == 0


def test_moved_entries_are_listed_proven_and_exported(old: Old, tmp_path: Path) -> None:
    made = old.prune()
    listed = audit.list_entries(old.room, Filter(limit=5_000, segments=old.to))
    assert [line.place for line in listed] == list(range(len(listed)))
    assert min(x.place for x in audit.list_entries(old.room, Filter(limit=5_000))) == made.until
    key = str(audit.verifier_key(old.room))
    for place in (0, 300, made.until - 1, made.until, len(old.whole) - 1):
        proof = audit_proof.prove(old.room, ProofRequest(str(place), detail=True))
        shown = audit_proof.check(proven.encode(proof), key)
        assert isinstance(shown, Included)
        assert shown.entry.seq == old.whole[place].seq
    size = old.world.gate.status().signed_size
    audit_proof.prove_between(old.room, str(_some_checkpoint(old)), str(size))
    out = audit_export.export(old.room, ExportRequest(tmp_path / "log"))
    status, report = exports.run(exports.alone(tmp_path), out.out, key)
    assert (status, report["first"], report["size"]) == (0, 0, out.end)
    part = audit_export.export(old.room, ExportRequest(tmp_path / "part", first=made.until + 7))
    assert exports.run([*exports.alone(_new(tmp_path))], part.out, key)[0] == 0


def _new(folder: Path) -> Path:
    (folder / "more").mkdir()
    return folder / "more"


def _some_checkpoint(old: Old) -> int:
    db = old.world.room.connect()
    ((size,),) = db.query("SELECT min(size) FROM checkpoint WHERE size > 100")
    db.close()
    assert isinstance(size, int)
    return size


def test_an_export_of_what_is_not_at_hand_is_refused(old: Old, tmp_path: Path) -> None:
    old.prune()
    old.to.rename(tmp_path / "elsewhere")
    with pytest.raises(StrongroomError) as raised:
        audit_export.export(old.room, ExportRequest(tmp_path / "log"))

    assert raised.value.code == "segment-missing"
    assert not (tmp_path / "log").exists()
    assert (
        audit_export.export(
            old.room, ExportRequest(tmp_path / "log", segments=tmp_path / "elsewhere")
        ).first
        == 0
    )


def _flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("at", [5, 40, 300, 5_000, -1])
def test_a_changed_byte_of_a_segment_is_found(old: Old, at: int) -> None:
    (path,) = old.prune().files
    _flip(path, at)
    for look in (
        lambda: audit.verify(old.room),
        lambda: fsck.check(old.room),
        lambda: audit.list_entries(old.room, Filter(limit=5_000, segments=old.to)),
    ):
        with pytest.raises(StrongroomError) as raised:
            look()
        assert raised.value.code == "segment-damaged"


def test_a_segment_that_was_cut_off_or_exchanged_is_found(old: Old, tmp_path: Path) -> None:
    (path,) = old.prune().files
    data = path.read_bytes()
    for changed in (data[:-1], data[: len(data) // 2], b"", data + b"x"):
        path.write_bytes(changed)
        with pytest.raises(StrongroomError) as raised:
            audit.verify(old.room)
        assert raised.value.code == "segment-damaged"


def test_nothing_of_a_segment_can_be_read_without_the_room(old: Old) -> None:
    (path,) = old.prune().files
    data = path.read_bytes()
    head, _, rest = data.partition(b"\n")

    assert b"strongroom_segment" in head
    assert b"production" not in rest
    assert b"principal" not in rest


def test_an_edited_log_is_not_moved(old: Old) -> None:
    with sqlite3.connect(old.room.folder / "room.db") as db:
        db.execute("DROP TRIGGER entry_stays")
        lane, seq, leaf = db.execute(
            "SELECT lane, seq, leaf FROM entry ORDER BY at_us LIMIT 1 OFFSET 9"
        ).fetchone()
        db.execute(
            "UPDATE entry SET leaf = ? WHERE lane = ? AND seq = ?",
            (leaf.replace(b"read", b"list"), lane, seq),
        )
    db.close()
    with pytest.raises(StrongroomError) as raised:
        old.prune()

    assert raised.value.code == "log-edited"
    assert files(old) == []
    assert len(in_database(old.world)) >= len(old.whole)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (lambda o: PruneRequest(o.world.time.us - 91 * DAY_US, o.to), "prune-too-young"),
        (lambda o: PruneRequest(o.world.time.us - 99 * DAY_US, o.to, 100), "prune-too-young"),
        (lambda o: PruneRequest(o.world.time.us - 99 * DAY_US, o.to, 9), "prune-too-young"),
        (lambda o: PruneRequest(0, o.room.folder / "x"), "prune-inside"),
        (lambda o: PruneRequest(0, o.to / "none"), "prune-folder"),
    ],
)
def test_what_must_not_be_moved_is_refused(
    old: Old, wanted: Callable[[Old], PruneRequest], code: str
) -> None:
    with pytest.raises(StrongroomError) as raised:
        ops.prune(old.room, wanted(old))

    assert raised.value.code == code
    assert files(old) == []


def test_who_may_not_administer_moves_nothing_and_is_recorded(old: Old) -> None:
    from dataclasses import replace

    nothing = PruneRequest(0, old.to)
    for wanted in (old.wanted, nothing):
        with pytest.raises(DeniedError):
            ops.prune(replace(old.room, caller=old.world.developer), wanted)

    assert files(old) == []
    assert len(in_database(old.world)) >= len(old.whole)
    audit.sequence(old.room)
    lines = audit.list_entries(old.room, Filter(limit=5_000))
    assert [one.verb for one in lines if one.outcome == "refused"] == ["administer"] * 2


def test_a_move_that_is_refused_at_the_end_leaves_no_file(
    old: Old, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The right may be taken away while the file is written."""
    from dataclasses import replace

    developer = replace(old.room, caller=old.world.developer)
    monkeypatch.setattr(ops, "BeginPrune", lambda: ListFolder("production"))
    with pytest.raises(DeniedError):
        ops.prune(developer, old.wanted)

    assert files(old) == []
    assert len(in_database(old.world)) >= len(old.whole)


def test_a_file_of_something_else_is_left_alone(old: Old) -> None:
    """A diary, or the same entries of a copy of the room, under the name that is wanted."""
    db = old.world.room.connect()
    until = archive.first_since(db, old.wanted.before_us) // 256 * 256
    root = stored_tree.root_below(db, until).hex()
    db.close()
    keys = old.world.room.keys
    path = old.to / segment_file.name_of(keys.room_id, 0, until)
    copy = Header(1, keys.room_id.hex(), "00" * 16, 0, until, root, 9, "22" * 16)
    for other in (b"a diary", msgspec.json.encode(copy) + b"\n"):
        path.write_bytes(other)
        with pytest.raises(StrongroomError) as raised:
            old.prune()

        assert raised.value.code == "file-exists"
        assert path.read_bytes() == other
        assert in_database(old.world)[: len(old.whole)] == old.whole


def test_the_files_are_several_when_there_is_much(
    old: Old, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ops, "SEGMENT_TILES", 1)
    monkeypatch.setattr(ops, "DELETED_AT_ONCE", 7)
    made = old.prune()

    assert len(made.files) == made.until // 256 >= 2
    assert book(old.world)[: len(old.whole)] == old.whole
    assert fsck.check(old.room).ok


def test_a_process_goes_on_in_its_lane_after_all_of_it_was_moved(old: Old) -> None:
    """Its entries are gone from the database, and its next one has the next number."""
    old.prune()
    address = old.world.create("production/after")
    old.world.gate.read(old.world.owner, [address])
    old.world.gate.sequence()

    assert audit.verify(old.room).ok
    assert fsck.check(old.room).ok


def test_fsck_names_a_segment_that_this_room_did_not_write(old: Old) -> None:
    old.prune()
    with sqlite3.connect(old.room.folder / "room.db") as db:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE segment SET folder = '/elsewhere'")
    db.close()
    found = fsck.check(old.room)

    assert ("forged", "segment") in {(one.kind, one.table) for one in found.state}
    assert not found.ok


def test_no_command_destroys_an_entry_or_a_segment() -> None:
    """P-12.5."""
    words = {
        word
        for command in commands(build())
        if command.startswith("audit")
        for word in command.split()
    }

    assert not words & {"destroy", "delete", "purge", "erase", "expire"}


def test_the_policy_s_own_period_is_kept_if_it_is_longer(old: Old) -> None:
    """P-12.5."""
    from dataclasses import replace

    from msgspec import structs

    audit = structs.replace(old.room.policy.audit, retention_days=2_000)
    longer = structs.replace(old.room.policy, audit=audit)
    made = ops.prune(replace(old.room, policy=longer), old.wanted)

    assert made.keep_until_us is not None
    assert made.keep_until_us > old.wanted.before_us + 1_900 * DAY_US


STEPS = ["sealing 1", "sealing 2", "naming", "named", "deleting 1", "deleting 2"]


def _killed(old: Old, step: str) -> None:
    """Prune in another process, and end it with SIGKILL at `step`."""
    pid = os.fork()
    if not pid:
        try:
            seen: dict[str, int] = {}

            def die(what: str, _done: int, _of: int) -> None:
                seen[what] = seen.get(what, 0) + 1
                if step in {what, f"{what} {seen[what]}"}:
                    os.kill(os.getpid(), signal.SIGKILL)

            if step == "named":
                first = ops._delete

                def ended(*given: Any) -> int:
                    if files(old):
                        os.kill(os.getpid(), signal.SIGKILL)
                    return first(*given)

                ops._delete = ended  # type: ignore[assignment]
            ops.SEGMENT_TILES, ops.DELETED_AT_ONCE = 2, 40  # type: ignore[misc]
            old.again().prune(die)
        finally:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status), "the child ended by itself"


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_loses_nothing_and_moves_nothing_twice(old: Old, step: str) -> None:
    old.world.gate.close()  # nothing open may cross the fork
    _killed(old, step)
    old.world.time.us += LEASE_US
    survivor = old.again()

    assert book(old.world)[: len(old.whole)] == old.whole
    assert fsck.check(survivor.room).ok
    assert audit.verify(survivor.room).ok
    survivor.prune()
    assert book(old.world)[: len(old.whole)] == old.whole
    assert fsck.check(survivor.room).ok
    audit.sequence(survivor.room)
    db = old.world.room.connect()
    rows = db.query("SELECT first, until FROM segment ORDER BY first")
    left = db.query("SELECT count(*) FROM entry")
    kept = db.query(
        "SELECT count(*) FROM detail WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.lane = detail.lane AND e.seq = detail.seq)"
    )
    db.close()
    assert kept == [(0,)]
    assert len([f for f in files(old) if f.suffix == ".segment"]) == len(rows)
    assert left == [(len(book(old.world)) - rows[-1][1],)]  # type: ignore[operator]


def test_an_earlier_segment_may_be_far_away(old: Old, tmp_path: Path) -> None:
    """A file on a tape in a safe does not keep the next one from being made."""
    made = old.prune()
    made.files[0].rename(tmp_path / "tape")
    time = old.world.time
    aged_again(old, time)
    again = old.prune()

    assert again.first == made.until
    assert again.deleted == again.until - again.first > 0


def aged_again(old: Old, time: Time) -> None:
    from strongroom.model.address import Address

    for _ in range(4):
        time.us += 60 * DAY_US
        old.world.gate.read(old.world.owner, [Address.parse("production/a")] * 150)
        old.world.gate.sequence()
