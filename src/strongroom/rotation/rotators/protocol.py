"""What is asked of somebody else's program or service that rotates, and what it may answer.

The words of docs/spec/rotator-webhook.md, as bytes of JSON. Pure: `webhook` and `exec` carry them.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec

from strongroom.errors import InvalidError
from strongroom.forms import forms
from strongroom.rotation.rotators.interface import Credential, Fields, Job

VERSION: Final = "strongroom-rotator/1"
ANSWER_BYTES_MAX: Final = 128 * 1024
TEXT_CHARS_MAX: Final = 200
LIST_MAX: Final = 100
_KEY_BYTES: Final = range(24, 65)
_KEY_PREFIX: Final = "whsec_"
_PIECE: Final = 6
_VALUE_CHARS_MIN: Final = 4  # a shorter one is no secret, and stands in every line
_LOOKED_AT_CHARS: Final = 2_000
# Whatever looks drawn: letters and digits mixed, or long. Nobody knows yet what a target has made.
_DRAWN: Final = re.compile(
    r"[A-Za-z0-9+/_=.-]{24,}|(?=[A-Za-z+/_=-]*\d)(?=[\d+/_=-]*[A-Za-z])[A-Za-z0-9+/_=-]{8,}"
)


class Ask(StrEnum):
    """What is asked for."""

    DOCTOR = "doctor"
    MINT = "mint"
    SET = "set"
    TEST = "test"
    PROBE = "probe"
    UNDO = "undo"
    RETIRE = "retire"
    IN_USE = "in-use"


class Word(StrEnum):
    """The first word of an answer."""

    DONE = "done"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    UNSUPPORTED = "unsupported"
    UNREACHABLE = "unreachable"
    BUSY = "busy"
    DENIED = "denied"
    ADMIN_REFUSED = "admin-refused"
    REJECTED = "rejected"
    FULL = "full"
    CHANGED = "changed"


class Seen(msgspec.Struct, frozen=True):
    """One user of a credential; `last_us` in µs since 1970 UTC."""

    who: str
    source: str
    count: int = 1
    last_us: int | None = None


class Looked(msgspec.Struct, frozen=True):
    """One thing that was looked at before a rotation."""

    name: str
    well: bool
    said: str
    fix: str = ""


class Answer(msgspec.Struct, frozen=True):
    """An answer: `fields` to `mint`, `uses` to `in-use`, `checks` to `doctor`."""

    version: str
    id: str
    answer: Word
    reason: str = ""
    fields: dict[str, str] = {}
    uses: list[Seen] = []
    checks: list[Looked] = []

    # A representation of this would hold values.
    def __repr__(self) -> str:
        return f"Answer({self.answer})"


def question(
    id_: str,
    ask: Ask,
    job: Job,
    *,
    about: Credential | None = None,
    proposed: Fields | None = None,
    admin: Fields | None = None,
) -> bytes:
    """The body of a question. `about` is the credential that `probe`, `retire`, `in-use` mean."""
    body: dict[str, Any] = {
        "version": VERSION,
        "id": id_,
        "ask": ask,
        "secret": job.secret,
        "type": job.type,
        "target": job.target.name,
        "options": {**job.target.options, **job.options},
        "timeout_s": job.timeout_s,
        "admin": dict(admin or {}),
    }
    named = {
        "current": job.current, "pending": job.pending, "previous": job.previous, "about": about,
    }  # fmt: skip
    body |= {name: _credential(one) for name, one in named.items() if one is not None}
    if proposed is not None:
        body["proposed"] = dict(proposed)
    return msgspec.json.encode(body)


def answer(body: bytes, id_: str) -> Answer | None:
    """What was answered, or None where that is no answer to this question."""
    if len(body) > ANSWER_BYTES_MAX:
        return None
    try:
        found = msgspec.json.decode(body, type=Answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if found.version != VERSION or found.id != id_:
        return None
    if max(len(found.fields), len(found.uses), len(found.checks)) > LIST_MAX:
        return None
    return found


def sign(key: bytes, id_: str, at_s: int, body: bytes) -> dict[str, str]:
    """The headers of Standard Webhooks: who sent `body`, when, under which id."""
    signed = b".".join((id_.encode(), str(at_s).encode(), body))
    mark = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(at_s),
        "webhook-signature": f"v1,{mark}",
    }


def signing_key(text: str) -> bytes:
    """The key that `whsec_…` writes.

    Raises:
        InvalidError: `target-field`.
    """
    try:
        key = base64.b64decode(text.removeprefix(_KEY_PREFIX), validate=True)
    except ValueError:
        key = b""
    if not text.startswith(_KEY_PREFIX) or len(key) not in _KEY_BYTES:
        raise InvalidError(
            "target-field",
            "the target's admin secret needs the field `signing_key`",
            fix="its form is whsec_ and 24 to 64 random bytes in base64",
        )
    return key


def shown(text: str, *of: Fields | None) -> str:
    """`text` as it may stand in a message: one line, bounded, what looks drawn left out.

    Nothing of it where it holds six characters in a row of a value of these fields, in any form.
    """
    tail = text[-_LOOKED_AT_CHARS:]
    line = " ".join("".join(c if c.isprintable() else " " for c in tail).split())
    values = [v for fields in of for v in (fields or {}).values() if len(v) >= _VALUE_CHARS_MIN]
    if _holds(line.casefold(), values):
        return "(withheld: it holds a part of a value)"
    masked = _DRAWN.sub("<…>", line)
    return masked if len(masked) <= TEXT_CHARS_MAX else masked[: TEXT_CHARS_MAX - 1] + "…"


def all_fields(job: Job, *more: Mapping[str, str] | None) -> list[Fields | None]:
    """Every value that a job knows, for `shown`."""
    known = [one.fields for one in (job.current, job.pending, job.previous) if one is not None]
    return [*known, job.target.admin, *more]


def _holds(line: str, values: Iterable[str]) -> bool:
    for value in values:
        for text in {value, *(form.text for form in forms(value))}:
            folded = text.casefold()
            last = max(len(folded) - _PIECE, 0)
            if any(folded[at : at + _PIECE] in line for at in range(last + 1)):
                return True
    return False


def _credential(one: Credential) -> dict[str, Any]:
    return {"version": one.version, "fields": dict(one.fields)}
