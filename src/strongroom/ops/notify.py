"""Operations on notifications: channels, and delivery of what the outbox owes them.

A notification follows a fact and never leads one: nothing here fails or delays a rotation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from strongroom.errors import ConflictError, InvalidError, StrongroomError
from strongroom.gate import reading
from strongroom.gate.changes.notice import (
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
    unknown,
)
from strongroom.gate.operation import ReadRequest
from strongroom.model.address import Address
from strongroom.notify import message
from strongroom.notify.interface import Sender
from strongroom.notify.message import Event, Happened, Topic
from strongroom.ops import secret
from strongroom.ops.local import Local, delivered, done
from strongroom.secret.value import Value

ROUND_MAX: Final = 25  # messages claimed at a time, so that they are out before the claim ends


@dataclass(frozen=True, slots=True)
class ChannelShown:
    """A channel for people. `url_from` is None where its secret is gone."""

    name: str
    environment: str | None
    topics: tuple[str, ...]
    url_from: str | None


@dataclass(frozen=True, slots=True)
class WaitingShown:
    """A message that its channel has not taken. Times in µs since 1970 UTC."""

    channel: str
    title: str
    attempts: int
    next_us: int
    given_up: bool


@dataclass(frozen=True, slots=True)
class Status:
    """What is owed, what was delivered, what was given up after many attempts."""

    due: int
    delivered: int
    given_up: int
    waiting: tuple[WaitingShown, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """What a round of deliveries came to: delivered, to be tried again, given up."""

    delivered: int = 0
    later: int = 0
    given_up: int = 0


def topics(words: str) -> tuple[Topic, ...]:
    """The topics that `--on` names, with commas.

    Raises:
        InvalidError: `channel-invalid`.
    """
    named = [word.strip() for word in words.split(",") if word.strip()]
    known = [topic.value for topic in Topic]
    if not named or not set(named) <= set(known):
        raise InvalidError("channel-invalid", f"--on names some of {', '.join(known)}")
    return tuple(topic for topic in Topic if topic.value in named)


def add(
    room: Local,
    sender: Sender,
    name: str,
    environment: str | None,
    url_from: Address,
    on: Sequence[Topic],
    reason: str = "",
) -> None:
    """Send messages to the address that a secret holds. The address is looked at, not tried.

    Raises:
        InvalidError: `channel-url`, `channel-invalid`, `environment-unknown`.
        NotFoundError: `secret-unknown`. DeniedError: the caller may not read it.
        ConfigError: `notify-unusable`. LimitError: `channels-full`.
    """
    place = "" if environment is None else secret.environment(room, environment).id
    sender.check(_url(room, url_from))
    done(room.gate.change(room.caller, PutChannel(name, place, url_from, tuple(on)), reason))


def remove(room: Local, name: str, reason: str = "") -> None:
    """Send no more messages there.

    Raises:
        NotFoundError: `channel-unknown`.
    """
    done(room.gate.change(room.caller, RemoveChannel(name), reason))


def channels(room: Local) -> list[ChannelShown]:
    """Those in use, by name."""
    return [
        ChannelShown(
            one.row.name,
            one.row.environment or None,
            tuple(one.topics),
            None if one.address is None else str(one.address),
        )
        for one in _channels(room)
    ]


def try_out(room: Local, sender: Sender, name: str) -> None:
    """Send a test message now.

    Raises:
        NotFoundError: `channel-unknown`. ConflictError: `channel-secret-gone`.
        ChannelError: `channel-refused`. InvalidError: `channel-url`.
    """
    for one in _channels(room):
        if one.row.name == name:
            event = Event(Happened.TEST, one.row.environment, room.now_us())
            sender.send(_url(room, _address(one)), message.render(event, _label(room)))
            return
    raise unknown()


def owe(room: Local, event: Event) -> bool:
    """Put a fact into the outbox that comes of no other change, such as a reminder; False if it is there."""
    return bool(done(room.gate.change(room.caller, OweNotice(event))))


def status(room: Local) -> Status:
    """How the outbox stands."""
    found = _outbox(room)
    return Status(
        found.facts + found.due,
        found.delivered,
        found.given_up,
        tuple(
            WaitingShown(
                one.channel, message.render(one.event, "").title, one.attempts, one.due_us,
                one.given_up,
            )
            for one in found.waiting
        ),
    )  # fmt: skip


def deliver(room: Local, sender: Sender) -> Round:
    """One round: hand over what is due, and keep what came of it. No channel's failure is raised."""
    if not _outbox(room).now:
        return Round()
    claimed = done(room.gate.change(room.caller, ClaimNotices(ROUND_MAX)))
    assert isinstance(claimed, list)
    if not claimed:
        return Round()
    urls: dict[Address, str | StrongroomError] = {}
    tried = tuple(Tried(one.id, _hand_over(room, sender, one, urls)) for one in claimed)
    result = done(room.gate.change(room.caller, SettleNotices(tried)))
    assert isinstance(result, tuple)
    return Round(*result)


def _hand_over(
    room: Local, sender: Sender, one: Claimed, urls: dict[Address, str | StrongroomError]
) -> str | None:
    """Send it; the code of what went wrong, or None. Each address is read once in a round."""
    try:
        address = _address(one.channel)
        if address not in urls:
            try:
                urls[address] = _url(room, address)
            except StrongroomError as error:
                urls[address] = error
        url = urls[address]
        if isinstance(url, StrongroomError):
            return url.code
        sender.send(url, message.render(one.event, _label(room)))
    except StrongroomError as error:
        return error.code
    return None


def _url(room: Local, address: Address) -> str:
    """The value of the channel's secret, as text.

    Raises:
        InvalidError: `channel-url`. DeniedError: the reason's code.
    """
    (answer,) = reading.read(room.gate, room.caller, [ReadRequest(address)], "notification")
    field = Value.decode(delivered(answer).value).only
    if field is None or not isinstance(field.data, str):
        raise InvalidError("channel-url", "the channel's secret is not one text")
    return field.data.strip()


def _address(channel: Channel) -> Address:
    if channel.address is None:
        raise ConflictError(
            "channel-secret-gone",
            "the secret that holds the channel's address was deleted",
            fix="`strongroom notify add` again, with another --url-from",
        )
    return channel.address


def _channels(room: Local) -> list[Channel]:
    found = done(room.gate.look(room.caller, ListChannels()))
    assert isinstance(found, list)
    return found


def _outbox(room: Local) -> Outbox:
    found = done(room.gate.look(room.caller, LookAtOutbox()))
    assert isinstance(found, Outbox)
    return found


def _label(room: Local) -> str:
    return room.instance_id.hex()[:8]
