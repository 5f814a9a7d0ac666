"""What happened, as a fact, and what is said of it to people. Pure; there is no place for a value."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

from strongroom.errors import InvalidError

WHO_MAX: Final = 20
BODY_BYTES_MAX: Final = 16 * 1024
_CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,63}")
_SECRET: Final = re.compile(r"[A-Za-z0-9._-]{1,128}(?:/[A-Za-z0-9._-]{1,128}){0,8}")
# Names come from targets too. No sign here means anything to a chat, a page or a terminal.
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@:+/, ()-]{0,127}")
_UNSHOWN: Final = "a name that is not shown"


class Topic(StrEnum):
    """What a channel can be asked to take: `--on`."""

    ROTATION = "rotation"
    REMINDER = "reminder"
    FAILURE = "failure"


class Happened(StrEnum):
    """What there is to tell."""

    PROMOTED = "rotation-promoted"
    DONE = "rotation-done"
    ROLLED_BACK = "rotation-rolled-back"
    HELD = "rotation-held"
    NEEDS_PERSON = "rotation-needs-person"
    DUE = "rotation-due"
    TEST = "test"


_TOPICS: Final = {
    Happened.PROMOTED: frozenset({Topic.ROTATION}),
    Happened.DONE: frozenset({Topic.ROTATION}),
    Happened.ROLLED_BACK: frozenset({Topic.FAILURE}),
    Happened.HELD: frozenset({Topic.FAILURE}),
    Happened.NEEDS_PERSON: frozenset({Topic.FAILURE}),
    Happened.DUE: frozenset({Topic.REMINDER}),
    Happened.TEST: frozenset(Topic),
}


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fact: names, numbers and codes. `at_us` in µs since 1970 UTC.

    `secret` is an address, or an environment with a test. `rotation` is an id in hex, `code` of what
    stopped it, `held_by` who still uses the old version, `days` until a rotation is due.
    """

    event: Happened
    secret: str
    at_us: int
    version: int | None = None
    emergency: bool = False
    code: str = ""
    rotation: str = ""
    held_by: tuple[str, ...] = ()
    days: int | None = None

    @property
    def environment(self) -> str:
        """Where; empty for the room as a whole."""
        return self.secret.partition("/")[0]

    @property
    def id(self) -> bytes:
        """16 bytes, the same for the same fact: a reminder is one however often it is noticed."""
        same = msgspec.structs.replace(self, at_us=0) if self.event is Happened.DUE else self
        return hashlib.sha256(b"strongroom/notice/v1\0" + encode(same)).digest()[:16]


@dataclass(frozen=True, slots=True)
class Message:
    """What is said. `bad` marks what somebody must look at."""

    title: str
    body: str
    bad: bool


def encode(event: Event) -> bytes:
    """As the outbox keeps it."""
    return msgspec.json.encode(event)


def decode(body: bytes) -> Event:
    """What the outbox kept; it is not authenticated, so each part is looked at.

    Raises:
        InvalidError: `notice-invalid`.
    """
    try:
        event = msgspec.json.decode(body[:BODY_BYTES_MAX], type=Event)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _invalid() from None
    return checked(event)


def checked(event: Event) -> Event:
    """The event, with names in it that may be shown only.

    Raises:
        InvalidError: `notice-invalid`.
    """
    good = (
        (not event.secret or _SECRET.fullmatch(event.secret))
        and (not event.code or _CODE.fullmatch(event.code))
        and (not event.rotation or _CODE.fullmatch(f"x{event.rotation}"))
    )
    if not good:
        raise _invalid()
    held_by = tuple(name if _WORD.fullmatch(name) else _UNSHOWN for name in event.held_by[:WHO_MAX])
    return msgspec.structs.replace(event, held_by=held_by)


def wanted(event: Event, topics: Iterable[str], environment: str) -> bool:
    """Whether a channel that asked for these topics, in that environment or all, takes it."""
    if environment and event.environment and environment != event.environment:
        return False
    return any(topic in topics for topic in _TOPICS[event.event])


def render(event: Event, room: str) -> Message:
    """What is said of it; `room` tells rooms apart."""
    where, code = event.secret, f" ({event.code})" if event.code else ""
    title, line = _SAID[event.event]
    lines = [line.format(where=where, code=code, version=event.version, due=_due(event.days))]
    if event.emergency:
        lines.append("It is an emergency: the old value gets no grace.")
    if event.held_by:
        lines.append(f"Used by: {', '.join(event.held_by)}.")
    if event.event in _NEXT:
        lines.append(f"Next: strongroom {_NEXT[event.event]} {where}")
    lines.append(f"Room {room}, notice {event.id.hex()[:8]}.")
    bad = Topic.FAILURE in _TOPICS[event.event] and event.event is not Happened.TEST
    return Message(f"Strongroom: {title}{where and ': '}{where}", "\n".join(lines), bad)


_SAID: Final = {
    Happened.PROMOTED: (
        "rotated",
        "{where} has a new value, version {version}. The old one ends when its grace is over.",
    ),
    Happened.DONE: (
        "rotation ended",
        "The old value of {where} has ended; version {version} is used.",
    ),
    Happened.ROLLED_BACK: (
        "rotation taken back",
        "The rotation of {where} was taken back{code}. The value before it is in force.",
    ),
    Happened.HELD: (
        "rotation held",
        "The old value of {where} is still used, so it was not ended.",
    ),
    Happened.NEEDS_PERSON: (
        "rotation needs a person",
        "The rotation of {where} does not go on by itself{code}.",
    ),
    Happened.DUE: ("rotation due", "{where} {due}."),
    Happened.TEST: ("a test", "This channel takes the messages of the room."),
}
_NEXT: Final = {
    Happened.ROLLED_BACK: "rotate explain",
    Happened.HELD: "rotate explain",
    Happened.NEEDS_PERSON: "rotate explain",
    Happened.DUE: "rotate plan",
}


def _due(days: int | None) -> str:
    if days is None:
        return "is due for rotation"
    if days < 0:
        return f"has been due for rotation for {-days} day{'' if days == -1 else 's'}"
    return f"is due for rotation in {days} day{'' if days == 1 else 's'}"


def _invalid() -> InvalidError:
    return InvalidError(
        "notice-invalid", "a message of the outbox is not one that was written here"
    )
