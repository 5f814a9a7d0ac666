"""Tests for strongroom.ops.target."""

import pytest

from strongroom.errors import InvalidError, NotFoundError
from strongroom.model.address import Address
from strongroom.ops import secret, target
from strongroom.ops.local import Local
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


def test_what_is_not_known_is_refused(room: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidError):
        target.add(room, TargetRequest("db", "nowhere", "memory"))
    monkeypatch.undo()
    with pytest.raises(NotFoundError) as caught:
        target.add(room, TargetRequest("db", "development", "telepathy"))
    assert caught.value.code == "rotator-unknown"
