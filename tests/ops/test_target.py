"""Tests for strongroom.ops.target."""

import pytest

from strongroom.errors import InvalidError, NotFoundError
from strongroom.model.address import Address
from strongroom.ops import schedule, secret, target
from strongroom.ops.local import Local
from strongroom.ops.schedule import ScheduleRequest
from strongroom.ops.target import TargetLine, TargetRequest
from strongroom.rotation.rotators import registry
from strongroom.rotation.rotators.memory import MemoryRotator, System
from strongroom.secret.value import Value

A = Address.parse("development/api/DATABASE")


@pytest.fixture(autouse=True)
def _memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "find", lambda _: MemoryRotator(System()))


def test_the_whole_life_of_a_target(room: Local) -> None:
    secret.write(room, secret.WriteRequest(A, Value.single("fake"), "api-key", "Ada"))
    target.add(room, TargetRequest("db", "development", "memory", "127.0.0.1:5432", A))
    target.attach(room, A, "db")
    expected = TargetLine("db", "development", "memory", "127.0.0.1:5432", str(A), 1)
    assert target.list_targets(room) == [expected]
    assert target.list_targets(room, "production") == []
    target.remove(room, "db")
    assert target.list_targets(room) == []
    with pytest.raises(NotFoundError) as caught:
        target.remove(room, "db")
    assert caught.value.code == "target-unknown"


def test_an_option_that_the_rotator_does_not_read_is_refused_when_it_is_given(
    room: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slip in `tls_ca` would be found when the rotation is due, or never."""
    monkeypatch.undo()
    secret.write(room, secret.WriteRequest(A, Value.single("fake"), "api-key", "Ada"))
    with pytest.raises(InvalidError) as caught:
        target.add(room, TargetRequest("db", "development", "jwt", options={"tokenlife": "60"}))
    assert caught.value.code == "target-option"
    assert target.list_targets(room) == []
    target.add(room, TargetRequest("db", "development", "jwt", options={"token_life": "60"}))
    with pytest.raises(InvalidError) as caught:
        target.attach(room, A, "db", {"feild": "value"})
    assert caught.value.code == "target-option"
    with pytest.raises(InvalidError) as caught:
        schedule.put(room, ScheduleRequest(A, "db", options={"feild": "value"}))
    assert caught.value.code == "target-option"


def test_a_target_of_another_environment_is_none(room: Local) -> None:
    secret.write(room, secret.WriteRequest(A, Value.single("fake"), "api-key", "Ada"))
    target.add(room, TargetRequest("db", "staging", "memory"))
    with pytest.raises(NotFoundError) as caught:
        target.attach(room, A, "db")
    assert caught.value.code == "target-unknown"


def test_what_is_not_known_is_refused(room: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidError):
        target.add(room, TargetRequest("db", "nowhere", "memory"))
    monkeypatch.undo()
    with pytest.raises(NotFoundError) as caught:
        target.add(room, TargetRequest("db", "development", "telepathy"))
    assert caught.value.code == "rotator-unknown"
