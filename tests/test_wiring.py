"""Making and opening a room: key files, recovery, other users, what is left when it fails."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from strongroom import config, wiring
from strongroom.crypto.keyfile import KeyFile
from strongroom.crypto.recovery import RecoveryCode
from strongroom.db.interface import DbRefusedError
from strongroom.errors import ConflictError, MachineError, StrongroomError
from strongroom.identity import os_user
from strongroom.identity.os_user import OsUser
from strongroom.model.address import Address
from strongroom.model.policy import Policy
from strongroom.ops import secret
from strongroom.ops.local import Local
from strongroom.secret.value import Value
from strongroom.wiring import Founded
from tests.conftest import RESERVE_BYTES, Place

KEY = Address.parse("production/api/SECRET_KEY")


@pytest.fixture
def made(place: Place, document: bytes, compiled: Policy) -> Founded:
    return wiring.found(
        place.settings,
        place.environ,
        place.folder,
        document,
        compiled,
        [],
        reserve_bytes=RESERVE_BYTES,
    )


def _code(place: Place) -> str:
    with pytest.raises(StrongroomError) as error, place.opened():
        pass
    return error.value.code


def test_the_key_file_stands_outside_of_the_folder_and_is_private(
    place: Place, made: Founded
) -> None:
    assert not made.keyfile.is_relative_to(made.folder)
    assert 0o600 == made.keyfile.stat().st_mode & 0o777
    assert 0o700 == made.folder.stat().st_mode & 0o777
    assert {"room.db", "reserve"} <= {p.name for p in made.folder.iterdir()}
    assert made.recovery.reveal() not in repr(made)


def test_a_second_room_does_not_replace_the_first(
    place: Place, made: Founded, document: bytes, compiled: Policy
) -> None:
    with pytest.raises(ConflictError) as error:
        wiring.found(place.settings, place.environ, made.folder, document, compiled, [])
    assert "room-exists" == error.value.code
    with place.opened() as local:
        assert local.user


def test_a_room_that_cannot_be_made_leaves_nothing_behind(
    place: Place, document: bytes, compiled: Policy
) -> None:
    place.folder.write_text("in the way")
    with pytest.raises(StrongroomError):
        wiring.found(place.settings, place.environ, place.folder, document, compiled, [])

    assert "in the way" == place.folder.read_text()
    assert [] == list((place.settings.file.parent / "keys").glob("*"))


@pytest.mark.parametrize("method", ["found", "sequence"])
def test_a_founding_that_fails_half_way_leaves_no_folder_and_can_be_done_again(
    place: Place,
    document: bytes,
    compiled: Policy,
    method: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise MachineError("db-full", "no space is left")

    def found() -> Founded:
        return wiring.found(
            place.settings,
            place.environ,
            place.folder,
            document,
            compiled,
            [],
            reserve_bytes=RESERVE_BYTES,
        )

    with monkeypatch.context() as broken:
        broken.setattr(f"strongroom.wiring.Gate.{method}", fail)
        with pytest.raises(MachineError):
            found()

    assert not place.folder.exists()
    assert [] == list((place.settings.file.parent / "keys").glob("*"))
    found()
    with place.opened() as local:
        assert local.user


def test_a_database_that_another_founder_made_meanwhile_is_left_alone(
    place: Place, document: bytes, compiled: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def first(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"another's")
        raise DbRefusedError("db-exists", "somebody was first")

    monkeypatch.setattr("strongroom.wiring.sqlite.create", first)
    with pytest.raises(DbRefusedError):
        wiring.found(place.settings, place.environ, place.folder, document, compiled, [])

    assert b"another's" == (place.folder / wiring.DATABASE).read_bytes()


def _missing(path: Path) -> None:
    path.unlink()


def _exposed(path: Path) -> None:
    path.chmod(0o640)


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir(mode=0o700)


def _loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def _damaged(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[70] = ord("0") if data[70] != ord("0") else ord("1")
    path.write_bytes(data)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _foreign(path: Path) -> None:
    path.write_bytes(KeyFile.new(bytes(range(16))).encode())


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_missing, "keyfile-missing"),
        (_exposed, "keyfile-exposed"),
        (_pipe, "keyfile-unreadable"),
        (_folder, "keyfile-unreadable"),
        (_loop, "keyfile-unreadable"),
        (_damaged, "keyfile-damaged"),
        (_empty, "keyfile-unknown"),
        (_foreign, "keyfile-other-room"),
    ],
)
def test_a_key_file_that_is_not_as_it_was_opens_nothing(
    place: Place, made: Founded, spoil: Callable[[Path], None], code: str
) -> None:
    spoil(made.keyfile)

    assert code == _code(place)


def test_another_key_file_of_the_same_room_is_named(place: Place, made: Founded) -> None:
    made.keyfile.write_bytes(KeyFile.new(made.room_id).encode())

    assert "keyfile-other" == _code(place)


def test_the_key_file_may_be_named_or_come_as_a_credential(
    place: Place, made: Founded, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.move(made.keyfile, elsewhere / wiring.CREDENTIAL)
    for more in (
        {"STRONGROOM_KEYFILE": str(elsewhere / wiring.CREDENTIAL)},
        {"CREDENTIALS_DIRECTORY": str(elsewhere)},
    ):
        moved = Place(place.folder, {**place.environ, **more}, place.settings)
        with moved.opened() as local:
            assert local.user


def test_the_recovery_code_opens_the_room_and_makes_a_new_key_file(
    place: Place, made: Founded
) -> None:
    with place.opened() as local:
        secret.write(
            local,
            secret.WriteRequest(
                Address.parse("development/a"), Value.single("weak"), "api-key", "Ada"
            ),
        )
    made.keyfile.unlink()
    code = RecoveryCode.parse(made.recovery.reveal().lower().replace("-", " "))
    path = wiring.recover(place.settings, place.environ, place.folder, code)

    assert made.keyfile == path
    with place.opened() as local:
        found = secret.read(local, Address.parse("development/a")).value.only
        assert found is not None
        assert "weak" == found.data
    with pytest.raises(ConflictError):
        wiring.recover(place.settings, place.environ, place.folder, code)


def test_another_recovery_code_opens_nothing(place: Place, made: Founded) -> None:
    made.keyfile.unlink()
    with pytest.raises(StrongroomError) as error:
        wiring.recover(place.settings, place.environ, place.folder, RecoveryCode.new())

    assert "seal-wrong-credential" == error.value.code
    assert not made.keyfile.exists()


def test_a_user_whom_the_room_does_not_know_is_told_how_to_be_added(
    place: Place, made: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os_user, "user", lambda uid: OsUser(uid, "mallory"))

    assert "principal-unknown" == _code(place)


def test_a_folder_without_a_room_is_said_to_be(place: Place, tmp_path: Path) -> None:
    assert "db-missing" == _code(place)
    with pytest.raises(StrongroomError) as error:
        wiring.find_folder(place.settings, None)
    assert "room-not-found" == error.value.code


def test_a_database_without_a_room_is_said_to_be(place: Place) -> None:
    place.folder.mkdir()
    sqlite3.connect(place.folder / "room.db").close()

    assert _code(place) in {"room-not-founded", "db-missing"}


def test_the_folder_is_found_by_name_environment_context_or_nearby(tmp_path: Path) -> None:
    (tmp_path / ".strongroom").mkdir()
    (tmp_path / ".strongroom" / "room.db").touch()
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    file = tmp_path / "c.toml"
    config.save(file, {"x": config.Context("x", room=tmp_path / "of-context")}, "x")
    environ = {"STRONGROOM_CONFIG": str(file)}
    plain = config.load({"STRONGROOM_CONFIG": str(tmp_path / "none.toml")}, below)

    assert tmp_path / ".strongroom" == wiring.find_folder(plain, None)
    assert tmp_path / "of-context" == wiring.find_folder(config.load(environ, below), None)
    both = config.load({**environ, "STRONGROOM_ROOM": "of-environ"}, below)
    assert below / "of-environ" == wiring.find_folder(both, None)
    assert below / "given" == wiring.find_folder(both, Path("given"))


def test_a_row_that_was_written_by_hand_is_refused(room: Local, place: Place) -> None:
    secret.generate_into(room, secret.WriteRequest(KEY, Value.single(""), "jwt-secret-key", "Ada"))
    with sqlite3.connect(place.folder / "room.db") as db:
        names = [
            n
            for (n,) in db.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'grant_'"
            )
        ]
        for name in names:
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE grant_ SET verbs = 'read administer'")
    db.close()
    with place.opened() as again, pytest.raises(StrongroomError) as error:
        secret.read(again, KEY)

    assert "row-tampered" == error.value.code


def test_a_damaged_page_opens_nothing(place: Place, made: Founded) -> None:
    path = made.folder / "room.db"
    data = bytearray(path.read_bytes())
    data[100:200] = bytes(100)
    path.write_bytes(data)
    for side in ("room.db-wal", "room.db-shm"):
        (place.folder / side).unlink(missing_ok=True)

    assert _code(place).startswith("db-")


def test_a_key_file_that_cannot_be_made_is_a_machine_error(
    place: Place, document: bytes, compiled: Policy
) -> None:
    blocked = {
        **place.environ,
        "STRONGROOM_KEYFILE": str(place.settings.file.parent / "x" / "\x00"),
    }
    with pytest.raises((MachineError, ValueError)):
        wiring.found(place.settings, blocked, place.folder, document, compiled, [])
