"""Tests for strongroom.gate.changes.rotation: what attacks it, first."""

from dataclasses import replace

import pytest
from tests.gate.changes.test_target import A, put
from tests.gate.rooms import Time, World, value_of

from strongroom.db.interface import Row
from strongroom.db.tables.rotations import RotationRow
from strongroom.errors import StrongroomError
from strongroom.gate.changes.rotation import (
    Advance,
    Begin,
    Claim,
    Mark,
    Steer,
    durations,
    mark_of,
)
from strongroom.gate.changes.secret import AddVersion, CreateSecret
from strongroom.gate.operation import Done, Failed, ReadRequest, Refused
from strongroom.gate.rotations import ShowRotation, running, turns
from strongroom.gate.ties import marked
from strongroom.gate.writer import Change
from strongroom.model.address import Address
from strongroom.model.principal import Verb
from strongroom.rotation.engine import row_of

ME, OTHER = b"m" * 16, b"o" * 16
LEASE = 1_000_000


@pytest.fixture
def target(world: World) -> bytes:
    world.create(str(A))
    return put(world)


def begin(world: World, target: bytes, *, emergency: bool = False) -> RotationRow:
    change = Begin(A, target, overlap=True, grace_us=9, watch_us=0, emergency=emergency)
    return row_of(world.gate.change(world.owner, change))


def claim(world: World, row: RotationRow, holder: bytes = ME) -> RotationRow:
    return row_of(world.gate.change(world.owner, Claim(A, row.id, holder, LEASE)))


def code(world: World, change: Change) -> str:
    with pytest.raises(StrongroomError) as caught:
        world.gate.change(world.owner, change)
    return caught.value.code


def test_a_fence_that_is_past_writes_nothing(world: World, time: Time, target: bytes) -> None:
    first = claim(world, begin(world, target))
    assert code(world, Claim(A, first.id, OTHER, LEASE)) == "rotation-taken"
    time.us += 2 * LEASE
    second = claim(world, first, OTHER)
    assert second.fence == first.fence + 1
    quiet = Claim(A, first.id, ME, LEASE, since_us=time.us)
    assert code(world, quiet) == "rotation-taken"  # it was taken just now
    third = row_of(world.gate.change(world.owner, replace(quiet, since_us=time.us + 1)))
    assert code(world, Advance(A, first.id, OTHER, second.fence, "set")) == "rotation-fenced"
    time.us += 2 * LEASE
    second = claim(world, third, OTHER)
    late = Advance(A, first.id, ME, first.fence, "set", value=value_of("fake-late"))
    assert code(world, late) == "rotation-fenced"
    stolen = Advance(A, first.id, OTHER, first.fence, "set")
    assert code(world, stolen) == "rotation-fenced"
    (read,) = world.gate.read(world.owner, [ReadRequest(A, 2, Verb.ROTATE)])
    assert isinstance(read, Failed)
    assert read.error.code == "version-unknown"
    assert code(world, Claim(A, b"x" * 16, ME, LEASE)) == "rotation-unknown"


def test_a_clock_that_is_put_back_leaves_no_claim_and_shortens_no_grace(
    world: World, time: Time, target: bytes
) -> None:
    row = claim(world, begin(world, target))
    kept = Advance(
        A, row.id, ME, row.fence, "mint", value=value_of("fake-2"), columns={"state": "minted"}
    )
    minted = row_of(world.gate.change(world.owner, kept))
    time.us -= 3_600_000_000
    taken = claim(world, minted, OTHER)
    assert taken.lease_us == time.us + LEASE
    assert code(world, Claim(A, row.id, ME, LEASE)) == "rotation-taken"
    promote = Advance(
        A, row.id, OTHER, taken.fence, "promote", columns={"state": "promoted"}, promote=True
    )
    assert row_of(world.gate.change(world.owner, promote)).promoted_us == minted.reached_us
    ended = Advance(A, row.id, OTHER, taken.fence, "finish", columns={"state": "done"})
    world.gate.change(world.owner, ended)
    assert begin(world, target).begun_us > row.begun_us > time.us


def test_who_may_not_rotate_can_do_nothing_with_one(world: World, target: bytes) -> None:
    row = claim(world, begin(world, target))
    for change in (
        Begin(A, target, overlap=True, grace_us=0, watch_us=0),
        Claim(A, row.id, OTHER, LEASE),
        Advance(A, row.id, ME, row.fence, "promote", promote=True),
        Steer(A, row.id, "pause", {"paused": 1}),
    ):
        assert isinstance(world.gate.change(world.developer, change), Refused)


def test_the_promotion_and_all_that_goes_with_it_are_one_write(world: World, target: bytes) -> None:
    row = claim(world, begin(world, target))
    kept = Advance(A, row.id, ME, row.fence, "mint", took_us=2_000, value=value_of("fake-2"))
    row = row_of(world.gate.change(world.owner, kept))
    assert row.new_n == 2
    news = ({"event": "rotation-promoted"},)
    bad = Advance(
        A, row.id, ME, row.fence, "promote", columns={"failures": -1}, promote=True, messages=news
    )
    with pytest.raises(StrongroomError):
        world.gate.change(world.owner, bad)
    assert owed(world) == []
    good = Advance(
        A, row.id, ME, row.fence, "promote", columns={"state": "promoted"}, promote=True,
        messages=news,
    )  # fmt: skip
    row = row_of(world.gate.change(world.owner, good))
    assert row.promoted_us == row.reached_us > 0
    assert len(owed(world)) == 1


def owed(world: World) -> list[Row]:
    return world.gate.consult(lambda desk: desk.db.query("SELECT body FROM outbox"))


def test_a_value_that_somebody_wrote_meanwhile_is_not_replaced(world: World, target: bytes) -> None:
    row = claim(world, begin(world, target))
    row = row_of(
        world.gate.change(
            world.owner, Advance(A, row.id, ME, row.fence, "mint", value=value_of("fake-2"))
        )
    )
    world.gate.change(world.owner, AddVersion(A, value_of("fake-3")))
    promote = Advance(A, row.id, ME, row.fence, "promote", promote=True)
    assert code(world, promote) == "version-not-current"


def test_another_secrets_rotation_cannot_be_moved_through_ones_own(
    world: World, target: bytes
) -> None:
    row = claim(world, begin(world, target))
    b = Address.parse("production/app/b")
    world.create(str(b))
    assert code(world, Steer(b, row.id, "abort", {"aborting": 1})) == "rotation-unknown"


def test_one_at_a_time_and_an_emergency_takes_the_one_that_goes_on(
    world: World, target: bytes
) -> None:
    row = begin(world, target)
    assert code(world, Begin(A, target, overlap=True, grace_us=0, watch_us=0)) == "rotation-running"
    again = begin(world, target, emergency=True)
    assert (again.id, again.emergency, again.grace_us) == (row.id, 1, 0)
    empty = Address.parse("production/app/empty")
    world.gate.change(world.owner, CreateSecret(empty, "api-key", "Ada"))
    assert code(world, Begin(empty, target, overlap=True, grace_us=0, watch_us=0)) == "version-none"


def test_a_person_steers_it_and_what_needed_one_goes_on_where_it_was(
    world: World, target: bytes
) -> None:
    row = claim(world, begin(world, target))
    steps = [("minted", "mint"), ("needs-person", "stop")]
    for state, act in steps:
        change = Advance(A, row.id, ME, row.fence, act, columns={"state": state})
        row = row_of(world.gate.change(world.owner, change))
    resumed = Steer(A, row.id, "resume", {"confirmed": 1})
    row = row_of(world.gate.change(world.owner, resumed))
    assert (row.state, row.confirmed) == ("minted", 1)
    ended = Advance(A, row.id, ME, row.fence, "undo", columns={"state": "rolled-back"})
    world.gate.change(world.owner, ended)
    assert code(world, Steer(A, row.id, "pause", {"paused": 1})) == "rotation-ended"
    assert code(world, Claim(A, row.id, ME, LEASE)) == "rotation-ended"


def test_what_is_due_is_found_and_what_is_held_is_not(world: World, target: bytes) -> None:
    row = begin(world, target)
    assert [turn.rotation for turn in world.gate.consult(lambda desk: turns(desk, 9))] == [row.id]
    claim(world, row)
    assert world.gate.consult(lambda desk: turns(desk, 9)) == []
    assert len(world.gate.consult(lambda desk: running(desk, 9))) == 1
    answer = world.gate.look(world.owner, ShowRotation(A))
    assert isinstance(answer, Done)
    assert answer.result.runs[0].id == row.id  # type: ignore[attr-defined]
    assert durations(list(answer.result.steps[row.id])) == ""  # type: ignore[attr-defined]


def test_the_members_of_a_group_are_known_by_their_ids(world: World, target: bytes) -> None:
    """And the database has one of each at most; one that was taken back is begun anew."""
    mark = Mark(b"word", 1_772_323_323_456)
    change = Begin(A, target, overlap=True, grace_us=0, watch_us=0, emergency=True, mark=mark)
    first = row_of(world.gate.change(world.owner, change))
    assert mark_of(first) == mark
    assert code(world, change) == "rotation-running"
    row = claim(world, first)
    ended = Advance(A, row.id, ME, row.fence, "stop", columns={"state": "rolled-back"})
    world.gate.change(world.owner, ended)
    second = row_of(world.gate.change(world.owner, change))
    assert (mark_of(second), second.id != first.id) == (mark, True)
    assert mark_of(second._replace(id=b"r" * 6 + bytes(mark))) is None  # ends so by chance
    assert mark_of(second._replace(secret_id=b"o" * 16)) is None
    found = world.gate.consult(lambda desk: marked(desk, b"word", 0))
    assert {one.id for one in found} == {first.id, second.id}
    assert world.gate.consult(lambda desk: marked(desk, b"else", 0)) == []


def test_one_that_waits_for_its_turn_is_no_agents(world: World, target: bytes) -> None:
    change = Begin(A, target, overlap=True, grace_us=0, watch_us=0, emergency=True, paused=True)
    row = row_of(world.gate.change(world.owner, change))
    assert (row.paused, row.code) == (1, "before")
    assert world.gate.consult(lambda desk: turns(desk, 9)) == []
