"""Tests for strongroom.ops.rotate_group: what would leave a member out, do it twice, hang, or leak."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from tests.ops.rotating import clock
from time_machine import Traveller

from strongroom.errors import ConflictError
from strongroom.gate.gate import Gate
from strongroom.gate.rotations import turns
from strongroom.model.address import Address
from strongroom.model.principal import Verb
from strongroom.ops import (
    access,
    inventory,
    lifecycle,
    rotate,
    rotate_group,
    schedule,
    secret,
    target,
)
from strongroom.ops.local import Local
from strongroom.ops.rotate import StartRequest
from strongroom.ops.rotate_group import End, GroupRequest, Moment, Result
from strongroom.ops.target import TargetRequest
from strongroom.rotation.rotators import registry
from strongroom.rotation.rotators.interface import (
    Credential,
    Fields,
    Job,
    TargetUnreachableError,
)
from strongroom.rotation.rotators.memory import MemoryRotator, System, digest
from strongroom.rotation.schedule import Mode
from strongroom.secret.value import Field, Value

__all__ = ["clock"]
FIRST = "not-the-first-one"
DOWN = TargetUnreachableError("target-unreachable", "nobody there")


def at(name: str) -> Address:
    return Address.parse(f"development/{name}")


class Killed(BaseException):
    """The process is gone here."""


@dataclass
class House:
    """A room; systems `db` and `cache`, each a target of that name; what was minted."""

    room: Local
    systems: dict[str, System]
    minted: list[str]
    admins: list[tuple[str, str, str]]  # secret, step, password of the admin credential in hand

    def account(self, name: str, where: str, user: str = "") -> Address:
        """A credential that is rotated there."""
        user = user or name.rpartition("/")[2].lower()
        self.systems[where].accounts[user] = {digest(FIRST)}
        value = Value({"username": Field(user, secret=False), "password": Field(FIRST)})
        secret.write(self.room, secret.WriteRequest(at(name), value, "database-password", "Ada"))
        target.attach(self.room, at(name), where)
        return at(name)

    def plain(self, name: str, value: Value | None = None) -> Address:
        """A secret that is rotated nowhere."""
        value = value or Value.single("fake-single-value")
        secret.write(self.room, secret.WriteRequest(at(name), value, "database-password", "Ada"))
        return at(name)

    def used_by(self, consumer: str, *names: str) -> None:
        for name in names:
            inventory.put_consumer(self.room, at(name), consumer, "Ada", 60)

    def fields(self, name: str) -> dict[str, str]:
        value = secret.read(self.room, at(name), verb=Verb.ROTATE).value
        return {one: str(field.data) for one, field in value.fields.items()}

    def works(self, name: str, where: str) -> bool:
        """The current value is accepted, and no other is."""
        fields = self.fields(name)
        return self.systems[where].accounts[fields["username"]] == {digest(fields["password"])}


@pytest.fixture
def house(clock: Traveller, room: Local, monkeypatch: pytest.MonkeyPatch) -> House:
    """The admin credential of `db` is rotated at `db` itself."""
    del clock
    found = House(room, {"db": System(), "cache": System()}, [], [])

    class Counted(MemoryRotator):
        def mint(self, job: Job) -> Fields:
            found.minted.append(job.secret)
            self.note(job, "mint")
            return super().mint(job)

        def retire(self, job: Job, old: Credential) -> None:
            self.note(job, "retire")
            super().retire(job, old)

        def note(self, job: Job, step: str) -> None:
            if job.target.admin is not None:
                found.admins.append((job.secret, step, job.target.admin["password"]))

    rotators = {f"memory-{name}": Counted(system) for name, system in found.systems.items()}
    monkeypatch.setattr(registry, "find", rotators.__getitem__)
    found.plain(
        "db/ADMIN", Value({"username": Field("root", secret=False), "password": Field(FIRST)})
    )
    found.systems["db"].accounts["root"] = {digest(FIRST)}
    target.add(room, TargetRequest("db", "development", "memory-db", admin=at("db/ADMIN")))
    target.add(room, TargetRequest("cache", "development", "memory-cache"))
    target.attach(room, at("db/ADMIN"), "db")
    return found


def run(house: House, *names: str, related: bool = True, **more: object) -> Result:
    request = GroupRequest(
        tuple(at(one) for one in names), emergency=True, related=related, **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return rotate_group.start(house.room, request, sleep=lambda _: None)


def ends(found: Result) -> dict[str, str]:
    return {one.address.removeprefix("development/"): one.end.value for one in found.members}


def test_the_whole_group_is_rotated_in_order_and_each_old_value_refused(house: House) -> None:
    house.account("api/DB", "db")
    house.account("api/REPORT", "db")
    house.account("api/CACHE", "cache")
    house.used_by("shop", "api/DB", "api/CACHE")
    house.plain(
        "api/URL", Value({}).composed({"url": "postgresql://app:{@api/DB#password}@db/app"})
    )
    told: list[Moment] = []
    request = GroupRequest((at("api/DB"),), emergency=True, related=True)
    found = rotate_group.start(house.room, request, told.append)
    assert ends(found) == {
        "db/ADMIN": "done", "api/CACHE": "done", "api/DB": "done", "api/REPORT": "done",
        "api/URL": "follows",
    }  # fmt: skip
    assert found.complete
    assert house.minted.index("development/db/ADMIN") < house.minted.index("development/api/DB")
    new = house.fields("db/ADMIN")["password"]
    assert house.admins[:2] == [
        ("development/db/ADMIN", "mint", FIRST),
        ("development/db/ADMIN", "retire", new),
    ]
    assert {word for _, __, word in house.admins[1:]} == {new}
    for name, where in (("db/ADMIN", "db"), ("api/DB", "db"), ("api/CACHE", "cache")):
        assert house.works(name, where), name
    assert house.fields("api/DB")["password"] in house.fields("api/URL")["url"]
    done_us = [
        one.at_us for one in told if one.address == "development/api/DB" and one.act == "retire"
    ]
    assert done_us
    assert FIRST not in repr(found) + repr(told)
    assert house.fields("api/DB")["password"] not in repr(found) + repr(told)
    status = found.members[-2].run
    assert status is not None
    assert status.steps[0].act == "begin"


def test_an_agent_beside_it_keeps_its_order(house: House) -> None:
    """What is begun and has not had its turn is not taken up by others for a while."""
    house.account("api/DB", "db")
    taken: list[object] = []

    def tell(one: Moment) -> None:
        if one.act == "begin":
            taken.extend(house.room.gate.consult(lambda desk: turns(desk, 9)))

    request = GroupRequest((at("api/DB"),), emergency=True, related=True)
    assert rotate_group.start(house.room, request, tell).complete
    assert taken == []


def test_a_plan_begins_nothing(house: House) -> None:
    house.account("api/DB", "db")
    found = rotate_group.plan(house.room, GroupRequest((at("api/DB"),), related=True))
    assert [(one.address, one.end, one.why) for one in found.members] == [
        ("development/db/ADMIN", End.PLANNED, ("admin credential of target db", "same target db")),
        ("development/api/DB", End.PLANNED, ("asked for",)),
    ]
    assert rotate.running(house.room) == []
    assert house.minted == []


def test_one_that_fails_stops_nobody_and_its_run_stays_open_with_the_words(house: House) -> None:
    house.account("api/DB", "db")
    house.account("api/CACHE", "cache")
    house.systems["cache"].fault = DOWN
    found = run(house, "api/DB", "api/CACHE", related=False)
    assert ends(found) == {"api/DB": "done", "api/CACHE": "open"}
    cache = next(one for one in found.members if one.end is End.OPEN)
    assert (cache.code, [one.text for one in cache.statements]) == (
        "target-unreachable", ["add <the new password>", "remove <the old password>, end its sessions"],
    )  # fmt: skip
    assert not found.complete
    assert [one.address for one in rotate.running(house.room)] == ["development/api/CACHE"]

    house.systems["cache"].fault = None
    again = run(house, "api/DB", "api/CACHE", related=False)
    assert (again.resumed, ends(again)) == (True, {"api/DB": "done-before", "api/CACHE": "done"})
    assert house.minted.count("development/api/DB") == 1
    assert house.works("api/CACHE", "cache")


def test_what_was_tied_by_its_old_value_is_not_forgotten(house: House) -> None:
    """The tie is gone when the first of both has another value."""
    strong = "fake-Zq7-strong-enough-81-kWx-0-vTr"
    for name, where in (("api/ONE", "db"), ("api/TWO", "cache")):
        user = house.account(name, where).path[-3:].lower()
        value = Value({"username": Field(user, secret=False), "password": Field(strong)})
        secret.write(house.room, secret.WriteRequest(at(name), value))
        house.systems[where].accounts[user] = {digest(strong)}
    house.systems["cache"].fault = DOWN
    assert ends(run(house, "api/ONE"))["api/TWO"] == "open"
    house.systems["cache"].fault = None
    assert ends(run(house, "api/ONE"))["api/TWO"] == "done"
    assert house.works("api/TWO", "cache")


def test_an_admin_credential_that_is_out_and_not_replaced_stops_what_it_opens(house: House) -> None:
    house.account("api/DB", "db")
    house.systems["db"].rejects = 99
    found = run(house, "db/ADMIN")
    assert ends(found) == {"db/ADMIN": "rolled-back", "api/DB": "stopped"}
    stopped = found.members[1]
    assert (stopped.stopped_by, stopped.code) == ("development/db/ADMIN", "before")
    # Nobody takes it up before its turn, an agent neither.
    assert rotate.status(house.room, at("api/DB")).paused
    house.systems["db"].rejects = 0
    assert ends(run(house, "db/ADMIN")) == {"db/ADMIN": "done", "api/DB": "done"}
    assert house.works("api/DB", "db")
    assert house.works("db/ADMIN", "db")


def test_what_is_rotated_nowhere_is_listed_and_done_when_somebody_changed_it(
    house: House, clock: Traveller
) -> None:
    house.account("api/DB", "db")
    house.plain("api/KEY")
    house.used_by("shop", "api/DB", "api/KEY")
    found = run(house, "api/DB")
    assert ends(found)["api/KEY"] == "by-hand"
    assert not found.complete
    clock.shift(60)
    secret.write(house.room, secret.WriteRequest(at("api/KEY"), Value.single("fake-other-value")))
    again = run(house, "api/DB")
    assert (again.resumed, again.complete) == (True, True)
    assert house.minted.count("development/api/DB") == 1


def test_the_same_words_a_while_after_the_end_are_another_emergency(
    house: House, clock: Traveller
) -> None:
    """And at once after it somebody asks whether it is done: its process died, or he did the rest."""
    house.account("api/DB", "db")
    assert run(house, "api/DB", related=False).complete
    clock.shift(60)
    again = run(house, "api/DB", related=False)
    assert (again.resumed, ends(again)) == (True, {"api/DB": "done-before"})
    clock.shift(3600)
    assert not run(house, "api/DB", related=False).resumed
    assert house.minted.count("development/api/DB") == 2


def test_a_group_is_begun_anew_where_that_is_said(house: House, clock: Traveller) -> None:
    house.account("api/DB", "db")
    house.account("api/CACHE", "cache")
    house.systems["cache"].fault = DOWN
    run(house, "api/DB", "api/CACHE", related=False)
    clock.shift(1)
    again = run(house, "api/DB", "api/CACHE", related=False, again=True)
    assert (again.resumed, ends(again)["api/DB"]) == (False, "done")
    assert house.minted.count("development/api/DB") == 2


def test_another_emergency_does_not_take_what_an_earlier_one_did_for_its_own(
    house: House, clock: Traveller
) -> None:
    """The value that leaks now is the one that the open group made."""
    house.account("api/DB", "db")
    house.account("api/CACHE", "cache")
    house.systems["cache"].fault = DOWN
    run(house, "api/DB", "api/CACHE", related=False)
    clock.shift(3600)
    assert ends(run(house, "api/DB", related=False)) == {"api/DB": "done"}
    assert house.minted.count("development/api/DB") == 2


def test_two_that_hold_one_account_do_not_undo_each_other(house: House) -> None:
    house.account("api/DB", "db", "shared")
    house.account("api/DB_COPY", "db", "shared")
    for _ in range(2):
        found = run(house, "api/DB", "api/DB_COPY", related=False)
        twin = found.members[1]
        assert (twin.end, twin.code, twin.stopped_by) == (
            End.BY_HAND, "same-account", "development/api/DB",
        )  # fmt: skip
        assert house.works("api/DB", "db")
    assert house.minted == ["development/api/DB"]


def test_two_targets_with_one_address_are_one(house: House) -> None:
    """As where two environments share a server, each with a target of its own name."""
    for name in ("here", "there"):
        request = TargetRequest(name, "development", "memory-cache", "cache.internal:6379")
        target.add(house.room, request)
    for name, where in (("api/ONE", "here"), ("api/TWO", "there")):
        house.systems[where] = house.systems["cache"]
        house.account(name, where, "shared")
    found = run(house, "api/ONE", "api/TWO", related=False)
    assert ends(found) == {"api/ONE": "done", "api/TWO": "by-hand"}
    assert found.members[1].stopped_by == "development/api/ONE"
    assert house.works("api/ONE", "cache")


def test_what_goes_on_already_becomes_part_of_it(house: House) -> None:
    """One in its grace: neither of its two values is the one that stays."""
    house.account("api/DB", "db")
    rotate.start(house.room, StartRequest(at("api/DB")))
    assert rotate.drive(house.room, at("api/DB")).state == "promoted"
    second = house.fields("api/DB")["password"]
    assert ends(run(house, "api/DB", related=False)) == {"api/DB": "done"}
    assert house.works("api/DB", "db")
    assert house.fields("api/DB")["password"] not in {FIRST, second}


def test_two_who_begin_the_same_at_once_rotate_it_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is at its end when the second, who looked before that, begins."""
    house.account("api/DB", "db")
    look = rotate.opening

    def late(room: Local, request: StartRequest) -> Any:
        found = look(room, request)
        monkeypatch.setattr(rotate, "opening", look)
        assert ends(run(house, "api/DB", related=False)) == {"api/DB": "done"}
        return found

    monkeypatch.setattr(rotate, "opening", late)
    assert ends(run(house, "api/DB", related=False)) == {"api/DB": "done"}
    assert house.minted == ["development/api/DB"]
    assert house.works("api/DB", "db")


def test_the_rest_of_a_silent_target_is_not_waited_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [house.account(f"api/DB{n}", "cache").path for n in range(6)]
    house.systems["cache"].fault = DOWN
    monkeypatch.setattr(rotate_group, "PER_TARGET", 1)
    found = run(house, *names, related=False)
    assert [one.code for one in found.members].count("target-silent") == 4
    assert len(rotate.running(house.room)) == 6
    house.systems["cache"].fault = None
    assert run(house, *names, related=False).complete


def test_what_the_caller_may_not_rotate_is_named_and_stops_nobody(house: House) -> None:
    for name in ("api/DB", "api/REPORT"):
        house.account(name, "db")
    denied = access.GrantRequest(
        ("rotate",), "development", "api/REPORT", principal=house.room.user, deny=True
    )
    access.grant(house.room, denied)
    found = run(house, "api/DB")
    assert ends(found) == {"db/ADMIN": "done", "api/DB": "done", "api/REPORT": "failed"}
    assert found.members[-1].code == "denied-by-grant"
    assert not found.complete


def test_who_may_not_see_a_member_of_the_first_run_rotates_the_others(house: House) -> None:
    """Another person types the same words: he is not locked out by what he may not see."""
    house.account("api/DB", "db")
    house.account("api/REPORT", "db")
    house.systems["db"].fault = DOWN
    run(house, "api/DB")
    house.systems["db"].fault = None
    verbs = ("metadata", "rotate")
    denied = access.GrantRequest(
        verbs, "development", "api/REPORT", principal=house.room.user, deny=True
    )
    access.grant(house.room, denied)
    found = run(house, "api/DB")
    assert ends(found) == {"db/ADMIN": "done", "api/DB": "done"}
    assert not found.whole


def test_a_member_that_is_deleted_meanwhile_is_named(house: House) -> None:
    """Its value works at the target still."""
    house.account("api/DB", "db")
    house.account("api/CACHE", "cache")
    house.used_by("shop", "api/DB", "api/CACHE")
    house.systems["cache"].fault = DOWN
    assert ends(run(house, "api/DB"))["api/CACHE"] == "open"
    lifecycle.delete(house.room, at("api/CACHE"), "away")
    house.systems["cache"].fault = None
    for _ in range(2):
        found = run(house, "api/DB")
        assert found.gone == ("development/api/CACHE",)
        assert not found.complete


def test_the_same_value_written_once_more_is_not_another_one(
    house: House, clock: Traveller
) -> None:
    leaked = Value.single("fake-Zq7-strong-enough-81-kWx-0-vTr")
    house.account("api/DB", "db")
    house.plain("api/KEY", leaked)
    names = ("api/DB", "api/KEY")
    assert ends(run(house, *names, related=False))["api/KEY"] == "by-hand"
    clock.shift(3600)
    with pytest.raises(ConflictError):
        secret.write(house.room, secret.WriteRequest(at("api/KEY"), leaked))
    for text in (Value.single("fake-Vb4-in-between-strong-31-xYt-2-dNe"), leaked):
        secret.write(house.room, secret.WriteRequest(at("api/KEY"), text))
    for _ in range(2):
        found = run(house, *names, related=False)
        assert found.resumed
        assert ends(found) == {"api/DB": "done-before", "api/KEY": "by-hand"}
    fresh = Value.single("fake-Gh3-another-strong-55-pLm-9-cWq")
    secret.write(house.room, secret.WriteRequest(at("api/KEY"), fresh))
    for _ in range(2):
        found = run(house, *names, related=False)
        assert ends(found) == {"api/DB": "done-before", "api/KEY": "done-before"}


def test_what_is_frozen_is_rotated_by_who_may_contain_it(house: House) -> None:
    """Freezing comes first after a leak, and is not lifted for the rotation."""
    house.account("api/DB", "db")
    house.account("api/REPORT", "db")
    where = lifecycle.place(house.room, str(at("api/DB")))
    lifecycle.freeze(house.room, where, "it leaked")
    assert run(house, "api/DB").complete
    assert secret.show(house.room, at("api/DB")).secret.frozen


def test_a_clock_that_is_put_back_leaves_nobody_out_and_does_nothing_twice(
    house: House, clock: Traveller
) -> None:
    house.account("api/DB", "db")
    house.account("api/CACHE", "cache")
    house.systems["cache"].fault = DOWN
    assert ends(run(house, "api/DB", "api/CACHE", related=False))["api/CACHE"] == "open"
    clock.shift(timedelta(hours=-2))
    house.systems["cache"].fault = None
    assert run(house, "api/DB", "api/CACHE", related=False).complete
    assert sorted(house.minted) == ["development/api/CACHE", "development/api/DB"]


def test_killed_anywhere_the_same_command_ends_it_and_does_nothing_twice(
    house: House, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = {"db/ADMIN": "db", "api/DB": "db", "api/REPORT": "db", "api/CACHE": "cache"}
    for name in ("api/DB", "api/REPORT", "api/CACHE"):
        house.account(name, there[name])
    house.used_by("shop", "api/DB", "api/CACHE")
    change, resumed = Gate.change, 0
    for point in range(0, 40, 4):
        house.minted.clear()
        clock.shift(timedelta(hours=1))
        before_us = house.room.now_us()
        left = [point]

        def fatal(gate: Gate, *args: Any, left: list[int] = left, **named: Any) -> Any:
            if left[0] <= 0:
                raise Killed  # and so does every thread after it
            left[0] -= 1
            return change(gate, *args, **named)

        with monkeypatch.context() as patch, suppress(Killed):
            patch.setattr(Gate, "change", fatal)
            run(house, "api/DB")
        last = {name: rotate.look(house.room, at(name)).runs for name in there}
        done = [
            n
            for n, rows in last.items()
            if rows and rows[0].state == "done" and rows[0].promoted_us > before_us
        ]
        clock.shift(timedelta(seconds=21))  # it has been quiet for long enough to be dead
        found = run(house, "api/DB")
        assert found.complete, (point, ends(found))
        assert all(house.works(name, where) for name, where in there.items()), point
        assert not found.resumed or all(house.minted.count(str(at(one))) == 1 for one in done)
        resumed += found.resumed
    assert resumed >= 5


def test_a_group_that_people_change_by_hand_ends_when_they_did(
    house: House, clock: Traveller
) -> None:
    house.plain("api/KEY")
    house.plain("api/OTHER")
    names = ("api/KEY", "api/OTHER")
    assert ends(run(house, *names, related=False)) == dict.fromkeys(names, "by-hand")
    for name, left in (("api/KEY", "by-hand"), ("api/OTHER", "done-before")):
        clock.shift(60)
        secret.write(house.room, secret.WriteRequest(at(name), Value.single("fake-other-value")))
        found = run(house, *names, related=False)
        assert (found.resumed, ends(found)["api/OTHER"]) == (True, left)
    assert found.complete
    clock.shift(3600)
    again = run(house, *names, related=False)
    assert (again.resumed, again.complete) == (False, False)  # said of another leak
    anew = run(house, *names, related=False, again=True)
    assert (anew.resumed, anew.complete) == (False, False)


def test_what_was_done_by_hand_counts_where_the_others_could_not_begin(
    house: House, clock: Traveller
) -> None:
    house.account("api/REPORT", "db")
    house.plain("api/KEY")
    denied = access.GrantRequest(
        ("rotate",), "development", "api/REPORT", principal=house.room.user, deny=True
    )
    access.grant(house.room, denied)
    names = ("api/KEY", "api/REPORT")
    assert ends(run(house, *names, related=False)) == {"api/KEY": "by-hand", "api/REPORT": "failed"}
    clock.shift(60)
    secret.write(house.room, secret.WriteRequest(at("api/KEY"), Value.single("fake-other-value")))
    found = run(house, *names, related=False)
    assert ends(found) == {"api/KEY": "done-before", "api/REPORT": "failed"}


def plainly(house: House, *names: str) -> Result:
    """Without an emergency."""
    request = GroupRequest(tuple(at(one) for one in names))
    return rotate_group.start(house.room, request, sleep=lambda _: None)


def approved(house: House, name: str) -> int:
    """A credential whose rotation is approved for its next window; when that opens."""
    where = house.account(name, "cache")
    asked = schedule.ScheduleRequest(where, mode=Mode.APPROVE, cron="0 3 * * SUN")
    schedule.put(house.room, asked)
    return schedule.approve(house.room, where).due_us


def test_what_was_approved_for_its_window_waits_for_it(house: House, clock: Traveller) -> None:
    house.account("api/DB", "db")
    opens_us = approved(house, "api/CACHE")
    found = plainly(house, "api/DB", "api/CACHE")
    assert ends(found) == {"api/DB": "current", "api/CACHE": "open"}
    assert {one.code for one in found.members} == {"", "window"}
    assert rotate.status(house.room, at("api/CACHE")).due_us == opens_us
    assert house.minted == ["development/api/DB"]
    clock.move_to(opens_us / 1e6 + 1)
    assert plainly(house, "api/CACHE").complete


def test_what_somebody_lets_rest_is_not_gone_on_with(house: House) -> None:
    house.account("api/DB", "db")
    rotate.start(house.room, StartRequest(at("api/DB")))
    rotate.pause(house.room, at("api/DB"))
    for _ in range(2):
        found = plainly(house, "api/DB")
        assert [(one.end, one.code) for one in found.members] == [(End.OPEN, "paused")]
    assert house.minted == []
    rotate.resume(house.room, at("api/DB"))
    assert plainly(house, "api/DB").complete


def test_a_member_that_waits_for_its_turn_can_be_let_rest_too(house: House) -> None:
    house.account("api/DB", "db")
    house.systems["db"].rejects = 99
    assert ends(run(house, "db/ADMIN"))["api/DB"] == "stopped"
    rotate.pause(house.room, at("api/DB"))
    house.systems["db"].rejects = 0
    assert ends(run(house, "db/ADMIN")) == {"db/ADMIN": "done", "api/DB": "open"}
    assert house.minted.count("development/api/DB") == 0


def test_a_leak_waits_for_nobody_who_lets_it_rest_nor_for_a_window(house: House) -> None:
    house.account("api/DB", "db")
    rotate.start(house.room, StartRequest(at("api/DB")))
    rotate.pause(house.room, at("api/DB"))
    approved(house, "api/CACHE")
    assert run(house, "api/DB", "api/CACHE", related=False).complete
