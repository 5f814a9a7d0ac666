"""Moves bytes from one stream to another, masked, as they come."""

import io
import select
from typing import BinaryIO, Final

from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.masking.stream import Stream

READ_OCTETS: Final = 256 * 1024
IDLE_SECONDS: Final = 0.04  # after which a prompt that ends like a value starts is shown


def pump(source: io.BufferedIOBase, target: BinaryIO, masker: Masker) -> None:
    """Everything from `source` to `target` until its end; nothing waits for a full buffer.

    Raises:
        OSError: reading or writing failed, `BrokenPipeError` among them.
    """
    stream = Stream(masker)
    while True:
        if stream.holds and not _ready(source):
            _write(target, stream.idle())
        piece = source.read1(READ_OCTETS)
        if not piece:
            break
        _write(target, stream.feed(piece))
    _write(target, stream.close())


def _ready(source: io.BufferedIOBase) -> bool:
    """Whether more came in time. `read1` leaves nothing in a buffer where select would miss it."""
    try:
        return bool(select.select([source], [], [], IDLE_SECONDS)[0])
    except (OSError, ValueError):
        return True  # not a descriptor: it never waits


def _write(target: BinaryIO, data: bytes) -> None:
    if data:
        target.write(data)
        target.flush()
