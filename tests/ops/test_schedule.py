"""Tests for strongroom.ops.schedule: set, refused, listed, approved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.ops.rotating import A, clock, credential, house, house_of, system
from time_machine import Traveller

from strongroom.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from strongroom.gate.changes.version import Promote
from strongroom.model.address import Address
from strongroom.ops import access, audit, rotate, schedule, secret
from strongroom.ops.local import Local, done
from strongroom.ops.rotate import StartRequest
from strongroom.ops.schedule import ScheduleRequest
from strongroom.rotation.due import Due
from strongroom.rotation.rotators.memory import System
from strongroom.rotation.schedule import DAY_US, HOUR_US, SECOND_US, Mode

__all__ = ["clock", "house", "system"]

NIGHTS = "0 3 * * SUN"


def put(room: Local, **given: object) -> schedule.Shown:
    return schedule.put(room, ScheduleRequest(A, **given))  # type: ignore[arg-type]


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
    written = secret.write(house, secret.WriteRequest(A, credential("app_a")))
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
    secret.write(house, secret.WriteRequest(A, credential("app_a")))
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
