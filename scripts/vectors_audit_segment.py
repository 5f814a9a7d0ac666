"""Vectors of sealed segments: one tile of 256 entries, each like the others but for its number."""

from typing import Final

from audit_operations import Json, refused, vector

from strongroom.audit.entry import Entry, Outcome, encode

ROW: Final[Json] = {
    "lane": bytes(range(16)).hex(),
    "leaf": encode(Entry(bytes(range(16)), 1, 0, 0, "read", Outcome.GRANTED)).hex(),
    "salt": bytes(range(32, 48)).hex(),
    "blob": b'{"name":"somebody"}'.hex(),
}
SEALED: Final[Json] = {
    "op": "segment-write",
    "room_key": bytes(range(32)).hex(),  # public, and seals nothing but vectors
    "room_id": bytes(range(0x40, 0x50)).hex(),
    "instance": bytes(range(0xA0, 0xB0)).hex(),
    "first": 256,
    "until": 512,
    "root": bytes(range(0x60, 0x80)).hex(),
    "keep_until_us": 1_790_000_000_000_000,
    "salt": bytes(range(0x50, 0x60)).hex(),
    "row": ROW,
}


def build() -> dict[str, list[Json]]:
    """Every file that this module writes."""
    made = vector("one tile; entries with an even number have a detail", SEALED)
    tile = {"op": "tile-decode", "row": ROW}
    return {
        "audit-segment": [
            made,
            vector("two tiles", SEALED | {"until": 768}),
            vector("a tile is read back", tile | {"change": "none"}),
            refused("segment-damaged", "a byte is missing at the end", tile | {"change": "cut"}),
            refused("segment-damaged", "a byte too many", tile | {"change": "longer"}),
            refused("segment-damaged", "a mark that is neither 0 nor 1", tile | {"change": "mark"}),
        ]
    }
