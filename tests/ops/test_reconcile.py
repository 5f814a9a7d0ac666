"""Tests for strongroom.ops.reconcile: a restore after a rotation, and changes by hand."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.conftest import RESERVE_BYTES, Place
from tests.ops.rotating import FIRST, A, clock, house, system
from time_machine import Traveller

from strongroom import wiring
from strongroom.errors import DeniedError, InvalidError, NotFoundError
from strongroom.gate.changes.secret import AddVersion
from strongroom.model.address import Address
from strongroom.model.principal import Verb
from strongroom.ops import backup, rotate, secret
from strongroom.ops import reconcile as module
from strongroom.ops import room as rooms
from strongroom.ops.agent import Rounds
from strongroom.ops.local import Local
from strongroom.ops.reconcile import Truth, reconcile, reconcile_all
from strongroom.ops.rotate import StartRequest
from strongroom.rotation.machine import Seen
from strongroom.rotation.rotators.interface import TargetUnreachableError
from strongroom.rotation.rotators.memory import System, digest
from strongroom.secret.value import Field, Value

__all__ = ["AddVersion", "clock", "house", "system"]
OTHER = "development/api/OTHER"


def rotated(room: Local) -> None:
    """Promoted, and the old value in its grace."""
    rotate.start(room, StartRequest(A))
    assert rotate.drive(room, A).state == "promoted"


def ended(room: Local, clock: Traveller, system: System) -> None:
    system.sessions.clear()
    clock.shift(timedelta(hours=25))
    rotate.drive(room, A)
    clock.shift(timedelta(hours=2))
    assert rotate.drive(room, A).state == "done"


def password(room: Local) -> str:
    return str(secret.read(room, A, verb=Verb.ROTATE).value.fields["password"].data)


def test_what_is_true_stays(house: Local) -> None:
    found = reconcile(house, A)
    assert (found.truth, found.version, found.target) == (Truth.CURRENT, 1, "db")
    assert reconcile_all(house, "").well


def test_a_value_that_somebody_put_back_by_hand_becomes_current_again(
    house: Local, clock: Traveller, system: System
) -> None:
    """Two versions are kept; the target knows the first alone, so the second is out of use."""
    write = secret.WriteRequest(A, Value({"username": Field("app_a", secret=False),
                                          "password": Field("another-fake-one")}))  # fmt: skip
    secret.write(house, write)
    del clock, system
    found = reconcile(house, A)
    assert (found.truth, found.version) == (Truth.PROMOTED, 1)
    assert [(one.version, one.said) for one in found.answers] == [(2, "refused"), (1, "accepted")]
    assert password(house) == FIRST
    assert reconcile(house, A).truth is Truth.CURRENT


def test_a_version_about_which_the_target_said_nothing_is_not_taken_from_its_place(
    house: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One lost answer: both values may be valid, and the current one is what applications have."""
    fields = {"username": Field("app_a", secret=False), "password": Field("another-fake-one")}
    secret.write(house, secret.WriteRequest(A, Value(fields)))
    said = {2: Seen.UNKNOWN, 1: Seen.ACCEPTED}
    monkeypatch.setattr(module, "_ask", lambda _room, _address, _seen, n: said[n])
    found = reconcile(house, A)
    assert (found.truth, found.version) == (Truth.UNKNOWN, None)
    assert password(house) == "another-fake-one"


def test_no_version_works(house: Local, system: System) -> None:
    system.accounts["app_a"] = {digest("of-somebody-else")}
    found = reconcile(house, A)
    assert (found.truth, found.version) == (Truth.LOST, None)
    assert "--emergency" in found.fix
    assert not reconcile_all(house, "").well
    rotate.start(house, StartRequest(A, emergency=True))
    rotate.drive(house, A)
    assert reconcile(house, A).truth is Truth.CURRENT


def test_a_target_that_is_away_says_nothing(house: Local, system: System) -> None:
    system.fault = TargetUnreachableError("target-unreachable", "nobody answers")
    assert reconcile(house, A).truth is Truth.UNKNOWN
    assert secret.read(house, A).version == 1


def test_a_rotation_that_goes_on_is_left_to_it(house: Local) -> None:
    rotated(house)
    assert reconcile(house, A).truth is Truth.RUNNING


def test_a_secret_without_a_target(house: Local) -> None:
    write = secret.WriteRequest(Address.parse(OTHER), Value.single("x" * 20), "api-key", "Ada")
    secret.write(house, write)
    with pytest.raises(NotFoundError):
        reconcile(house, Address.parse(OTHER))
    assert reconcile_all(house, "").unplaced == (OTHER,)


def restored(place: Place, file: Path, to: Path) -> Place:
    wiring.restore(place.settings, place.environ, file, to, "a test", reserve_bytes=RESERVE_BYTES)
    return Place(to, place.environ, place.settings)


def test_a_backup_of_a_room_in_a_grace_serves_after_it(
    house: Local, place: Place, clock: Traveller, system: System, tmp_path: Path
) -> None:
    """Backed up while both values were valid; then the grace ended. The copy goes on from there."""
    rotated(house)
    made = backup.create(house, tmp_path / "one.backup")
    ended(house, clock, system)
    new = password(house)
    with restored(place, made.path, tmp_path / "new").opened() as other:
        with pytest.raises(DeniedError):
            secret.read(other, A)
        calls = len(system.calls)
        Rounds(other).round()
        assert len(system.calls) == calls  # an agent waits for a person here
        with pytest.raises(InvalidError):
            reconcile_all(other, " ")
        report = reconcile_all(other, "the disk died")
        assert (report.well, report.serves) == (True, True)
        assert rooms.status(other).state == "open"
        assert password(other) == new
        assert system.login("app_a", new)


def test_a_backup_from_before_a_rotation_does_not_serve_a_dead_value(
    house: Local, place: Place, clock: Traveller, system: System, tmp_path: Path
) -> None:
    """The copy knows the old value alone, which the target refuses: it says so and stays frozen."""
    made = backup.create(house, tmp_path / "one.backup")
    rotated(house)
    ended(house, clock, system)
    with restored(place, made.path, tmp_path / "new").opened() as other:
        report = reconcile_all(other, "the disk died")
        assert [one.truth for one in report.found] == [Truth.LOST]
        assert not report.serves
        assert rooms.status(other).state == "restored"
        rotate.start(other, StartRequest(A, emergency=True))
        rotate.drive(other, A)
        assert reconcile_all(other, "the disk died").serves
        assert system.login("app_a", password(other))
