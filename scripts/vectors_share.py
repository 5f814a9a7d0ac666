"""Vectors of shares (docs/spec/share.md)."""

import hashlib
from typing import Any, Final

from strongroom.crypto import share
from strongroom.crypto.envelope import Kek
from strongroom.crypto.keyring import RoomKeys
from strongroom.crypto.share import CODE_BITS, CODE_BYTES, Place, ShareCode
from strongroom.errors import StrongroomError

OWN: Final = "written for docs/spec/share.md"


def fake(name: str, size: int) -> bytes:
    """Bytes that anybody can make again: plainly no secret."""
    return hashlib.shake_256(f"strongroom test {name}".encode()).digest(size)


CODE: Final = ShareCode(
    (int.from_bytes(fake("share code", 18), "big") % 2**CODE_BITS).to_bytes(CODE_BYTES, "big")
)
IDS: Final = {name: fake(name, 16) for name in ("room_id", "instance_id", "share_id", "secret_id")}


def build() -> dict[str, list[dict[str, Any]]]:
    """The vectors by file."""
    whole = _case("password", b"fake-value", fake("recipient", 16))
    return {
        "share": [
            _vector("a field for one person", whole),
            _vector("all of a value for anybody", _case("", b"\xff\x00fake", bytes(16))),
            _vector("nothing", _case("", b"", bytes(16))),
            _vector("typed in lower case", whole | {"code": whole["code"].lower()}),
            _vector("another format", whole | {"blob": "70" + whole["blob"][2:]}),
            _vector("cut", whole | {"blob": whole["blob"][:-2]}),
            _vector("of another version", whole | {"version": 4}),
            _vector("for another person", whole | {"recipient": bytes(16).hex()}),
            _vector("a code that was cut", whole | {"code": whole["code"][:-1]}),
            _vector("a sign in a code", whole | {"code": "!" + whole["code"][1:]}),
            _vector("a mistyped code", whole | {"code": whole["code"][:-1] + "Z"}),
        ]
    }


def _case(field: str, value: bytes, recipient: bytes) -> dict[str, Any]:
    place = Place(**IDS, version=3, field=field, recipient=recipient)
    kek = Kek(fake("kek id", 16), fake("kek", 32), "production")
    blob = share._seal_with(place, CODE, kek, value, nonce=fake("nonce", 12))  # noqa: SLF001
    return {
        **{name: one.hex() for name, one in IDS.items()},
        "version": 3, "field": field, "recipient": recipient.hex(),
        "room_key": fake("room key", 32).hex(), "kek_id": kek.id.hex(), "kek": kek.secret.hex(),
        "code": CODE.reveal(), "blob": blob.hex(),
    }  # fmt: skip


def _vector(comment: str, given: dict[str, Any]) -> dict[str, Any]:
    return {"source": OWN, "comment": comment, "input": given, "expect": _expect(given)}


def _expect(given: dict[str, Any]) -> dict[str, str]:
    ids = {name: bytes.fromhex(given[name]) for name in IDS}
    place = Place(
        **ids, version=given["version"], field=given["field"],
        recipient=bytes.fromhex(given["recipient"]),
    )  # fmt: skip
    kek = Kek(bytes.fromhex(given["kek_id"]), bytes.fromhex(given["kek"]), "production")
    try:
        code = ShareCode.parse(given["code"])
        value = share.open(place, code, kek, bytes.fromhex(given["blob"]))
    except StrongroomError as error:
        return {"error": error.code}
    keys = RoomKeys(bytes.fromhex(given["room_key"]), place.room_id)
    return {"value": value.hex(), "lookup": share.lookup(keys, place.instance_id, code).hex()}
