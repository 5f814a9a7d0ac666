"""Tests for strongroom.rotation.bench."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from strongroom.errors import InvalidError
from strongroom.gate.changes.target import PutTarget, SetRule
from strongroom.gate.operation import GateError, late
from strongroom.model.address import Address
from strongroom.ops import rotate, secret
from strongroom.ops.local import Local, done
from strongroom.rotation.bench import Bench, Room, Settings, make_bench, safe
from strongroom.rotation.rotators.interface import Rotator, TargetError
from strongroom.rotation.rotators.memory import MemoryRotator, System
from strongroom.secret.value import Field, Value

A = Address.parse("development/api/DATABASE")
ADMIN = Address.parse("development/db/admin")
ROTATOR: Rotator = MemoryRotator(System())


def bench(room: Local, value: Value) -> Bench:
    secret.write(room, secret.WriteRequest(A, value, "database-password", "Ada"))
    admin = Value({"username": Field("root", secret=False), "password": Field("fake-admin")})
    secret.write(room, secret.WriteRequest(ADMIN, admin, "database-password", "Ada"))
    put = PutTarget("development", "db", "memory", "", str(ADMIN), {"a": "1", "b": "2"})
    done(room.gate.change(room.caller, put))
    done(room.gate.change(room.caller, SetRule(A, "db", {"b": "3"})))
    seen = rotate.look(room, A)
    assert seen.target is not None
    inner = Room(room.gate, room.caller, room.keys, room.policy, room.now_us)
    settings = Settings(seen.target, seen.rule)
    return make_bench(inner, lambda _: ROTATOR, A, settings, (None,), lambda _: None)


URL = "postgresql://{username}:{password}@db/app"
PLAIN = Value({"username": Field("app", secret=False), "password": Field("fake-first")})


def test_a_composite_goes_with_its_parts_and_rotators_do_not_see_it(room: Local) -> None:
    made = bench(room, PLAIN.composed({"url": URL}))
    assert made.job.current is not None
    assert set(made.job.current.fields) == {"username", "password"}
    kept = made.kept({"username": "app", "password": "fake-second"})
    value = Value.decode(kept.plaintext)
    assert value.fields["url"].data == "postgresql://app:fake-second@db/app"
    assert value.fields["url"].template == URL
    assert not value.fields["username"].secret


def test_options_of_the_secret_come_first_and_the_admin_is_read_for_it(room: Local) -> None:
    made = bench(room, PLAIN)
    assert (made.job.option("a"), made.job.option("b")) == ("1", "3")
    assert made.job.target.admin == {"username": "root", "password": "fake-admin"}
    assert "fake-admin" not in repr(made.job)


def test_what_is_drawn_is_as_the_policy_wants_it(room: Local) -> None:
    job = bench(room, PLAIN).job
    drawn = {job.draw(1, "") for _ in range(20)}
    assert len(drawn) == 20
    assert min(map(len, drawn)) >= max(32, room.policy.generation.password_length_min)


def test_marks_that_a_target_asks_for_are_in_it_whatever_the_policy_wants(room: Local) -> None:
    plain = structs.replace(room.policy.generation, password_classes=("upper", "lower", "digits"))
    policy = structs.replace(room.policy, generation=plain)
    job = bench(replace(room, policy=policy), PLAIN).job
    assert all(job.draw(32, "").isalnum() for _ in range(20))
    for _ in range(20):
        drawn = job.draw(32, "#$")
        assert {"#", "$"} & set(drawn)
        assert drawn.replace("#", "").replace("$", "").isalnum()


def test_a_field_that_the_secret_has_not_is_refused(room: Local) -> None:
    with pytest.raises(InvalidError) as caught:
        bench(room, PLAIN).kept({"token": "fake"})
    assert caught.value.code == "target-field"
    assert "fake" not in caught.value.message


def test_bytes_are_no_credential_for_a_target(room: Local) -> None:
    with pytest.raises(InvalidError) as caught:
        bench(room, Value({"username": Field("app"), "password": Field(b"\xff\xfe")}))
    assert caught.value.code == "target-field"


def test_a_fault_of_a_rotator_says_no_more_than_its_kind() -> None:
    def work() -> None:
        raise KeyError("fake-value")

    with pytest.raises(TargetError) as caught:
        safe(ROTATOR, work)
    assert caught.value.code == "rotator-failed"
    assert "fake-value" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("drops", [0, 4, 5])
def test_a_value_that_was_dropped_as_late_is_read_again(
    room: Local, monkeypatch: pytest.MonkeyPatch, drops: int
) -> None:
    """A busy machine is no reason to stop a rotation; not for ever."""
    left = [drops]
    real = type(room.gate).read

    def read(*given: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise late()
        return real(*given)

    monkeypatch.setattr(type(room.gate), "read", read)
    if drops == 5:
        with pytest.raises(GateError):
            bench(room, PLAIN)
    else:
        assert bench(room, PLAIN).job.current is not None
