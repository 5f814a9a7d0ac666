"""Tests for strongroom.ops.schedule: set, refused, listed, approved."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.ops.rotating import A, clock, credential, house, house_of, system
from time_machine import Traveller

from strongroom.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from strongroom.gate.changes.version import Promote
from strongroom.model.address import Address
from strongroom.ops import access, audit, rotate, schedule, secret, target
from strongroom.ops.importing import plan as plans
from strongroom.ops.importing import run
from strongroom.ops.importing.request import ImportRequest, OnConflict
from strongroom.ops.local import Local, done
from strongroom.ops.rotate import StartRequest
from strongroom.ops.schedule import ScheduleRequest
from strongroom.ops.target import TargetRequest
from strongroom.rotation.due import Due
from strongroom.rotation.rotators.memory import System
from strongroom.rotation.schedule import DAY_US, HOUR_US, SECOND_US, Mode
from strongroom.secret.value import Field, Value

__all__ = ["clock", "house", "system"]

NIGHTS = "0 3 * * SUN"


def put(room: Local, **given: object) -> schedule.Shown:
    return schedule.put(room, ScheduleRequest(A, **given))  # type: ignore[arg-type]


def other(password: str = "not-the-second-one", **fields: str) -> Value:
    """Another credential, with more fields that are not secret."""
    more = {name: Field(text, secret=False) for name, text in fields.items()}
    return Value({**credential("app_a").fields, **more, "password": Field(password)})


def one(room: Local) -> Due:
    (found,) = schedule.due(room, None)
    return found


def test_what_is_left_out_stays(house: Local) -> None:
    put(house, every_us=60 * DAY_US, cron=NIGHTS, zone="Europe/Berlin", window_us=2 * HOUR_US)
    shown = put(house, mode=Mode.APPROVE, blackouts=(("2026-04-01", "2026-04-05"),))
    assert (shown.target, shown.mode, shown.cron, shown.zone) == (
        "db", "approve", NIGHTS, "Europe/Berlin",
    )  # fmt: skip
    assert (shown.every_us, shown.window_us) == (60 * DAY_US, 2 * HOUR_US)
    assert put(house, cron="").window_us == 0
    assert put(house, blackouts=()).blackouts == ()


def test_it_is_due_by_the_shorter_of_both_periods(house: Local) -> None:
    policy = one(house).due_us
    shown = put(house, every_us=30 * DAY_US)
    assert shown.due_us is not None
    assert (
        abs(shown.due_us - (policy - 60 * DAY_US)) < SECOND_US
    )  # a version is stamped when written
    assert shown.begin_us == shown.due_us - DAY_US


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"every_us": 91 * DAY_US}, "period-outside-policy"),
        ({"cron": "0 3 1 1 *"}, "schedule-never-opens"),
        ({"cron": "0 3 * * *", "zone": "Mars/Olympus"}, "schedule-invalid"),
        ({"window_us": HOUR_US}, "schedule-invalid"),
        ({"blackouts": (("2026-03-03", "2026-12-03"),)}, "schedule-never-opens"),
        ({"grace_hours": 2}, "grace-outside-policy"),
    ],
    ids=["period", "yearly", "zone", "no-cron", "blackout", "grace"],
)
def test_what_cannot_be_kept_is_refused_and_changes_nothing(
    house: Local, given: dict[str, object], code: str
) -> None:
    before = schedule.show(house, A)
    with pytest.raises(InvalidError) as caught:
        put(house, **given)
    assert caught.value.code == code
    assert schedule.show(house, A) == before


def test_a_secret_needs_a_target_first(room: Local, system: System) -> None:
    house_of(room, system, attached=False)
    with pytest.raises(NotFoundError) as caught:
        put(room, every_us=30 * DAY_US)
    assert caught.value.code == "rotation-unplaced"
    assert one(room).why == "unplaced"


def test_due_says_why_it_does_not_begin_now(house: Local, clock: Traveller) -> None:
    assert one(house).why == "early"
    assert schedule.due(house) == []
    put(house, cron=NIGHTS, window_us=2 * HOUR_US)
    clock.move_to(datetime(2026, 5, 25, 3, 30, tzinfo=UTC))  # a Monday, six days before it is due
    assert one(house).why == "window-closed"
    put(house, mode=Mode.NOTIFY)
    clock.move_to(datetime(2026, 5, 31, 3, 30, tzinfo=UTC))
    assert one(house).why == "notify-only"
    put(house, mode=Mode.AUTO)
    assert one(house).ready
    rotate.start(house, StartRequest(A))
    assert one(house).why == "running"
    clock.shift(timedelta(days=2))
    assert one(house).days_left < 0


def test_one_that_needs_approval_begins_when_somebody_gave_it(
    house: Local, clock: Traveller
) -> None:
    with pytest.raises(InvalidError) as caught:
        schedule.approve(house, A)
    assert caught.value.code == "approval-not-needed"
    put(house, mode=Mode.APPROVE, cron=NIGHTS)
    given = schedule.approve(house, A)
    opens = datetime(2026, 3, 8, 3, tzinfo=UTC)
    assert (given.state, given.due_us) == ("planned", int(opens.timestamp()) * 1_000_000)
    house.gate.sequence()
    acts = [line.detail.get("act") for line in audit.list_entries(house, audit.Filter(limit=50))]
    assert "approve" in acts
    with pytest.raises(ConflictError):
        schedule.approve(house, A)
    clock.move_to(opens)
    assert rotate.drive(house, A).state == "promoted"


def test_a_value_by_hand_moves_the_schedule_and_drops_what_was_planned(
    house: Local, clock: Traveller
) -> None:
    put(house, every_us=30 * DAY_US)
    before = one(house).due_us
    clock.shift(timedelta(days=29))
    assert one(house).ready
    written = secret.write(house, secret.WriteRequest(A, other()))
    assert written.note is not None
    assert "rotate reconcile" in written.note
    assert abs(one(house).due_us - before - 29 * DAY_US) < HOUR_US
    assert one(house).why == "early"


def test_a_value_that_goes_back_is_counted_from_its_own_birth(
    house: Local, clock: Traveller
) -> None:
    put(house, every_us=30 * DAY_US)
    before = one(house).due_us
    clock.shift(timedelta(days=9))
    secret.write(house, secret.WriteRequest(A, other()))
    done(house.gate.change(house.caller, Promote(A, 1)))
    assert abs(one(house).due_us - before) < HOUR_US


def test_the_policys_own_period_begins_anew_with_each_rotation(
    house: Local, clock: Traveller
) -> None:
    """Otherwise a secret without a period of its own would be due again on the next day."""
    put(house, cron="")
    clock.shift(timedelta(days=89))
    assert one(house).ready
    rotate.start(house, StartRequest(A))
    assert rotate.drive(house, A).state == "promoted"
    assert one(house).days_left > 80


def test_a_value_that_is_made_here_and_set_nowhere_is_refused(house: Local) -> None:
    made = secret.WriteRequest(A, credential("app_a"))
    with pytest.raises(ConflictError) as caught:
        secret.generate_into(house, made, field="password")
    assert caught.value.code == "secret-rotated"
    put(house, mode=Mode.NOTIFY)
    assert secret.generate_into(house, made, field="password").version == 2


def acting(room: Local, name: str, *roles: str) -> Local:
    """The room as somebody new sees it."""
    who = access.add(room, access.PrincipalRequest(name, roles))
    return replace(room, caller=room.caller._replace(principal=who.id), user=name)


def refused(room: Local, act: Callable[[Local, Address], object] = schedule.approve) -> str:
    with pytest.raises(DeniedError) as caught:
        act(room, A)
    return f"{caught.value.code}: {caught.value.fix}"


def begin(room: Local, address: Address) -> object:
    return rotate.start(room, StartRequest(address))


def test_one_that_needs_approval_does_not_begin_without(house: Local) -> None:
    put(house, mode=Mode.APPROVE)
    assert refused(house, begin).startswith("approval-needed")
    rotate.start(house, StartRequest(A, emergency=True))


def test_nobody_approves_what_he_arranged_while_there_is_somebody_else(house: Local) -> None:
    put(house, mode=Mode.APPROVE)
    operator = acting(house, "olga", "DevOps")
    security = acting(house, "sam", "Security Team")
    assert refused(operator).startswith("no-rule")
    assert refused(house) == "approval-own: ask sam"
    assert [one.act for one in schedule.approve(security, A).steps] == ["approve"]
    assert rotate.status(house, A).steps[0].code == ""


def test_a_single_operator_approves_alone_and_that_is_kept(house: Local) -> None:
    put(house, mode=Mode.APPROVE)
    acting(house, "olga", "DevOps")  # may rotate, and not approve
    access.disable(house, acting(house, "sam", "Security Team").user)
    assert [(one.act, one.code) for one in schedule.approve(house, A).steps] == [
        ("approve", "alone")
    ]


def test_what_an_approver_arranged_the_founder_may_approve(house: Local) -> None:
    security = acting(house, "sam", "Security Team")
    put(security, mode=Mode.APPROVE)
    assert refused(security).startswith("approval-own")
    assert schedule.approve(house, A).steps[0].code == ""


def freed(mode: Mode) -> Callable[[Local, Address], object]:
    return lambda room, where: schedule.put(room, ScheduleRequest(where, mode=mode))


def test_who_may_not_approve_does_not_end_that_it_is_approved(house: Local) -> None:
    put(house, mode=Mode.APPROVE)
    operator = acting(house, "olga", "DevOps")
    security = acting(house, "sam", "Security Team")

    for free in (freed(Mode.AUTO), freed(Mode.NOTIFY)):
        assert refused(operator, free).startswith("no-rule")
        # Who arranged it is not the one who says that nobody needs to look.
        assert refused(house, free) == "approval-own: ask sam"
    more = ScheduleRequest(A, every_us=9 * DAY_US, grace_hours=48, mode=Mode.AUTO)
    before = schedule.show(house, A)
    assert refused(operator, lambda room, _: schedule.put(room, more)).startswith("no-rule")
    assert schedule.show(house, A) == before
    attached = refused(operator, lambda room, where: target.attach(room, where, "db"))
    assert attached.startswith("approval-needed")
    assert schedule.show(house, A).mode == "approve"
    assert put(security, mode=Mode.AUTO).mode == "auto"
    rotate.start(operator, StartRequest(A))


def test_a_single_operator_ends_that_it_is_approved_and_that_is_kept(house: Local) -> None:
    put(house, mode=Mode.APPROVE)
    put(house, mode=Mode.AUTO)
    house.gate.sequence()
    entries = audit.list_entries(house, audit.Filter(limit=50))
    assert "alone" in {line.detail.get("approval") for line in entries}


@pytest.mark.parametrize(
    "changed",
    [
        {"grace_hours": 48},
        {"cron": "0 3 * * *"},
        {"window_us": 5 * HOUR_US},
        {"zone": "Europe/Berlin"},
        {"blackouts": (("2026-04-01", "2026-04-05"),)},
        {"options": {"overlap": "none"}},
        {"mode": Mode.AUTO},
    ],
    ids=["grace", "cron", "window", "zone", "blackout", "options", "mode"],
)
def test_what_was_approved_is_void_when_it_is_changed(
    house: Local, clock: Traveller, changed: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target, "words", lambda *_: None)  # the rotator in memory reads none
    put(house, mode=Mode.APPROVE, cron=NIGHTS)
    assert schedule.approve(house, A).state == "planned"
    put(house, **changed)
    void = rotate.status(house, A)
    assert (void.state, void.code) == ("rolled-back", "approval-void")
    assert void.steps[-1].act == "void"
    assert one(house).why != "failed-lately"
    clock.move_to(datetime(2026, 3, 8, 3, tzinfo=UTC))
    with pytest.raises(NotFoundError):
        rotate.drive(house, A)
    if "mode" not in changed:
        assert schedule.approve(house, A).state == "planned"  # by whoever looked at it anew


def test_what_is_said_once_more_leaves_an_approval_as_it_is(house: Local) -> None:
    put(house, mode=Mode.APPROVE, cron=NIGHTS)
    schedule.approve(house, A)
    put(house, cron=NIGHTS, every_us=60 * DAY_US)
    target.add(house, TargetRequest("db", "development", "memory"))
    assert rotate.status(house, A).state == "planned"


def test_another_target_is_nothing_that_was_approved(house: Local) -> None:
    put(house, mode=Mode.APPROVE, cron=NIGHTS)
    schedule.approve(house, A)
    target.add(house, TargetRequest("db", "development", "memory", "elsewhere.example:5432"))
    assert rotate.status(house, A).code == "approval-void"
    schedule.approve(house, A)
    target.add(house, TargetRequest("other", "development", "memory"))
    put(house, target="other")
    assert rotate.status(house, A).code == "approval-void"


def test_what_has_begun_goes_on_and_an_engine_that_held_what_is_void_writes_nothing(
    house: Local, clock: Traveller
) -> None:
    put(house, mode=Mode.APPROVE)
    schedule.approve(house, A)
    engine = rotate.engine(house, stopping=lambda: bool(put(house, grace_hours=30)))
    row = rotate.look(house, A).runs[0]
    with pytest.raises(ConflictError) as caught:
        engine.drive(A, row.id)
    assert caught.value.code == "rotation-fenced"
    assert secret.show(house, A).current == 1
    schedule.approve(house, A)
    assert rotate.drive(house, A).state == "promoted"
    put(house, grace_hours=48)
    assert rotate.status(house, A).state == "promoted"


def test_an_approval_is_for_its_window_whoever_resumes_it(house: Local, clock: Traveller) -> None:
    put(house, mode=Mode.APPROVE, cron=NIGHTS)
    opens_us = schedule.approve(house, A).due_us
    for _ in range(2):
        assert rotate.drive(house, A).code == "window"
        rotate.pause(house, A)
        assert rotate.drive(house, A).code == "paused"
        rotate.resume(house, A)
        assert rotate.status(house, A).due_us == opens_us
    found = rotate.drive(house, A)
    assert (found.state, found.code, found.new) == ("planned", "window", None)
    clock.move_to(datetime(2026, 3, 8, 3, tzinfo=UTC))
    assert rotate.drive(house, A).state == "promoted"


def test_a_leak_waits_for_no_window(house: Local) -> None:
    put(house, mode=Mode.APPROVE, cron=NIGHTS)
    schedule.approve(house, A)
    rotate.start(house, StartRequest(A, emergency=True))
    assert rotate.drive(house, A).state == "done"


def test_one_that_was_approved_can_be_aborted_before_its_window(house: Local) -> None:
    put(house, mode=Mode.APPROVE, cron=NIGHTS)
    schedule.approve(house, A)
    rotate.abort(house, A)
    assert rotate.drive(house, A).state == "rolled-back"


STRONG = "fake-Zq7-strong-enough-81-kWx-0-vTr"


@pytest.mark.parametrize("every_us", [None, 30 * DAY_US], ids=["policy", "own"])
def test_a_value_that_is_written_once_more_is_not_rotated(
    house: Local, clock: Traveller, every_us: int | None
) -> None:
    put(house, every_us=every_us)
    secret.write(house, secret.WriteRequest(A, other(STRONG)))
    before = one(house)
    clock.shift(timedelta(days=9))
    with pytest.raises(ConflictError) as caught:
        secret.write(house, secret.WriteRequest(A, other(STRONG)))
    assert caught.value.code == "value-unchanged"
    assert STRONG not in f"{caught.value.message} {caught.value.fix}"
    assert secret.show(house, A).current == before.version

    # With another field beside it, or after another value, it is as old as it was.
    written = secret.write(house, secret.WriteRequest(A, other(STRONG, host="db.example")))
    assert written.expires_us == before.due_us or every_us is not None
    assert one(house).due_us == before.due_us
    secret.write(house, secret.WriteRequest(A, other()))
    assert one(house).due_us > before.due_us + 8 * DAY_US
    secret.write(house, secret.WriteRequest(A, other(STRONG)))
    assert one(house).due_us == before.due_us
    # Nor does the schedule say otherwise, written once more.
    put(house, every_us=every_us)
    assert one(house).due_us == before.due_us


def test_a_weak_value_that_is_current_is_refused_too(house: Local) -> None:
    with pytest.raises(ConflictError) as caught:
        secret.write(house, secret.WriteRequest(A, credential("app_a")))
    assert caught.value.code == "value-unchanged"


def test_what_is_imported_once_more_is_as_old_as_it_was(house: Local, clock: Traveller) -> None:
    where = Address.parse("development/api/KEY")
    secret.write(house, secret.WriteRequest(where, Value.single(STRONG), "api-key", "Ada"))
    ends_us = secret.show(house, where).versions[-1].expires_us
    clock.shift(timedelta(days=9))
    rows = json.dumps([{"name": str(where), "value": STRONG, "type": "api-key"}]).encode()
    request = ImportRequest(
        rows, "", "json", "development", "", None, "Ada", OnConflict.NEW_VERSION, ""
    )
    plan = plans.make(house, request)
    assert run.carry_out(house, request, plan).versions == 1
    shown = secret.show(house, where)
    assert shown.current == 2
    assert {one.expires_us for one in shown.versions} == {ends_us}
