"""Messages about the room: to which channels, what is owed, how far each is.

A fact is put into the outbox by the change that it comes of. `ClaimNotices` gives each channel that
wants it a message of its own, and hands out those whose time has come, to one worker at a time: what
he does not settle is handed out again. So a message goes out once, or twice after a crash.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec

from strongroom.crypto.keyring import new_id
from strongroom.db.interface import Db
from strongroom.db.tables import channels, work
from strongroom.db.tables.channels import ACTIVE, CHANNEL, REMOVED, ChannelRow
from strongroom.db.tables.secrets import SECRET
from strongroom.db.tables.work import DELIVERY, FACT, OutboxRow
from strongroom.errors import InvalidError, LimitError, NotFoundError
from strongroom.gate.desk import Desk
from strongroom.gate.look import View
from strongroom.gate.writer import Applied, Change, Writer
from strongroom.model.address import Address
from strongroom.model.principal import Verb
from strongroom.notify import message, retry
from strongroom.notify.message import Event, Topic

CHANNELS_MAX: Final = 100
FACTS_MAX: Final = 100  # in one claim
CLAIM_US: Final = 10 * 60 * 1_000_000
KEPT_US: Final = 90 * 24 * 3_600 * 1_000_000
SHOWN_MAX: Final = 100
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Delivery(msgspec.Struct, frozen=True):
    """The body of a message to one channel: its id, and the fact as the outbox keeps it."""

    channel: bytes
    event: bytes


class Channel(NamedTuple):
    """A channel in use; `address` is None where its secret is gone."""

    row: ChannelRow
    address: Address | None

    @property
    def topics(self) -> list[str]:
        """What it takes."""
        return self.row.events.split("\n")


class Claimed(NamedTuple):
    """A message to hand over now."""

    id: bytes
    event: Event
    channel: Channel


class Tried(NamedTuple):
    """What came of a message; `code` is None when it was taken."""

    id: bytes
    code: str | None


class Waiting(NamedTuple):
    """A message that nobody has taken yet, or that was given up."""

    channel: str
    event: Event
    attempts: int
    due_us: int
    given_up: bool


class Outbox(NamedTuple):
    """How many messages are in each state; `facts` wait for their channels to be looked up."""

    facts: int
    due: int
    delivered: int
    given_up: int
    now: int  # of the due ones and facts, those whose time has come
    waiting: tuple[Waiting, ...]


def owe(to: Writer, event: Event) -> bool:
    """Put a fact into the outbox, in the change that it comes of; False if it is there already.

    Raises:
        InvalidError: `notice-invalid`.
    """
    body = message.encode(message.checked(event))
    row = OutboxRow(event.id, FACT, body, to.now_us, 0, "due", to.now_us)
    return work.owe_once(to.db, row)


@dataclass(frozen=True)
class OweNotice(Change):
    """Put a fact into the outbox by itself, such as a reminder."""

    event: Event

    verb = Verb.ROTATE

    @property
    def environment(self) -> str | None:
        """Where it happened."""
        return self.event.environment or None

    @property
    def path(self) -> str | None:
        """What it is about."""
        return self.event.secret.partition("/")[2] or None

    def apply(self, to: Writer) -> Applied:
        """The result says whether it is new.

        Raises:
            InvalidError: `notice-invalid`.
        """
        return Applied(owe(to, self.event), kind="notice", detail={"notice": self.event.event})


@dataclass(frozen=True)
class PutChannel(Change):
    """Send messages to the address that a secret holds; again, to say it otherwise."""

    name: str
    place: str  # an environment's id, empty for all
    secret: Address
    topics: tuple[Topic, ...]

    def apply(self, to: Writer) -> Applied:
        """Write the channel's row.

        Raises:
            NotFoundError: `secret-unknown`, `environment-unknown`. ConflictError: `secret-deleted`.
            InvalidError: `channel-invalid`. LimitError: `channels-full`.
        """
        if _NAME.fullmatch(self.name) is None:
            raise InvalidError(
                "channel-invalid", "a channel's name is 1 to 64 of A-Za-z0-9._-, not ._- first"
            )
        if not self.topics:
            raise InvalidError("channel-invalid", "a channel takes one kind of message at least")
        if self.place and self.place not in to.snapshot.authority(to.db).environments:
            raise NotFoundError("environment-unknown", "there is no environment of that id")
        held = to.active(self.secret)
        old = channels.named(to.db, self.name)
        if (old is None or old.state != ACTIVE) and len(channels.active(to.db)) >= CHANNELS_MAX:
            raise LimitError("channels-full", f"a room has {CHANNELS_MAX} channels at most")
        made = ChannelRow(
            new_id() if old is None else to.snapshot.seal.check(CHANNEL, old).id,
            self.name, self.place, held.row.id, "\n".join(sorted(set(self.topics))), ACTIVE,
            to.now_us, to.actor,
        )  # fmt: skip
        write = to.insert if old is None else to.update
        row = write(CHANNEL, made)
        return Applied(None, held.row.id, 0, "channel", row.id, {"channel": self.name})


@dataclass(frozen=True)
class RemoveChannel(Change):
    """Send no more messages there. What is owed to it is dropped."""

    name: str

    def apply(self, to: Writer) -> Applied:
        """Mark the row.

        Raises:
            NotFoundError: `channel-unknown`.
        """
        old = channels.named(to.db, self.name)
        if old is None or old.state != ACTIVE:
            raise unknown()
        held = to.snapshot.seal.check(CHANNEL, old)
        to.update(CHANNEL, held._replace(state=REMOVED, changed_us=to.now_us, changed_by=to.actor))
        return Applied(None, kind="channel", object_id=held.id, detail={"channel": self.name})


@dataclass(frozen=True)
class ListChannels(View):
    """The channels in use, by name."""

    verb = Verb.AUDIT

    def look(self, desk: Desk) -> list[Channel]:
        """Each row checked.

        Raises:
            TamperedError: `row-tampered`.
        """
        check = desk.snapshot.seal.check
        return [_channel(desk.db, check(CHANNEL, row)) for row in channels.active(desk.db)]


@dataclass(frozen=True)
class LookAtOutbox(View):
    """What is owed, delivered and given up."""

    verb = Verb.AUDIT

    def look(self, desk: Desk) -> Outbox:
        """Counts, and the newest of those that nobody took."""
        db, now_us = desk.db, desk.db.clock_us()
        states = work.outbox_states(db, DELIVERY)
        waiting = [
            found for row in work.unsettled(db, DELIVERY, SHOWN_MAX)
            if (found := _waiting(db, row)) is not None
        ]  # fmt: skip
        return Outbox(
            work.count_owed(db, FACT),
            states.get("due", 0),
            states.get("done", 0),
            states.get("given-up", 0),
            len(work.due(db, FACT, now_us, 1)) + len(work.due(db, DELIVERY, now_us, 1)),
            tuple(waiting),
        )


@dataclass(frozen=True)
class ClaimNotices(Change):
    """Hand out messages whose time has come; nobody else gets them for ten minutes."""

    limit: int

    verb = Verb.AUDIT

    def apply(self, to: Writer) -> Applied:
        """The result is a list of `Claimed`.

        Raises:
            TamperedError: `row-tampered`, a channel was changed.
        """
        check = to.snapshot.seal.check
        known = {row.id: _channel(to.db, check(CHANNEL, row)) for row in channels.active(to.db)}
        for row in work.due(to.db, FACT, to.now_us, FACTS_MAX):
            _spread(to, row, known)
        claimed: list[Claimed] = []
        for row in work.due(to.db, DELIVERY, to.now_us, self.limit):
            found = _read(row)
            channel = known.get(found[0]) if found is not None else None
            if found is None or channel is None:
                work.set_owed(to.db, row._replace(state="given-up"))
                continue
            work.set_owed(to.db, row._replace(due_us=to.now_us + CLAIM_US))
            claimed.append(Claimed(row.id, found[1], channel))
        for topic in (FACT, DELIVERY):
            work.forget_settled(to.db, topic, to.now_us - KEPT_US)
        return Applied(claimed, kind="notice", detail={"claimed": str(len(claimed))})


@dataclass(frozen=True)
class SettleNotices(Change):
    """Say what came of messages that were claimed."""

    tried: tuple[Tried, ...]

    verb = Verb.AUDIT

    def apply(self, to: Writer) -> Applied:
        """The result is how many were delivered, will be tried again, and were given up."""
        delivered = later = given_up = 0
        for one in self.tried:
            row = work.owed_by_id(to.db, one.id)
            if row is None or row.topic != DELIVERY or row.state != "due":
                continue
            attempts = row.attempts + 1
            again_us = retry.next_us(attempts, to.now_us)
            if one.code is None:
                row, delivered = row._replace(state="done"), delivered + 1
            elif again_us is None:
                row, given_up = row._replace(state="given-up"), given_up + 1
            else:
                row, later = row._replace(due_us=again_us), later + 1
            work.set_owed(to.db, row._replace(attempts=attempts))
        counts = {"delivered": delivered, "later": later, "given_up": given_up}
        detail = {name: str(n) for name, n in counts.items() if n}
        codes = sorted({one.code for one in self.tried if one.code is not None})
        if codes:
            detail["codes"] = ", ".join(codes)
        return Applied((delivered, later, given_up), kind="notice", detail=detail)


def unknown() -> NotFoundError:
    """There is no such channel."""
    return NotFoundError(
        "channel-unknown",
        "the room has no channel of that name",
        fix="`strongroom notify list` shows those that it has",
    )


def _spread(to: Writer, row: OutboxRow, known: dict[bytes, Channel]) -> None:
    """A message to each channel that wants this fact."""
    try:
        event = message.decode(row.body)
    except InvalidError:
        work.set_owed(to.db, row._replace(state="given-up"))
        return
    for id_, channel in known.items():
        if message.wanted(event, channel.topics, channel.row.environment):
            own = hashlib.sha256(row.id + id_).digest()[:16]
            body = msgspec.msgpack.encode(Delivery(id_, row.body))
            work.owe_once(to.db, OutboxRow(own, DELIVERY, body, to.now_us, 0, "due", to.now_us))
    work.set_owed(to.db, row._replace(state="done"))


def _read(row: OutboxRow) -> tuple[bytes, Event] | None:
    """The channel's id and the fact; None for what was not written here."""
    try:
        found = msgspec.msgpack.decode(row.body, type=Delivery)
        return found.channel, message.decode(found.event)
    except (msgspec.DecodeError, InvalidError):
        return None


def _waiting(db: Db, row: OutboxRow) -> Waiting | None:
    found = _read(row)
    if found is None:
        return None
    channel = CHANNEL.get(db, found[0])
    name = "-" if channel is None else channel.name
    return Waiting(name, found[1], row.attempts, row.due_us, row.state == "given-up")


def _channel(db: Db, row: ChannelRow) -> Channel:
    secret = SECRET.get(db, row.secret_id)
    gone = secret is None or secret.state != "active"
    address = None if gone or secret is None else Address(secret.environment, secret.path)
    return Channel(row, address)
