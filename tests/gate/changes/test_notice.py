"""Tests for strongroom.gate.changes.notice: what is owed, to whom, once, and not for ever."""

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import Time, World

from strongroom.db.interface import DbRefusedError
from strongroom.db.tables import work
from strongroom.db.tables.work import DELIVERY, FACT
from strongroom.errors import StrongroomError, TamperedError
from strongroom.gate.changes import notice
from strongroom.gate.changes.describe import DeleteSecret
from strongroom.gate.changes.move import MoveSecret
from strongroom.gate.changes.notice import (
    CLAIM_US,
    KEPT_US,
    Channel,
    Claimed,
    ClaimNotices,
    ListChannels,
    LookAtOutbox,
    Outbox,
    OweNotice,
    PutChannel,
    RemoveChannel,
    SettleNotices,
    Tried,
)
from strongroom.gate.operation import Done, Refused
from strongroom.gate.writer import Change
from strongroom.model.address import Address
from strongroom.notify import retry
from strongroom.notify.message import Event, Happened, Topic

A = Address.parse("production/ops/CHAT")
DONE = Event(Happened.DONE, "production/api/DB", 1, 2)
HELD = Event(Happened.HELD, "development/api/DB", 1, 2)


@pytest.fixture
def kept(world: World) -> World:
    """A secret that holds an address, and two channels: one for all, one for failures."""
    for address in (str(A), DONE.secret, HELD.secret):
        world.create(address)
    do(world, PutChannel("all", "", A, tuple(Topic)))
    do(world, PutChannel("bad", "development", A, (Topic.FAILURE,)))
    return world


def do(world: World, change: Change) -> object:
    answer = world.gate.change(world.owner, change)
    assert isinstance(answer, Done)
    return answer.result


def channels(world: World) -> list[Channel]:
    answer = world.gate.look(world.owner, ListChannels())
    assert isinstance(answer, Done)
    assert isinstance(answer.result, list)
    return answer.result


def outbox(world: World) -> Outbox:
    answer = world.gate.look(world.owner, LookAtOutbox())
    assert isinstance(answer, Done)
    assert isinstance(answer.result, Outbox)
    return answer.result


def claim(world: World, limit: int = 10) -> list[Claimed]:
    found = do(world, ClaimNotices(limit))
    assert isinstance(found, list)
    return found


def code(world: World, change: Change) -> str:
    with pytest.raises(StrongroomError) as caught:
        do(world, change)
    return caught.value.code


class TestChannels:
    def test_they_come_change_and_go(self, kept: World) -> None:
        assert [one.row.name for one in channels(kept)] == ["all", "bad"]
        do(kept, PutChannel("bad", "", A, (Topic.REMINDER, Topic.FAILURE)))
        assert channels(kept)[1].topics == ["failure", "reminder"]
        assert channels(kept)[1].row.environment == ""
        do(kept, RemoveChannel("all"))
        assert [one.row.name for one in channels(kept)] == ["bad"]
        do(kept, PutChannel("all", "", A, (Topic.FAILURE,)))
        assert len(channels(kept)) == 2

    def test_a_channel_follows_its_secret(self, kept: World) -> None:
        there = Address.parse("production/ops/HOOK")
        do(kept, MoveSecret(A, there))
        assert {one.address for one in channels(kept)} == {there}
        do(kept, DeleteSecret(there))
        assert {one.address for one in channels(kept)} == {None}

    @pytest.mark.parametrize("name", ["", "a b", "-a", "x" * 65, "a\n"])
    def test_a_name_that_is_none(self, kept: World, name: str) -> None:
        assert code(kept, PutChannel(name, "", A, (Topic.FAILURE,))) == "channel-invalid"

    def test_what_is_not_there(self, kept: World) -> None:
        gone = Address.parse("production/ops/NONE")
        assert code(kept, PutChannel("c", "", gone, (Topic.FAILURE,))) == "secret-unknown"
        assert code(kept, PutChannel("c", "mars", A, (Topic.FAILURE,))) == "environment-unknown"
        assert code(kept, PutChannel("c", "", A, ())) == "channel-invalid"
        assert code(kept, RemoveChannel("c")) == "channel-unknown"
        do(kept, RemoveChannel("all"))
        assert code(kept, RemoveChannel("all")) == "channel-unknown"

    def test_there_are_never_more_than_the_bound(
        self, kept: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(notice, "CHANNELS_MAX", 2)
        assert code(kept, PutChannel("c", "", A, (Topic.FAILURE,))) == "channels-full"
        do(kept, PutChannel("bad", "", A, (Topic.FAILURE,)))

    def test_who_may_not_administer_may_not_say_where_messages_go(self, kept: World) -> None:
        change = PutChannel("mine", "", A, tuple(Topic))
        assert isinstance(kept.gate.change(kept.developer, change), Refused)
        assert isinstance(kept.gate.change(kept.developer, RemoveChannel("all")), Refused)

    def test_a_channel_that_was_changed_by_hand_takes_nothing(self, kept: World) -> None:
        """Who can write the database cannot send messages elsewhere."""
        do(kept, OweNotice(HELD))
        by_hand(kept, "UPDATE channel SET environment = '', change_seq = {next}")
        with pytest.raises(TamperedError):
            claim(kept)
        with pytest.raises(TamperedError):
            channels(kept)

    def test_a_row_is_never_deleted(self, kept: World) -> None:
        with pytest.raises(DbRefusedError):
            by_hand(kept, "DELETE FROM channel")


class TestOutbox:
    def test_a_fact_goes_to_each_channel_that_wants_it_and_once(self, kept: World) -> None:
        do(kept, OweNotice(DONE))
        do(kept, OweNotice(HELD))
        assert outbox(kept).facts == 2
        found = claim(kept)
        assert sorted((one.channel.row.name, one.event.event) for one in found) == [
            ("all", Happened.DONE),
            ("all", Happened.HELD),
            ("bad", Happened.HELD),
        ]
        assert claim(kept) == []
        assert outbox(kept).facts == 0
        assert outbox(kept).due == 3

    def test_what_is_not_settled_is_handed_out_again(self, kept: World, time: Time) -> None:
        """The process that claimed it was killed."""
        do(kept, OweNotice(DONE))
        first = claim(kept)
        time.us += CLAIM_US
        assert [one.id for one in claim(kept)] == [one.id for one in first]

    def test_it_is_tried_again_later_and_given_up_in_the_end(self, kept: World, time: Time) -> None:
        do(kept, OweNotice(DONE))
        tries = 0
        while found := claim(kept):
            tries += 1
            do(kept, SettleNotices((Tried(found[0].id, "channel-refused"),)))
            assert claim(kept) == []
            assert outbox(kept).now == 0
            time.us += retry.WAITS_US[min(tries, 7) - 1]
        assert tries == retry.ATTEMPTS_MAX
        assert (outbox(kept).due, outbox(kept).given_up) == (0, 1)
        (waiting,) = outbox(kept).waiting
        assert (waiting.channel, waiting.given_up, waiting.attempts) == ("all", True, 8)

    def test_what_was_taken_is_not_sent_again(self, kept: World, time: Time) -> None:
        do(kept, OweNotice(DONE))
        (one,) = claim(kept)
        assert do(kept, SettleNotices((Tried(one.id, None),))) == (1, 0, 0)
        assert do(kept, SettleNotices((Tried(one.id, None),))) == (0, 0, 0)
        time.us += 10 * CLAIM_US
        assert claim(kept) == []
        assert (outbox(kept).delivered, outbox(kept).waiting) == (1, ())

    def test_a_reminder_is_owed_once(self, kept: World, time: Time) -> None:
        due = Event(Happened.DUE, "production/api/DB", time.us, days=7)
        assert do(kept, OweNotice(due)) is True
        again = Event(Happened.DUE, "production/api/DB", time.us + 1, days=7)
        assert do(kept, OweNotice(again)) is False
        claim(kept)
        assert do(kept, OweNotice(again)) is False

    def test_what_is_owed_to_a_channel_that_was_removed_is_dropped(
        self, kept: World, time: Time
    ) -> None:
        do(kept, OweNotice(DONE))
        claim(kept)
        do(kept, RemoveChannel("all"))
        time.us += CLAIM_US
        assert claim(kept) == []
        assert outbox(kept).given_up == 1

    def test_what_was_not_written_here_is_dropped(self, kept: World) -> None:
        """The outbox carries no MAC: it is looked at like anybody's input."""
        for topic in (FACT, DELIVERY):
            by_hand(
                kept,
                "INSERT INTO outbox VALUES (randomblob(16), "
                f"'{topic}', x'ff', 0, 0, 'due', {kept.time.us})",
            )
        assert claim(kept) == []
        assert outbox(kept).due == 0
        assert outbox(kept).waiting == ()

    def test_without_a_channel_nothing_is_kept(self, world: World) -> None:
        world.create(DONE.secret)
        do(world, OweNotice(DONE))
        assert claim(world) == []
        assert outbox(world).now == 0

    def test_an_event_with_an_odd_text_is_refused(self, kept: World) -> None:
        assert code(kept, OweNotice(Event(Happened.DONE, DONE.secret, 1, code="Odd one"))) == (
            "notice-invalid"
        )

    def test_what_is_settled_is_forgotten_after_ninety_days(self, kept: World, time: Time) -> None:
        do(kept, OweNotice(DONE))
        (one,) = claim(kept)
        do(kept, SettleNotices((Tried(one.id, None),)))
        time.us += KEPT_US + 1
        claim(kept)
        counts = kept.gate.consult(lambda desk: work.outbox_states(desk.db, DELIVERY))
        assert counts == {}

    def test_who_may_not_read_the_log_gets_no_messages(self, kept: World) -> None:
        assert isinstance(kept.gate.change(kept.developer, ClaimNotices(1)), Refused)
