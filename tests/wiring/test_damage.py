"""Somebody who can write the room's files, or half of them: said by a code, never served."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import RESERVE_BYTES, Place
from tests.wiring.rooms import code_of, found

from strongroom import config, wiring
from strongroom.errors import IntegrityError, MachineError, SealedError, StrongroomError
from strongroom.model.address import Address
from strongroom.model.policy import Policy
from strongroom.ops import audit, fsck, secret
from strongroom.ops.local import Local
from strongroom.secret.value import Value

A, B = Address.parse("development/a"), Address.parse("development/b")
PAGE = 4096
Sql = Callable[[sqlite3.Connection], None]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, document: bytes, compiled: Policy) -> Place:
    """A room with two secrets, one of two versions; tests damage copies of it."""
    folder = tmp_path_factory.mktemp("kept")
    environ = {"STRONGROOM_CONFIG": str(folder / "config.toml")}
    place = Place(folder / "room", environ, config.load(environ, folder))
    found(place, document, compiled)
    # So that copies of it are opened at all.
    wiring.moved(
        place.settings, environ, place.folder, "a test", anywhere=True, reserve_bytes=RESERVE_BYTES
    )
    with place.opened() as local:
        for address, value in ((A, "fake-a1"), (B, "fake-b1")):
            secret.write(local, secret.WriteRequest(address, Value.single(value), "api-key", "Ada"))
        secret.write(local, secret.WriteRequest(A, Value.single("fake-a2")))
    return place


@pytest.fixture
def copy(kept: Place, tmp_path: Path) -> Place:
    return _copy(kept, tmp_path / "copy")


def _copy(kept: Place, to: Path) -> Place:
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(kept.folder, to)
    to.chmod(0o700)
    return Place(to, kept.environ, kept.settings)


def _by_hand(place: Place, work: Sql) -> None:
    db = sqlite3.connect(place.folder / wiring.DATABASE)
    try:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("PRAGMA foreign_keys=OFF")
        work(db)
        db.commit()
    finally:
        db.close()


def _value(local: Local, address: Address) -> str | bytes | None:
    only = secret.read(local, address).value.only
    return only.data if only else None


def _code(place: Place, look: Callable[[Local], object]) -> str:
    with pytest.raises(IntegrityError) as error, place.opened() as local:
        look(local)
    return error.value.code


def _swap_values(db: sqlite3.Connection) -> None:
    """Two versions change places, with MACs and all."""
    ids = [x for (x,) in db.execute("SELECT id FROM secret ORDER BY path")]
    rows = [
        db.execute(
            "SELECT wrapped, sealed, mac, change_seq FROM version WHERE secret_id = ? AND n = 1",
            (x,),
        ).fetchone()
        for x in ids
    ]
    for x, row in zip(ids, rows[::-1], strict=True):
        db.execute(
            "UPDATE version SET wrapped = ?, sealed = ?, mac = ?, change_seq = ?"
            " WHERE secret_id = ? AND n = 1",
            (*row, x),
        )


def _forge_grant(db: sqlite3.Connection) -> None:
    """A row like the founder's own grant, under another id."""
    columns = [row[1] for row in db.execute("PRAGMA table_info(grant_)")]
    row = dict(zip(columns, db.execute("SELECT * FROM grant_").fetchone(), strict=True))
    row["id"] = bytes(range(16))
    marks = ", ".join("?" for _ in columns)
    db.execute(f"INSERT INTO grant_ VALUES ({marks})", tuple(row.values()))


def _older_version_current(db: sqlite3.Connection) -> None:
    db.execute("UPDATE current SET n = 1 WHERE n = 2")


def _no_current(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM current")


def _another_environment(db: sqlite3.Connection) -> None:
    db.execute("UPDATE secret SET environment = 'production' WHERE path = 'a'")


def _another_policy(db: sqlite3.Connection) -> None:
    db.execute("UPDATE policy SET compiled = CAST(replace(compiled, 'false', 'true') AS BLOB)")


@pytest.mark.parametrize(
    ("damage", "version", "code"),
    [
        (_swap_values, 1, "row-tampered"),
        (_forge_grant, None, "row-tampered"),
        (_older_version_current, None, "row-tampered"),
        (_no_current, None, "row-missing"),
        (_another_policy, None, "row-tampered"),
    ],
)
def test_rows_that_were_written_by_hand_serve_nothing(
    copy: Place, damage: Sql, version: int | None, code: str
) -> None:
    _by_hand(copy, damage)

    assert code == _code(copy, lambda local: secret.read(local, A, version=version))


def test_a_secret_that_was_moved_by_hand_is_not_read_there(copy: Place) -> None:
    _by_hand(copy, _another_environment)

    assert "row-tampered" == _code(
        copy, lambda local: secret.read(local, Address.parse("production/a"))
    )


def test_an_old_row_that_was_put_back_whole_is_found_by_fsck(copy: Place) -> None:
    """Its MAC holds; what it lacks is being the last that its change left."""
    with sqlite3.connect(copy.folder / wiring.DATABASE) as db:
        old = db.execute("SELECT * FROM current").fetchall()
    db.close()
    with copy.opened() as local:
        secret.write(local, secret.WriteRequest(A, Value.single("fake-a3")))

    def replay(db: sqlite3.Connection) -> None:
        db.execute("DELETE FROM current")
        for row in old:
            db.execute(f"INSERT INTO current VALUES ({', '.join('?' * len(row))})", row)

    _by_hand(copy, replay)
    with copy.opened() as local:
        assert "fake-a2" == _value(local, A)
        checked = fsck.check(local)
    assert not checked.ok
    assert "current" in {problem.table for problem in checked.state}


def _edit_entry(db: sqlite3.Connection) -> None:
    ((lane, seq, leaf),) = db.execute(
        "SELECT lane, seq, leaf FROM entry ORDER BY at_us LIMIT 1 OFFSET 2"
    ).fetchall()
    changed = leaf.replace(b"write", b"audit")
    assert changed != leaf
    db.execute("UPDATE entry SET leaf = ? WHERE lane = ? AND seq = ?", (changed, lane, seq))


def _delete_entry(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM entry WHERE at_us = (SELECT max(at_us) FROM entry)")


def _swap_entries(db: sqlite3.Connection) -> None:
    rows = db.execute(
        "SELECT lane, seq, leaf FROM entry ORDER BY at_us LIMIT 2 OFFSET 1"
    ).fetchall()
    for (lane, seq, _), (_, _, leaf) in zip(rows, rows[::-1], strict=True):
        db.execute("UPDATE entry SET leaf = ? WHERE lane = ? AND seq = ?", (leaf, lane, seq))


def _cut_tail(db: sqlite3.Connection) -> None:
    """Entries, runs and signatures of the end, as if they had never been."""
    ((size,),) = db.execute("SELECT max(size) FROM checkpoint").fetchall()
    rows = db.execute("SELECT lane, seq FROM entry ORDER BY at_us DESC LIMIT 1").fetchall()
    for lane, seq in rows:
        db.execute("DELETE FROM entry WHERE lane = ? AND seq = ?", (lane, seq))
        db.execute("DELETE FROM run WHERE lane = ? AND seq = ?", (lane, seq))
    db.execute("DELETE FROM checkpoint WHERE size = ?", (size,))


def _edit_checkpoint(db: sqlite3.Connection) -> None:
    db.execute("UPDATE checkpoint SET note = replace(note, 'strongroom/', 'strongroom/0')")


def _edit_detail(db: sqlite3.Connection) -> None:
    db.execute(
        'UPDATE detail SET blob = CAST(replace(blob, \'"path":"a"\', \'"path":"b"\') AS BLOB)'
    )


@pytest.mark.parametrize(
    "damage", [_edit_entry, _delete_entry, _swap_entries, _cut_tail, _edit_checkpoint, _edit_detail]
)
def test_a_log_that_was_written_by_hand_does_not_verify(copy: Place, damage: Sql) -> None:
    with copy.opened() as local:
        noted = str(audit.verifier_key(local))
    _by_hand(copy, damage)
    reports = []
    try:
        with copy.opened() as local:
            reports = [audit.verify(local, noted), audit.verify(local)]
    except IntegrityError:
        pass  # closing says so too: a log that does not follow from itself cannot be signed

    assert reports
    assert [False, False] == [report.ok for report in reports]


def test_a_log_whose_end_was_cut_off_is_shorter_than_a_checkpoint_that_was_kept(
    copy: Place, tmp_path: Path
) -> None:
    """The whole folder put back: only what was kept elsewhere shows it, as the guide says."""
    before = _copy(copy, tmp_path / "before")
    with copy.opened() as local:
        secret.read(local, A)
        noted = int(audit.checkpoint(local).split("\n")[1])
    with before.opened() as local:
        report = audit.verify(local)

    assert report.ok
    assert report.signed < noted


def _without(*names: str) -> Callable[[Path], None]:
    def remove(folder: Path) -> None:
        for name in names:
            (folder / name).unlink(missing_ok=True)

    return remove


def _newer(folder: Path) -> None:
    db = sqlite3.connect(folder / wiring.DATABASE)
    db.execute("INSERT INTO migration VALUES (9999, 'of-the-future', 'x', 0)")
    db.commit()
    db.close()


def _foreign(folder: Path) -> None:
    (folder / wiring.DATABASE).unlink()
    db = sqlite3.connect(folder / wiring.DATABASE)
    db.execute("CREATE TABLE holiday (day TEXT)")
    db.close()


def _empty(folder: Path) -> None:
    (folder / wiring.DATABASE).write_bytes(b"")


def _text(folder: Path) -> None:
    (folder / wiring.DATABASE).write_text("not a database, by any means\n" * 200)


def _folder(folder: Path) -> None:
    (folder / wiring.DATABASE).unlink()
    (folder / wiring.DATABASE).mkdir()


@pytest.mark.parametrize(
    ("damage", "codes"),
    [
        (_without(wiring.DATABASE), {"db-missing"}),
        (_folder, {"db-missing"}),
        (_newer, {"db-newer"}),
        (_foreign, {"db-foreign"}),
        (_empty, {"room-not-founded"}),
        (_text, {"db-damaged"}),
    ],
)
def test_files_that_are_gone_or_others_are_named(
    copy: Place, damage: Callable[[Path], None], codes: set[str]
) -> None:
    for side in ("-wal", "-shm"):
        (copy.folder / f"{wiring.DATABASE}{side}").unlink(missing_ok=True)
    damage(copy.folder)

    assert code_of(copy) in codes


def test_a_reserve_that_was_deleted_is_made_again(copy: Place) -> None:
    (copy.folder / wiring.RESERVE).unlink()
    with copy.opened() as local:
        assert "fake-a2" == _value(local, A)

    assert RESERVE_BYTES == (copy.folder / wiring.RESERVE).stat().st_size


def test_a_database_of_another_room_is_not_opened_by_this_rooms_key(
    copy: Place, document: bytes, compiled: Policy, tmp_path: Path
) -> None:
    environ = {"STRONGROOM_CONFIG": str(tmp_path / "other" / "config.toml")}
    other = Place(tmp_path / "foreign", environ, config.load(environ, tmp_path))
    found(other, document, compiled)
    shutil.copy(other.folder / wiring.DATABASE, copy.folder / wiring.DATABASE)

    assert "keyfile-missing" == code_of(copy)
    (key,) = (Path(copy.settings.file).parent / "keys").iterdir()
    named = Place(copy.folder, {**copy.environ, "STRONGROOM_KEYFILE": str(key)}, copy.settings)
    assert "keyfile-other-room" == code_of(named)


@pytest.mark.long
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_damage_to_the_file_is_served_whole_or_said_to_be(
    kept: Place, tmp_path: Path, data: st.DataObject
) -> None:
    """Flipped bits, zeros, swapped pages, a file cut short: no other error, no other value."""
    copy = _copy(kept, tmp_path / "damaged")
    path = copy.folder / wiring.DATABASE
    raw = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    match data.draw(st.sampled_from(["flip", "zero", "swap", "cut"])):
        case "flip":
            raw[at] ^= 1 << data.draw(st.integers(0, 7))
        case "zero":
            raw[at : at + 64] = bytes(len(raw[at : at + 64]))
        case "swap":
            to = data.draw(st.integers(0, len(raw) // PAGE - 1)) * PAGE
            at -= at % PAGE
            raw[at : at + PAGE], raw[to : to + PAGE] = raw[to : to + PAGE], raw[at : at + PAGE]
        case _:
            del raw[at:]
    path.write_bytes(raw)
    try:
        with copy.opened() as local:
            _look_at_everything(local)
    except (IntegrityError, MachineError, SealedError):
        pass
    except StrongroomError as error:
        # Where a table was emptied, what it held is not there; nothing of it is served either.
        absent = {"room-not-founded", "principal-unknown", "secret-unknown", "environment-unknown"}
        if error.code not in absent:
            raise


def _look_at_everything(local: Local) -> None:
    assert ("fake-a2", "fake-b1") == (_value(local, A), _value(local, B))
    assert secret.describe(local, A).versions
    audit.list_entries(local, audit.Filter())
    audit.verify(local)
    fsck.check(local)
