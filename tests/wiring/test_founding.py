"""Making a room: private, in a folder of its own, all of it or nothing."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from tests.conftest import Place
from tests.wiring.rooms import found

from strongroom import config, wiring
from strongroom.db.interface import DbRefusedError
from strongroom.errors import ConflictError, MachineError, StrongroomError
from strongroom.model.policy import Policy
from strongroom.wiring import Founded


def _all(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def _code(attempt: Callable[[], object]) -> str:
    with pytest.raises(StrongroomError) as error:
        attempt()
    return error.value.code


def test_the_key_file_stands_outside_of_the_folder_and_is_private(made: Founded) -> None:
    assert not made.keyfile.is_relative_to(made.folder)
    assert 0o600 == made.keyfile.stat().st_mode & 0o777
    assert 0o700 == made.folder.stat().st_mode & 0o777
    assert {"room.db", "reserve"} <= {p.name for p in made.folder.iterdir()}
    assert {0o600} == {p.stat().st_mode & 0o777 for p in made.folder.iterdir()}
    assert made.recovery.reveal() not in repr(made)


def test_a_second_room_does_not_replace_the_first(
    place: Place, made: Founded, document: bytes, compiled: Policy
) -> None:
    before = _all(place.folder.parent)

    assert "room-exists" == _code(lambda: found(place, document, compiled))
    assert before == _all(place.folder.parent)
    with place.opened() as local:
        assert local.user


def test_a_policy_may_stand_in_the_folder_and_nothing_else(
    place: Place, document: bytes, compiled: Policy
) -> None:
    place.folder.mkdir(mode=0o755)
    (place.folder / "notes.txt").write_text("mine")
    assert "folder-in-use" == _code(lambda: found(place, document, compiled))
    assert 0o755 == place.folder.stat().st_mode & 0o777

    (place.folder / "notes.txt").rename(place.folder / "policy.md")
    assert found(place, document, compiled).folder == place.folder


def test_a_file_in_the_way_is_left_alone(place: Place, document: bytes, compiled: Policy) -> None:
    place.folder.write_text("in the way")

    assert "folder-in-use" == _code(lambda: found(place, document, compiled))
    assert {"room"} == _all(place.folder.parent)
    assert "in the way" == place.folder.read_text()


@pytest.mark.parametrize("name", ["\x00", "a" * 300])
def test_a_folder_that_cannot_be_is_a_machine_error(
    tmp_path: Path, place: Place, document: bytes, compiled: Policy, name: str
) -> None:
    there = Place(tmp_path / name, place.environ, place.settings)

    assert "folder-unusable" == _code(lambda: found(there, document, compiled))
    assert set() == _all(tmp_path)


def test_a_key_file_inside_of_the_folder_is_refused(
    tmp_path: Path, document: bytes, compiled: Policy
) -> None:
    """However it is named: a copy of the folder would open the room."""
    (tmp_path / "link").symlink_to(tmp_path / "room")
    for environ in (
        {"STRONGROOM_CONFIG": str(tmp_path / "room" / "config.toml")},
        {"STRONGROOM_CONFIG": "room/deep/config.toml"},
        {"STRONGROOM_KEYFILE": "room/../room/key", "STRONGROOM_CONFIG": str(tmp_path / "c.toml")},
        {"STRONGROOM_KEYFILE": "link/key", "STRONGROOM_CONFIG": str(tmp_path / "c.toml")},
    ):
        place = Place(tmp_path / "room", environ, config.load(environ, tmp_path))
        assert "keyfile-inside" == _code(partial(found, place, document, compiled))
    assert {"link"} == _all(tmp_path)


@pytest.mark.parametrize("method", ["found", "sequence"])
@pytest.mark.parametrize("fault", [MachineError("db-full", "no space"), KeyboardInterrupt()])
def test_a_founding_that_fails_half_way_leaves_nothing_and_can_be_done_again(
    place: Place,
    document: bytes,
    compiled: Policy,
    method: str,
    fault: BaseException,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise fault

    with monkeypatch.context() as broken:
        broken.setattr(f"strongroom.wiring.process.Gate.{method}", fail)
        with pytest.raises(type(fault)):
            found(place, document, compiled)

    assert set() == _all(place.settings.cwd)
    found(place, document, compiled)
    with place.opened() as local:
        assert local.user


def test_a_database_that_another_founder_made_meanwhile_is_left_alone(
    place: Place, document: bytes, compiled: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def first(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"another's")
        raise DbRefusedError("db-exists", "somebody was first")

    monkeypatch.setattr("strongroom.wiring.founding.sqlite.create", first)
    assert "db-exists" == _code(lambda: found(place, document, compiled))

    assert {"room", "room/room.db"} == _all(place.settings.cwd)
    assert b"another's" == (place.folder / wiring.DATABASE).read_bytes()


def test_a_key_file_that_is_there_is_left_alone(
    tmp_path: Path, document: bytes, compiled: Policy
) -> None:
    environ = {"STRONGROOM_CONFIG": str(tmp_path / "c.toml"), "STRONGROOM_KEYFILE": "key"}
    place = Place(tmp_path / "room", environ, config.load(environ, tmp_path))
    (tmp_path / "key").write_text("another's")
    with pytest.raises(ConflictError) as error:
        found(place, document, compiled)

    assert "keyfile-exists" == error.value.code
    assert "another's" == (tmp_path / "key").read_text()
    assert {"key"} == _all(tmp_path)


def test_a_database_that_cannot_be_synced_leaves_no_key_file(
    place: Place, document: bytes, compiled: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("strongroom.wiring.keyfiles.os.fsync", full)

    assert "keyfile-unwritable" == _code(lambda: found(place, document, compiled))
    assert set() == _all(place.settings.cwd)
