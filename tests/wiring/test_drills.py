"""A drill tries the whole way back, shows no value, and is evidence whatever came of it."""

import tempfile
from pathlib import Path

import pytest
from tests.conftest import Place
from tests.wiring.backups import VALUE, add_token, save
from tests.wiring.rooms import found

from strongroom import wiring
from strongroom.errors import DeniedError, InvalidError
from strongroom.gate import trial
from strongroom.model.policy import Policy
from strongroom.ops import access, audit, drill, fsck
from strongroom.ops.local import Local
from strongroom.wiring import Drilled, Founded, drills


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def drilled(place: Place, room: Local, file: Path | None = None, versions: int = 5) -> Drilled:
    return wiring.drill_restore(place.settings, place.environ, room, file, versions)


def test_p_5_a_drill_restores_opens_and_records(
    place: Place, made: Founded, tmp_path: Path, temporary: Path
) -> None:
    """P-5, C-27: the drill is quarterly, so that it is held and what came of it must be kept."""
    save(place, tmp_path / "a.backup")
    with place.opened() as local:
        answer = drilled(place, local)
        (held,) = drill.held(local)
        assert fsck.check(local).ok

    assert answer.ok
    assert (held.outcome, held.id) == ("passed", answer.evidence)
    assert set(answer.ms) == {"backup", "restore", "open", "values", "check"}
    assert {one.environment: one.opened for one in answer.environments}["development"] == 1
    assert VALUE not in repr(held) + repr(answer)
    assert list(temporary.iterdir()) == []
    assert made.folder.is_dir()


def test_the_room_is_as_it_was(place: Place, made: Founded, tmp_path: Path) -> None:
    """The copy is frozen and loses its tokens; the room neither."""
    save(place, tmp_path / "a.backup")
    with place.opened() as local:
        add_token(local)
        drilled(place, local, tmp_path / "a.backup")
        assert local.gate.status().state == "open"
        assert audit.verify(local).ok
        assert local.instance_id == made.instance_id


def test_a_failing_drill_is_recorded_as_failed(
    place: Place, made: Founded, tmp_path: Path, temporary: Path
) -> None:
    saved = save(place, tmp_path / "a.backup")
    data = bytearray(saved.file.read_bytes())
    data[-1] ^= 1
    (tmp_path / "damaged").write_bytes(data)
    with place.opened() as local:
        answer = drilled(place, local, tmp_path / "damaged")
        gone = drilled(place, local, tmp_path / "none")
        held = drill.held(local)

    assert answer.failed == "restore: backup-body-changed"
    assert gone.failed == "restore: backup-missing"
    assert not answer.ok
    assert [one.outcome for one in held] == ["failed", "failed"]
    assert list(temporary.iterdir()) == []
    assert made.folder.is_dir()


def test_a_value_that_does_not_open_fails_the_drill(
    place: Place, made: Founded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(place, tmp_path / "a.backup")
    real = trial.try_values
    monkeypatch.setattr(
        drills, "try_values", lambda *args: [one._replace(opened=0) for one in real(*args)]
    )
    with place.opened() as local:
        assert not drilled(place, local).ok
        assert [one.outcome for one in drill.held(local)] == ["failed"]
    assert made.folder.is_dir()


def test_a_backup_of_another_room_is_no_drill_of_this_one(
    place: Place, made: Founded, tmp_path: Path, document: bytes, compiled: Policy
) -> None:
    other = Place(tmp_path / "other", place.environ, place.settings)
    found(other, document, compiled)
    saved = save(other, tmp_path / "a.backup")
    with place.opened() as local:
        assert drilled(place, local, saved.file).failed == "restore: backup-other-room"
    assert made.folder.is_dir()


def test_nothing_was_tried_is_no_pass() -> None:
    assert not Drilled().ok
    assert not Drilled(log_ok=True, state_ok=True).ok


def test_who_may_not_administer_holds_none(place: Place, made: Founded, temporary: Path) -> None:
    with place.opened() as local:
        access.grant(local, access.GrantRequest(("administer",), principal=local.user, deny=True))
    with pytest.raises(DeniedError), place.opened() as local:
        drilled(place, local)
    assert list(temporary.iterdir()) == []
    assert made.folder.is_dir()


@pytest.mark.parametrize("versions", [0, -1, 10_001])
def test_how_many_are_tried_has_a_bound(place: Place, made: Founded, versions: int) -> None:
    with place.opened() as local, pytest.raises(InvalidError) as error:
        drilled(place, local, versions=versions)
    assert error.value.code == "versions-invalid"
    assert made.folder.is_dir()
