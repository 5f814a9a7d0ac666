"""Tests for strongroom.ops.notify: what the room's people are told."""

import json

import pytest

from strongroom.db.tables.rotations import RotationRow
from strongroom.errors import ConflictError, InvalidError, NotFoundError
from strongroom.model.address import Address
from strongroom.notify import message
from strongroom.notify.interface import ChannelError
from strongroom.notify.memory import MemorySender
from strongroom.notify.message import Event, Happened, Topic
from strongroom.ops import lifecycle, notify, secret
from strongroom.ops.local import Local
from strongroom.ops.notify import Round
from strongroom.rotation import engine
from strongroom.secret.value import Value

A = Address.parse("development/ops/CHAT")
B = Address.parse("development/ops/PAGER")
DONE = Event(Happened.DONE, "development/api/DB", 1, 2)
HELD = Event(Happened.HELD, "development/api/DB", 1, 2)


@pytest.fixture
def sender(room: Local) -> MemorySender:
    """Two channels: one takes all, one failures."""
    made = MemorySender()
    texts = ((A, "memory://chat"), (B, "memory://pager\n"), (Address.parse(DONE.secret), "fake"))
    for address, text in texts:
        secret.write(room, secret.WriteRequest(address, Value.single(text), "api-key", "Ada"))
    notify.add(room, made, "chat", None, A, tuple(Topic))
    notify.add(room, made, "pager", "development", B, (Topic.FAILURE,))
    return made


def test_a_round_tells_each_channel_what_it_wants(room: Local, sender: MemorySender) -> None:
    assert notify.owe(room, DONE)
    assert notify.owe(room, HELD)
    assert notify.status(room).due == 2
    assert notify.deliver(room, sender) == Round(3, 0, 0)
    assert sorted(url for url, _ in sender.sent) == [
        "memory://chat", "memory://chat", "memory://pager",
    ]  # fmt: skip
    assert notify.deliver(room, sender) == Round()
    found = notify.status(room)
    assert (found.due, found.delivered, found.given_up, found.waiting) == (0, 3, 0, ())


def test_a_channel_that_is_down_holds_up_no_other(room: Local, sender: MemorySender) -> None:
    sender.refuses.add("memory://chat")
    notify.owe(room, HELD)
    assert notify.deliver(room, sender) == Round(1, 1, 0)
    assert [url for url, _ in sender.sent] == ["memory://pager"]
    (waiting,) = notify.status(room).waiting
    assert (waiting.channel, waiting.attempts, waiting.given_up) == ("chat", 1, False)
    assert waiting.next_us > room.now_us()
    assert "rotation held" in waiting.title


def test_a_secret_that_is_gone_or_odd_ends_in_another_try(
    room: Local, sender: MemorySender
) -> None:
    lifecycle.delete(room, A)
    secret.write(room, secret.WriteRequest(B, Value.single(b"\xff\xfe")))
    notify.owe(room, HELD)
    assert notify.deliver(room, sender) == Round(0, 2, 0)
    assert {one.name: one.url_from for one in notify.channels(room)} == {
        "chat": None,
        "pager": str(B),
    }
    with pytest.raises(ConflictError) as caught:
        notify.try_out(room, sender, "chat")
    assert caught.value.code == "channel-secret-gone"


STATES = {
    "promoted": Happened.PROMOTED,
    "done": Happened.DONE,
    "rolled-back": Happened.ROLLED_BACK,
    "needs-person": Happened.NEEDS_PERSON,
}


@pytest.mark.parametrize("state", [*STATES, "held"])
def test_what_the_engine_owes_is_delivered(room: Local, sender: MemorySender, state: str) -> None:
    """Its own bytes, as it keeps them beside the step that they tell of."""
    row = RotationRow(
        id=bytes(16), secret_id=bytes(16), target_id=bytes(16), state="tested", open="", overlap=1,
        emergency=0, paused=0, aborting=0, confirmed=0, old_n=1, new_n=2, failures=0, mints=1,
        begun_us=1, begun_by=bytes(16), reached_us=1, promoted_us=0, grace_us=0, watch_us=0,
        lead_us=0, due_us=1, code="", held_by="[]", holder=b"", fence=1, lease_us=0,
    )  # fmt: skip
    columns: dict[str, int | str] = {"state": state, "held_by": '["web/node-1 says so"]'}
    if state == "held":
        columns |= {"state": row.state, "code": "held"}
    (body,) = engine.messages(Address.parse(DONE.secret), row, columns, "a-code")
    text = json.dumps({**body, "at_us": 5}, ensure_ascii=False).encode()
    event = message.decode(text)
    assert event.event is STATES.get(state, Happened.HELD)

    notify.owe(room, event)
    assert notify.deliver(room, sender).delivered == (2 if sender_wants(event) else 1)
    assert "web/node-1 says so" in sender.sent[0][1].body


def sender_wants(event: Event) -> bool:
    """Whether the pager takes it, beside the chat."""
    return message.wanted(event, [Topic.FAILURE], "development")


def test_a_test_message_goes_out_at_once(room: Local, sender: MemorySender) -> None:
    notify.try_out(room, sender, "pager")
    ((url, said),) = sender.sent
    assert url == "memory://pager"
    assert "test" in said.title
    sender.refuses.add(url)
    with pytest.raises(ChannelError):
        notify.try_out(room, sender, "pager")
    with pytest.raises(NotFoundError):
        notify.try_out(room, sender, "none")


def test_an_address_that_cannot_be_used_is_refused_when_it_is_named(
    room: Local, sender: MemorySender
) -> None:
    secret.write(room, secret.WriteRequest(A, Value.single("other://fake-1")))
    with pytest.raises(InvalidError) as caught:
        notify.add(room, sender, "other", None, A, tuple(Topic))
    assert caught.value.code == "channel-url"
    assert "fake-1" not in str(caught.value)


@pytest.mark.parametrize("words", ["", ",", "rotation,other", "Rotation"])
def test_topics_that_are_none(words: str) -> None:
    with pytest.raises(InvalidError):
        notify.topics(words)


def test_topics_are_in_one_order() -> None:
    assert notify.topics(" failure, rotation,") == (Topic.ROTATION, Topic.FAILURE)


def test_a_channel_is_removed(room: Local, sender: MemorySender) -> None:
    notify.remove(room, "chat")
    assert [one.name for one in notify.channels(room)] == ["pager"]
    notify.owe(room, DONE)
    assert notify.deliver(room, sender) == Round()
    with pytest.raises(NotFoundError):
        notify.remove(room, "chat")
