"""A backup is verified whole, without a room; and what was not looked at is said."""

import io
import sqlite3
import tempfile
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.conftest import Place
from tests.wiring.backups import Saved, save
from tests.wiring.rooms import found

from strongroom import config, wiring
from strongroom.crypto.keyring import RoomKeys
from strongroom.errors import StrongroomError
from strongroom.model.policy import Policy
from strongroom.ops import audit
from strongroom.secret.backup import body, manifest
from strongroom.wiring import backups


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, document: bytes, compiled: Policy) -> Saved:
    folder = tmp_path_factory.mktemp("saved")
    environ = {"STRONGROOM_CONFIG": str(folder / "config.toml")}
    place = Place(folder / "room", environ, config.load(environ, folder))
    found(place, document, compiled)
    return save(place, folder / "a.backup")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where databases are unpacked; it must be empty afterwards."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def examined(saved: Saved, file: Path | None = None, key: str | None = None) -> backups.Examined:
    answer = saved.verified(file, key)
    assert isinstance(answer, backups.Examined)
    return answer


def refused(saved: Saved, file: Path, key: str | None = None) -> str:
    with pytest.raises(StrongroomError) as error:
        saved.verified(file, key)
    return error.value.code


def rewritten(saved: Saved, edit: object, to: Path) -> Path:
    """A backup whose database was edited by somebody who holds the room's keys."""
    with backups.unsealed(saved.place.settings, saved.place.environ, saved.file) as one:
        about, keys = one.about, one.keys
        one.extract(to.with_suffix(".db"))
    edit(to.with_suffix(".db"))  # type: ignore[operator]
    database = to.with_suffix(".db").read_bytes()
    to.write_bytes(sealed(database, replace(about, database_bytes=len(database)), keys.room))
    return to


def sealed(database: bytes, about: manifest.Manifest, keys: RoomKeys) -> bytes:
    mac_key, body_key = keys.backup(about.backup_id)
    out = io.BytesIO()
    sha256 = body.seal(io.BytesIO(database), out, about, body_key)
    return manifest.encode(replace(about, body_sha256=sha256), mac_key) + out.getvalue()


def test_a_good_backup_is_good_and_leaves_nothing(saved: Saved, temporary: Path) -> None:
    answer = examined(saved)

    assert answer.ok
    assert answer.log is not None
    assert answer.log.signed == answer.about.log_size
    assert list(temporary.iterdir()) == []


def test_what_was_not_checked_is_said(saved: Saved) -> None:
    assert any("values" in text for text in examined(saved).unchecked)
    assert any("--key" in text for text in examined(saved).unchecked)
    assert not any("--key" in text for text in examined(saved, key=saved.log_key).unchecked)


def test_the_log_key_of_another_does_not_verify_it(saved: Saved) -> None:
    stranger = str(audit.key_of(b"i" * 16, bytes(31) + b"\x01"))

    assert not examined(saved, key=stranger).ok
    assert refused(saved, saved.file, "nonsense") == "vkey-invalid"


def test_every_changed_region_is_found(saved: Saved, tmp_path: Path, temporary: Path) -> None:
    data = saved.file.read_bytes()
    for at in (0, 19, 200, len(data) // 2, len(data) - 1):
        (tmp_path / "b").write_bytes(data[:at] + bytes((data[at] ^ 8,)) + data[at + 1 :])
        assert refused(saved, tmp_path / "b").startswith("backup-")
    assert list(temporary.iterdir()) == []


def test_an_edit_by_who_holds_the_keys_is_found_by_the_log(saved: Saved, tmp_path: Path) -> None:
    """The manifest and every chunk are his; the rows and the log are not."""

    def edit(database: Path) -> None:
        db = sqlite3.connect(database)
        for (name,) in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        for lane, seq, leaf in db.execute("SELECT lane, seq, leaf FROM entry").fetchall():
            edited = leaf.replace(b"write", b"audit")
            db.execute("UPDATE entry SET leaf = ? WHERE lane = ? AND seq = ?", (edited, lane, seq))
        db.commit()
        db.execute("PRAGMA journal_mode=DELETE")
        db.close()

    answer = examined(saved, rewritten(saved, edit, tmp_path / "b"))

    assert not answer.ok
    assert answer.log is None or answer.log.problems or answer.state


def test_storage_that_is_damaged_is_said_before_the_log_is_read(
    saved: Saved, tmp_path: Path
) -> None:
    def edit(database: Path) -> None:
        data = bytearray(database.read_bytes())
        data[4096 * 3 : 4096 * 3 + 64] = bytes(64)
        database.write_bytes(data)

    file = rewritten(saved, edit, tmp_path / "b")
    try:
        answer = examined(saved, file)
    except StrongroomError as error:
        assert error.code in {"db-damaged", "row-tampered"}  # noqa: PT017 - either way
    else:
        assert not answer.ok


def test_a_database_that_is_not_its_manifests_is_refused(saved: Saved, tmp_path: Path) -> None:
    with backups.unsealed(saved.place.settings, saved.place.environ, saved.file) as one:
        about, keys = one.about, one.keys
        one.extract(tmp_path / "db")
    wrong = replace(about, log_size=about.log_size + 1)
    (tmp_path / "b").write_bytes(sealed((tmp_path / "db").read_bytes(), wrong, keys.room))

    assert refused(saved, tmp_path / "b") == "backup-not-its-manifests"


def test_without_the_key_file_nothing_opens(saved: Saved) -> None:
    environ = {**saved.place.environ, "STRONGROOM_KEYFILE": "nowhere.key"}
    with pytest.raises(StrongroomError) as error:
        wiring.verify_backup(saved.place.settings, environ, saved.file)
    assert error.value.code == "keyfile-missing"
