"""What SECURITY.md promises of backups: each promise is broken by a planted fault.

A promise's body is run as it is, and must pass; then again with one line of the program made
wrong, and must fail. A body that passes both times tests nothing.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Place
from tests.secret.backup import files
from tests.wiring import backups as rooms
from tests.wiring.rooms import found

from strongroom import config
from strongroom.errors import StrongroomError
from strongroom.gate.changes import instance
from strongroom.gate.rows import Meta
from strongroom.model.policy import Policy
from strongroom.ops import audit, fsck, room
from strongroom.secret.backup.manifest import Head
from strongroom.wiring import backups, place

Body = Callable[[rooms.Saved, Path], None]
Plant = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(scope="module")
def saved(
    tmp_path_factory: pytest.TempPathFactory, document: bytes, compiled: Policy
) -> rooms.Saved:
    folder = tmp_path_factory.mktemp("saved")
    environ = {"STRONGROOM_CONFIG": str(folder / "config.toml")}
    where = Place(folder / "room", environ, config.load(environ, folder))
    found(where, document, compiled)
    return rooms.save(where, folder / "a.backup")


def frozen_and_tokenless(saved: rooms.Saved, folder: Path) -> None:
    made = saved.restored(folder / "new")
    with saved.at(folder / "new").opened() as local:
        assert room.status(local).killed
        assert made.tokens_dropped == 1
        assert local.instance_id != made.from_instance
        assert fsck.check(local).ok


def a_copy_is_refused(saved: rooms.Saved, folder: Path) -> None:
    shutil.copytree(saved.place.folder, folder / "copy")
    with pytest.raises(StrongroomError), saved.at(folder / "copy").opened():
        pass


def a_changed_byte_is_found(saved: rooms.Saved, folder: Path) -> None:
    del saved, folder
    good = files.whole(b"a small database")
    for at in range(len(good)):
        with pytest.raises(StrongroomError):
            files.opened(good[:at] + bytes((good[at] ^ 4,)) + good[at + 1 :])


def what_is_not_whole_is_not_restored(saved: rooms.Saved, folder: Path) -> None:
    stranger = str(audit.key_of(b"i" * 16, bytes(31) + b"\x01"))
    with pytest.raises(StrongroomError):
        saved.restored(folder / "new", stranger)


def _keeps_tokens(patch: pytest.MonkeyPatch) -> None:
    class Revoked:
        name = "token"

        @staticmethod
        def where(*_: object) -> list[object]:
            return []

    patch.setattr(instance, "TOKEN", Revoked)


def _keeps_open(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Meta, "RESTORED", Meta.OPEN)


def _no_place(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(place, "check", lambda *_: None)


def _no_mac(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Head, "check", lambda head, _key: head.manifest)


def _no_check(patch: pytest.MonkeyPatch) -> None:
    """The log is verified, and what comes of it is not looked at."""
    patch.setattr(backups.Examined, "ok", property(lambda _: True))


FAULTS: list[tuple[Body, Plant]] = [
    (frozen_and_tokenless, _keeps_tokens),
    (frozen_and_tokenless, _keeps_open),
    (a_copy_is_refused, _no_place),
    (a_changed_byte_is_found, _no_mac),
    (what_is_not_whole_is_not_restored, _no_check),
]


@pytest.mark.parametrize(("body_", "plant"), FAULTS, ids=lambda one: one.__name__.strip("_"))
def test_a_planted_fault_breaks_its_test(
    saved: rooms.Saved,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    body_: Body,
    plant: Plant,
) -> None:
    for name in ("sound", "faulty"):
        (tmp_path / name).mkdir()
    body_(saved, tmp_path / "sound")
    plant(monkeypatch)

    with pytest.raises((AssertionError, pytest.fail.Exception, StrongroomError)):
        body_(saved, tmp_path / "faulty")
