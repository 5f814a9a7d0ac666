"""Checkpoints: the size and root of the log at a moment, signed. C2SP tlog-checkpoint.

A checkpoint fixes everything before it. What it cannot show is that it is the latest one:
cutting off the end of a log and its last checkpoints leaves a shorter log that verifies.
Against that, checkpoints are also kept outside of the room. Format: docs/spec/checkpoint.md.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from strongroom.audit import note
from strongroom.audit.entry import NUMBER_MAX
from strongroom.audit.note import VerifierKey
from strongroom.audit.tree import HASH_BYTES
from strongroom.errors import AuditBrokenError

INSTANCE_BYTES: Final = 16
EXTENSIONS_MAX: Final = 8

_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_TIME: Final = "time_us "


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is signed: the log's name, how many leaves it has, the root over them.

    `at_us`, microseconds since 1970 in UTC, says when; it is the first extension line.
    `extensions` are lines that we carry and give no meaning.
    """

    origin: str
    size: int
    root: bytes
    at_us: int | None = None
    extensions: tuple[str, ...] = ()


def origin_of(instance_id: bytes) -> str:
    """The name of an instance's log, and of the key that signs it.

    Raises:
        ValueError: the id is not 16 bytes.
    """
    if len(instance_id) != INSTANCE_BYTES:
        raise ValueError(f"an instance id is {INSTANCE_BYTES} bytes")
    return f"strongroom/{instance_id.hex()}"


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """The signed note of `checkpoint`; the key goes by the log's name.

    Raises:
        ValueError: a field cannot be written so that it would be read back.
    """
    return note.sign(render(checkpoint), checkpoint.origin, key)


def open_note(text: str, key: VerifierKey) -> Checkpoint:
    """The checkpoint in a note that `key` has signed and whose origin is the key's name.

    Raises:
        AuditBrokenError: `note-malformed`, `note-foreign`, `note-forged`, or
            `checkpoint-malformed` for what is signed and not a checkpoint of this log.
    """
    checkpoint = parse(note.text_of(text, key))
    if checkpoint.origin != key.name:
        raise _malformed("it speaks of another log than the one whose key signed it")
    return checkpoint


def open_by_one_of(
    text: str, keys: Sequence[VerifierKey]
) -> tuple[Checkpoint, Sequence[VerifierKey]]:
    """A checkpoint, and the keys from the one that signed it on.

    Raises:
        AuditBrokenError: what is wrong with it under the last of them.
    """
    for number, key in enumerate(keys):
        try:
            return open_note(text, key), keys[number:]
        except AuditBrokenError as error:
            if error.code != "note-foreign" or number == len(keys) - 1:
                raise
    raise AssertionError("there is at least one key")


def render(checkpoint: Checkpoint) -> str:
    """The lines that are signed.

    Raises:
        ValueError: a field cannot be written so that it would be read back.
    """
    time = () if checkpoint.at_us is None else (f"{_TIME}{checkpoint.at_us}",)
    root = base64.b64encode(checkpoint.root).decode()
    lines = (checkpoint.origin, str(checkpoint.size), root, *time, *checkpoint.extensions)
    text = "\n".join(lines) + "\n"
    try:
        same = parse(text) == checkpoint
    except AuditBrokenError as error:
        raise ValueError(error.message) from None
    if not same:
        raise ValueError("an extension line must not read as another field")
    return text


def parse(text: str) -> Checkpoint:
    """Read the lines of a checkpoint. Nothing is believed of it before its note is verified.

    Raises:
        AuditBrokenError: `checkpoint-malformed`; one spelling of each field is allowed.
    """
    lines = text.split("\n")
    if not 4 <= len(lines) <= 5 + EXTENSIONS_MAX or lines[-1] or not all(lines[:-1]):
        raise _malformed("it has three lines, a few more at most, none empty, and a newline")
    origin, number, encoded, *extensions = lines[:-1]
    if not note.is_name(origin):
        raise _malformed("its first line does not name a log")
    size = _number(number, "size")
    root = _root(encoded)
    at_us = None
    if extensions and extensions[0].startswith(_TIME):
        at_us = _number(extensions.pop(0).removeprefix(_TIME), "time")
    if any(line.startswith(_TIME) for line in extensions) or len(extensions) > EXTENSIONS_MAX:
        raise _malformed(f"the time is the first of at most {EXTENSIONS_MAX} extension lines")
    return Checkpoint(origin, size, root, at_us, tuple(extensions))


def _number(text: str, what: str) -> int:
    if not _NUMBER.fullmatch(text) or int(text) > NUMBER_MAX:
        raise _malformed(f"its {what} is not a decimal number without leading zeros")
    return int(text)


def _root(encoded: str) -> bytes:
    try:
        root = base64.b64decode(encoded.encode(), validate=True)
    except (binascii.Error, ValueError):
        root = b""
    if len(root) != HASH_BYTES or base64.b64encode(root).decode() != encoded:
        raise _malformed("its root is not the base64 of 32 bytes")
    return root


def _malformed(why: str) -> AuditBrokenError:
    return AuditBrokenError("checkpoint-malformed", f"this is not a checkpoint: {why}")
