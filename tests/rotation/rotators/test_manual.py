"""The rotator whose target is changed by a person, through the engine and a room on disk."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from time_machine import Traveller

from strongroom.errors import InvalidError
from strongroom.model.address import Address
from strongroom.ops import rotate, secret, target
from strongroom.ops.local import Local
from strongroom.ops.rotate import StartRequest
from strongroom.ops.target import TargetRequest
from strongroom.rotation.contract import no_wait, plain_draw
from strongroom.rotation.rotators.interface import (
    Answer,
    Credential,
    Job,
    Overlap,
    Step,
    Target,
    TargetManualError,
)
from strongroom.rotation.rotators.manual import ManualRotator
from strongroom.secret.value import Field, Value

A = Address.parse("development/api/SUPPLIER")
FIRST = "not-the-first-one"


def a_job(**options: str) -> Job:
    fields = {"username": "acme", "password": FIRST}
    return Job(
        Target("supplier", "https://console.example.com", {"changes": "password", **options}),
        str(A), "api-key", {}, Credential(1, fields), plain_draw, no_wait,
    )  # fmt: skip


@pytest.fixture
def clock() -> Iterator[Traveller]:
    with time_machine.travel(datetime(2026, 3, 2, tzinfo=UTC), tick=True) as found:
        yield found


@pytest.fixture
def house(clock: Traveller, room: Local) -> Local:
    """A credential that a person rotates."""
    value = Value({"username": Field("acme", secret=False), "password": Field(FIRST)})
    secret.write(room, secret.WriteRequest(A, value, "api-key", "Ada"))
    options = {"changes": "password", "overlap": "values", "set": "Console, API keys, add"}
    target.add(room, TargetRequest("supplier", "development", "manual", options=options))
    target.attach(room, A, "supplier")
    return room


def password(room: Local, version: int | None = None) -> str:
    field = secret.read(room, A, version=version).value.fields["password"]
    assert isinstance(field.data, str)
    return field.data


def test_a_person_leads_it_from_the_first_step_to_the_last(house: Local, clock: Traveller) -> None:
    rotate.start(house, StartRequest(A))
    found = rotate.drive(house, A)
    assert (found.state, found.code, found.new) == ("needs-person", "by-hand-set", 2)
    assert password(house) == FIRST

    rotate.resume(house, A, "set")
    found = rotate.drive(house, A)
    assert found.state == "promoted"
    assert password(house) != FIRST

    clock.shift(timedelta(hours=30))
    house.gate.sequence()
    found = rotate.drive(house, A)
    if found.code == "held":  # this test read it
        rotate.retire(house, A)
        found = rotate.drive(house, A)
    assert (found.state, found.code) == ("needs-person", "by-hand-retire")

    rotate.resume(house, A, "retire")
    found = rotate.drive(house, A)
    assert found.state == "retired"
    clock.shift(timedelta(days=3))
    assert rotate.drive(house, A).state == "done"


def test_who_only_resumes_has_done_nothing(house: Local) -> None:
    rotate.start(house, StartRequest(A))
    rotate.drive(house, A)
    rotate.resume(house, A)
    found = rotate.drive(house, A)
    assert (found.state, found.code) == ("needs-person", "by-hand-set")
    assert password(house) == FIRST


def test_it_is_taken_back_by_hand_too(house: Local) -> None:
    rotate.start(house, StartRequest(A))
    rotate.drive(house, A)
    rotate.abort(house, A)
    found = rotate.drive(house, A)
    assert (found.state, found.code) == ("needs-person", "by-hand-undo")
    rotate.resume(house, A, "undo")
    assert rotate.drive(house, A).state == "rolled-back"
    assert password(house) == FIRST


@pytest.mark.parametrize("step", ["retire", "undo", "nonsense", "Set"])
def test_a_step_that_does_not_wait_is_not_confirmed(house: Local, step: str) -> None:
    rotate.start(house, StartRequest(A))
    rotate.drive(house, A)
    with pytest.raises(InvalidError) as caught:
        rotate.resume(house, A, step)
    assert caught.value.code == "rotation-confirm"
    assert caught.value.fix == "the step that waits is set"


def test_a_rotation_that_runs_has_no_step_to_confirm(house: Local) -> None:
    rotate.start(house, StartRequest(A))
    with pytest.raises(InvalidError) as caught:
        rotate.resume(house, A, "set")
    assert "rotate status" in (caught.value.fix or "")


def test_a_plan_says_what_to_do_and_where_the_value_is(house: Local) -> None:
    texts = {one.step: one.text for one in rotate.plan(house, A).statements}
    assert "Console, API keys, add" in texts[Step.SET]
    assert f"strongroom rotate reveal {A}" in texts[Step.SET]
    assert "supplier" in texts[Step.RETIRE]
    assert FIRST not in str(texts)


def test_what_is_said_of_a_value_is_what_a_person_has_said() -> None:
    job = a_job()
    rotator = ManualRotator()
    job = replace(job, pending=Credential(2, rotator.mint(job)))
    assert job.current is not None
    assert job.pending is not None

    def answers(one: Job) -> tuple[Answer, Answer]:
        assert one.current is not None
        assert one.pending is not None
        return (
            rotator.probe(one, one.current).answer,
            rotator.probe(one, one.pending).answer,
        )

    assert answers(job) == (Answer.ACCEPTED, Answer.REFUSED)
    assert answers(replace(job, by_hand="set")) == (Answer.ACCEPTED, Answer.ACCEPTED)
    promoted = replace(job, promoted_us=1)
    assert answers(promoted) == (Answer.ACCEPTED, Answer.ACCEPTED)
    assert answers(replace(promoted, by_hand="retire")) == (Answer.REFUSED, Answer.ACCEPTED)
    assert rotator.in_use(job, job.current) == []
    rotator.test(job)


def test_a_step_says_what_to_do_and_how_to_say_that_it_is_done() -> None:
    job = a_job(retire="Console, API keys, revoke")
    rotator = ManualRotator()
    job = replace(job, pending=Credential(2, rotator.mint(job)))
    assert job.current is not None
    assert job.pending is not None
    with pytest.raises(TargetManualError) as caught:
        rotator.set(job)
    assert caught.value.code == "by-hand-set"
    assert not caught.value.retryable
    assert "https://console.example.com" in (caught.value.fix or "")
    assert f"strongroom rotate resume {A} --confirm set" in (caught.value.fix or "")
    with pytest.raises(TargetManualError) as caught:
        rotator.retire(job, job.current)
    assert "API keys, revoke" in (caught.value.fix or "")
    with pytest.raises(TargetManualError):
        rotator.undo(job)
    rotator.undo(replace(job, pending=None))
    for step in ("set", "retire", "undo"):
        said = replace(job, by_hand=step)
        with pytest.raises(TargetManualError):
            rotator.set(replace(said, by_hand="undo"))
        if step == "set":
            rotator.set(said)


def test_the_doctor_has_nothing_to_complain_of() -> None:
    assert [one.well for one in ManualRotator().doctor(a_job())] == [True]
    assert ManualRotator().overlap(a_job()) is Overlap.NONE


@pytest.mark.parametrize(
    "options",
    [{"mint": "target"}, {"set": "a\nb"}, {"retire": "x" * 501}, {"overlap": "some"}],
    ids=range(4),
)
def test_options_that_cannot_work(options: dict[str, str]) -> None:
    with pytest.raises(InvalidError) as caught:
        ManualRotator().check(a_job(**options))
    assert caught.value.code == "target-option"
