"""A key file that is not as it was, or that others could touch, opens nothing."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Place
from tests.wiring.rooms import code_of

from strongroom import config, wiring
from strongroom.crypto.keyfile import KeyFile
from strongroom.errors import SealedError, StrongroomError
from strongroom.wiring import Founded, keyfiles

ROOM = bytes(range(16))


def _missing(path: Path) -> None:
    path.unlink()


def _read_by_others(path: Path) -> None:
    path.chmod(0o640)


def _of_another_user(path: Path) -> None:
    os.chown(path, 12345, 12345)


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


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:80])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _huge(path: Path) -> None:
    path.write_bytes(path.read_bytes() * 100)


def _of_another_room(path: Path) -> None:
    path.write_bytes(KeyFile.new(ROOM).encode())


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_missing, "keyfile-missing"),
        (_read_by_others, "keyfile-exposed"),
        (_of_another_user, "keyfile-exposed"),
        (_pipe, "keyfile-unreadable"),
        (_folder, "keyfile-unreadable"),
        (_loop, "keyfile-unreadable"),
        (_damaged, "keyfile-damaged"),
        (_cut, "keyfile-damaged"),
        (_empty, "keyfile-unknown"),
        (_huge, "keyfile-unknown"),
        (_of_another_room, "keyfile-other-room"),
    ],
)
def test_a_key_file_that_is_not_as_it_was_leaves_the_room_sealed(
    made: Founded, spoil: Callable[[Path], None], code: str
) -> None:
    secret = made.keyfile.read_bytes().split(b":")[4].decode()
    if spoil is _of_another_user and os.getuid() != 0:
        made.keyfile.chmod(0o604)  # only root can give a file away; this is as bad
    else:
        spoil(made.keyfile)
    with pytest.raises(SealedError) as error:
        keyfiles.read(made.keyfile, made.room_id)

    assert code == error.value.code
    assert str(made.keyfile) in error.value.message
    assert secret[:8] not in f"{error.value!r}{error.value.message}{error.value.fix}"


def test_a_link_to_a_private_file_is_followed(made: Founded, tmp_path: Path) -> None:
    shutil.move(made.keyfile, tmp_path / "elsewhere")
    made.keyfile.symlink_to(tmp_path / "elsewhere")

    assert made.room_id == keyfiles.read(made.keyfile, made.room_id).room_id


def test_another_key_file_of_the_same_room_is_named(place: Place, made: Founded) -> None:
    made.keyfile.write_bytes(KeyFile.new(made.room_id).encode())

    assert "keyfile-other" == code_of(place)


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


def test_a_credential_folder_without_one_changes_nothing(
    place: Place, made: Founded, tmp_path: Path
) -> None:
    empty = Place(
        place.folder, {**place.environ, "CREDENTIALS_DIRECTORY": str(tmp_path)}, place.settings
    )
    with empty.opened() as local:
        assert local.user


def test_a_configuration_that_is_named_from_here_is_found_from_here(tmp_path: Path) -> None:
    settings = config.load({"STRONGROOM_CONFIG": "mine/c.toml"}, tmp_path)

    assert tmp_path / "mine" / "keys" / f"{ROOM.hex()}.key" == keyfiles.path_of(settings, {}, ROOM)


@pytest.mark.parametrize("name", ["x\x00", "y" * 300, "file/key"])
def test_a_place_that_cannot_be_is_a_machine_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / name
    with pytest.raises(StrongroomError) as error:
        keyfiles.make(path, KeyFile.new(ROOM))
    assert error.value.code in {"keyfile-unwritable", "keyfile-exists"}
    with pytest.raises(SealedError):
        keyfiles.read(path, ROOM)
