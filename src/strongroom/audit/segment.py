"""Tiles of the log as bytes, for sealed segments. Format: docs/spec/audit-segment.md.

A tile is 256 entries with what the log's order says of each, and with those details that are
not erased. Sealing is somebody else's: here are no keys.
"""

import struct
from collections.abc import Sequence
from typing import Final

from strongroom.audit.detail import SALT_BYTES
from strongroom.audit.entry import ENTRY_BYTES_MAX
from strongroom.audit.tree import TILE_LEAVES
from strongroom.audit.verifier import Row
from strongroom.errors import AuditBrokenError

_HEAD: Final = struct.Struct(">16sQH")  # lane, seq, length of the leaf
_SIZE: Final = struct.Struct(">H")
_ERASED: Final = b"\x00"
_KEPT: Final = b"\x01"


def encode_tile(rows: Sequence[Row]) -> bytes:
    """Write 256 entries.

    Raises:
        ValueError: there are not 256, or one is missing.
    """
    if len(rows) != TILE_LEAVES:
        raise ValueError(f"a tile has {TILE_LEAVES} entries")
    parts: list[bytes] = []
    for lane, seq, leaf, detail in rows:
        if leaf is None:
            raise ValueError("an entry that is missing cannot be moved")
        parts += (_HEAD.pack(lane, seq, len(leaf)), leaf)
        if detail is None:
            parts.append(_ERASED)
        else:
            salt, blob = detail
            parts += (_KEPT, salt, _SIZE.pack(len(blob)), blob)
    return b"".join(parts)


def decode_tile(data: bytes) -> list[Row]:
    """Read a tile back, exactly.

    Raises:
        AuditBrokenError: `segment-damaged`.
    """
    rows: list[Row] = []
    at = 0
    try:
        for _ in range(TILE_LEAVES):
            lane, seq, size = _HEAD.unpack_from(data, at)
            at += _HEAD.size
            leaf, at = data[at : at + size], at + size
            mark, at = data[at : at + 1], at + 1
            if len(leaf) != size or size > ENTRY_BYTES_MAX or mark not in {_ERASED, _KEPT}:
                raise damaged("an entry of it is cut off")
            detail = None
            if mark == _KEPT:
                salt, at = data[at : at + SALT_BYTES], at + SALT_BYTES
                (size,) = _SIZE.unpack_from(data, at)
                at += _SIZE.size
                detail, at = (salt, data[at : at + size]), at + size
                if len(detail[1]) != size:
                    raise damaged("a detail of it is cut off")
            rows.append(Row(lane, seq, leaf, detail))
    except struct.error:
        raise damaged("it ends within an entry") from None
    if at != len(data):
        raise damaged("it goes on after its last entry")
    return rows


def damaged(why: str) -> AuditBrokenError:
    """The file is not what was sealed."""
    return AuditBrokenError(
        "segment-damaged",
        f"the segment is not what was sealed: {why}",
        fix="put back a copy of the file; the log names its digest",
    )
