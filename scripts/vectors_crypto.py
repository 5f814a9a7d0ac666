"""Vectors of envelope, row MAC, tokens and fingerprints: one success or one failure each.

A failing vector is a good one with
a single thing changed, and the comment says which.
"""

from typing import Any, Final

from crypto_operations import Json, fake, flip, perform, refused, vector

C2SP: Final = "https://c2sp.org/XAES-256-GCM"


def build() -> dict[str, list[Json]]:
    """Every file that this module writes."""
    return {
        "envelope": _envelope(),
        "row-mac": _row_mac(),
        "tokens": _tokens(),
        "fingerprints": _fingerprints(),
    }


BINDING: Final[Json] = {
    "room_id": fake("room", 16),
    "secret_id": fake("secret", 16),
    "environment": "production",
    "path": "customer-api/SECRET_KEY",
    "version": 258,  # 0x0102: pins the byte order
}
KEK: Final[Json] = {
    "id": fake("kek id", 16),
    "secret": fake("kek", 32),
    "environment": "production",
}
SEAL: Final[Json] = {
    "op": "envelope-seal",
    "plaintext": b'{"value":"not-a-real-secret"}'.hex(),
    "binding": BINDING,
    "kek": KEK,
    "data_key": fake("data key", 32),
    "data_key_id": fake("data key id", 8),
    "value_nonce": fake("value nonce", 12),
    "wrap_nonce": fake("wrap nonce", 24),
}


def _envelope() -> list[Json]:
    sealed = vector("a value of 29 bytes", SEAL)
    empty = vector("an empty value", SEAL | {"plaintext": ""})
    named = SEAL | {"binding": BINDING | {"path": "Ünïcode/ключ"}}
    opening = {"op": "envelope-open", "binding": BINDING, "kek": KEK, **sealed["expect"]}
    blob, wrapped = opening["blob"], opening["wrapped"]
    other = SEAL | {"data_key": fake("data key 2", 32), "data_key_id": fake("data key id 2", 8)}
    cases = [
        ("envelope-format-unknown", "value: format byte 2", {"blob": "02" + blob[2:]}),
        ("envelope-format-unknown", "value: no byte at all", {"blob": ""}),
        ("envelope-format-unknown", "value: a wrapped key in its place", {"blob": wrapped}),
        ("envelope-format-unknown", "wrap: format byte 0x42", {"wrapped": "42" + wrapped[2:]}),
        ("envelope-format-unknown", "wrap: no byte at all", {"wrapped": ""}),
        ("envelope-malformed", "value: one byte shorter than an empty one", {"blob": blob[:72]}),
        ("envelope-malformed", "value: one byte longer than the longest", {"blob": "01*1114150"}),
        ("envelope-malformed", "wrap: last byte missing", {"wrapped": wrapped[:-2]}),
        ("envelope-malformed", "wrap: one byte more", {"wrapped": wrapped + "00"}),
        ("envelope-wrong-key", "wrap: key id changed", {"wrapped": flip(wrapped, 16)}),
        ("envelope-wrong-key", "value: data key id changed", {"blob": flip(blob, 8)}),
        (
            "envelope-wrong-key",
            "value of another data key beside it",
            {"blob": perform(other)["blob"]},
        ),
        (
            "envelope-wrong-key",
            "opened with another key",
            {"kek": KEK | {"id": fake("kek id 2", 16), "secret": fake("kek 2", 32)}},
        ),
        (
            "envelope-wrong-key",
            "the right key, registered for another environment",
            {"kek": KEK | {"environment": "development"}},
        ),
        (
            "envelope-tampered",
            "the right key id with another secret",
            {"kek": KEK | {"secret": fake("kek 2", 32)}},
        ),
        ("envelope-tampered", "wrap: data key id changed", {"wrapped": flip(wrapped, 17)}),
        ("envelope-tampered", "wrap: nonce changed", {"wrapped": flip(wrapped, 25)}),
        ("envelope-tampered", "wrap: data key changed", {"wrapped": flip(wrapped, 49)}),
        ("envelope-tampered", "wrap: tag changed", {"wrapped": flip(wrapped, 96, 7)}),
        ("envelope-tampered", "value: nonce changed", {"blob": flip(blob, 9)}),
        ("envelope-tampered", "value: ciphertext changed", {"blob": flip(blob, 21)}),
        ("envelope-tampered", "value: tag changed", {"blob": flip(blob, len(blob) // 2 - 1, 7)}),
        ("envelope-tampered", "value: last byte missing", {"blob": blob[:-2]}),
    ]
    places: list[tuple[str, Json]] = [
        ("in another room", {"room_id": fake("room 2", 16)}),
        ("as another secret", {"secret_id": fake("secret 2", 16)}),
        ("at another path", {"path": "customer-api/OTHER_KEY"}),
        ("at the same path in another case", {"path": "customer-api/secret_key"}),
        ("as another version", {"version": 257}),
    ]
    moved: Json = {
        "op": "envelope-rewrap",
        "wrapped": wrapped,
        "binding": BINDING,
        "kek": KEK,
        "new_binding": BINDING | {"environment": "staging", "path": "moved/SECRET_KEY"},
        "new_kek": {
            "id": fake("kek id 3", 16),
            "secret": fake("kek 3", 32),
            "environment": "staging",
        },
        "wrap_nonce": fake("wrap nonce 2", 24),
    }
    rewrapped = vector("a move to another environment, path and key", moved)
    after = opening | rewrapped["expect"]
    after |= {"binding": moved["new_binding"], "kek": moved["new_kek"]}
    return [
        *_xaes(),
        sealed,
        empty,
        vector("names beyond ASCII are UTF-8, not normalised", named),
        vector("opened where it was sealed", opening),
        vector("an empty value opened", opening | empty["expect"]),
        rewrapped,
        vector("opened after the move, the value's blob unchanged", after),
        vector("the key that wrapped it", {"op": "envelope-kek-id", "wrapped": wrapped}),
        *(refused(code, why, opening | change) for code, why, change in cases),
        *(
            refused("envelope-tampered", f"opened {why}", opening | {"binding": BINDING | change})
            for why, change in places
        ),
        refused(
            "envelope-tampered", "a move of a changed key", moved | {"wrapped": flip(wrapped, 60)}
        ),
        refused(
            "envelope-too-large", "one byte over the limit", SEAL | {"plaintext": "00*1114113"}
        ),
    ]


def _xaes() -> list[Json]:
    nonce, plaintext = b"ABCDEFGHIJKLMNOPQRSTUVWX".hex(), b"XAES-256-GCM".hex()
    published = [
        ("01*32", "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"),
        (
            "03*32",
            b"c2sp.org/XAES-256-GCM".hex(),
            "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d",
        ),
    ]
    made = []
    for (key, aad, ciphertext), bit in zip(published, (0, 1), strict=True):
        given = {"op": "xaes-encrypt", "key": key, "nonce": nonce, "plaintext": plaintext}
        made.append(vector(f"published, MSB(L) = {bit}", given | {"aad": aad}, C2SP))
        if made[-1]["expect"] != {"ciphertext": ciphertext}:
            raise SystemExit("XAES-256-GCM is not as published")
    return made


ROOM: Final = BINDING["room_id"]

ROW: Final[Json] = {
    "op": "row-mac",
    "key": fake("row key", 32),
    "table": "secret",
    "primary_key": [{"bytes": fake("secret", 16)}],
    "content": {
        "current": {"int": "258"},
        "deleted_at": None,
        "frozen": {"int": "0"},
        "owner": {"text": "team-ü"},
        "offset": {"int": "-2"},
        "digest": {"bytes": "00ff"},
    },
    "change_seq": 772,
}


def _row_mac() -> list[Json]:
    row = vector("a row with every type of column", ROW)
    check = {**ROW, "op": "row-check", **row["expect"]}
    content: Json = ROW["content"]
    without = {name: value for name, value in content.items() if name != "frozen"}
    cases: list[tuple[str, Json]] = [
        ("no MAC", {"mac": None}),
        ("MAC cut short", {"mac": check["mac"][:-2]}),
        ("one bit of the MAC", {"mac": flip(check["mac"], 31)}),
        ("another table", {"table": "secrets"}),
        ("another key", {"primary_key": [{"bytes": fake("secret 2", 16)}]}),
        ("a key of two columns", {"primary_key": [*ROW["primary_key"], {"int": "1"}]}),
        ("another change_seq", {"change_seq": 771}),
        ("another room's key", {"key": fake("row key 2", 32)}),
        ("an integer changed", {"content": content | {"current": {"int": "257"}}}),
        ("an integer as text", {"content": content | {"current": {"text": "258"}}}),
        ("text as bytes", {"content": content | {"owner": {"bytes": "7465616d2dc3bc"}}}),
        ("text in NFD", {"content": content | {"owner": {"text": "team-u\u0308"}}}),
        ("NULL as empty text", {"content": content | {"deleted_at": {"text": ""}}}),
        ("a column missing", {"content": without}),
        ("a column more", {"content": content | {"note": None}}),
        ("a column renamed", {"content": without | {"frozer": content["frozen"]}}),
    ]
    return [
        row,
        vector("no columns but the key", ROW | {"content": {}}),
        vector(
            "least and greatest integers",
            ROW
            | {"content": {"least": {"int": str(-(2**63))}, "greatest": {"int": str(2**63 - 1)}}},
        ),
        vector("the row as it was written", check),
        *(refused("row-tampered", why, check | change) for why, change in cases),
    ]


def _tokens() -> list[Json]:
    room: Json = {"room_key": fake("room key", 32), "room_id": ROOM}
    minting = {**room, "op": "token-mint", "kind": "app", "body": fake("token", 32)}
    minted = vector("a token", minting)
    parsing: Json = {**room, "op": "token-parse", "token": minted["expect"]["token"]}
    text: str = parsing["token"]
    other = room | {"room_key": fake("room key 2", 32)}
    cases: list[tuple[str, str, Any]] = [
        ("token-malformed", "empty", {"token": ""}),
        ("token-malformed", "a space after it", {"token": text + " "}),
        ("token-malformed", "a newline after it", {"token": text + "\n"}),
        ("token-malformed", "tag in upper case", {"token": text[:-16] + text[-16:].upper()}),
        ("token-malformed", "kind in upper case", {"token": "srt_App" + text[7:]}),
        ("token-malformed", "digits of another script", {"token": text[:8] + "٣" + text[9:]}),
        ("token-malformed", "a body of 42 characters", {"token": text[:8] + text[9:]}),
        ("token-malformed", "longer than any token", {"token": text * 2}),
        ("token-forged", "a character of the body", {"token": _nudge(text, 20)}),
        ("token-forged", "a character of the tag", {"token": _nudge(text, len(text) - 1)}),
        ("token-forged", "another kind", {"token": "srt_apq" + text[7:]}),
        ("token-forged", "a body over 2^256", {"token": f"srt_app_{'z' * 43}_{'0' * 16}"}),
        ("token-forged", "of another room", other),
        ("token-forged", "same room key, another room id", {"room_id": fake("room 2", 16)}),
    ]
    return [
        minted,
        vector("the least body", minting | {"body": "00*32"}),
        vector("the greatest body", minting | {"body": "ff*32"}),
        vector("the longest kind", minting | {"kind": "abcdefghijklmno9"}),
        vector("parsed", parsing),
        *(refused(code, why, parsing | change) for code, why, change in cases),
    ]


def _nudge(text: str, at: int) -> str:
    return text[:at] + ("1" if text[at] != "1" else "2") + text[at + 1 :]


def _fingerprints() -> list[Json]:
    room: Json = {"room_key": fake("room key", 32), "room_id": ROOM}
    value = {"value": b"not-a-real-secret-but-a-long-one".hex(), "bits": 128}
    strong = {**room, **value, "origin": "generated"}
    match = strong | {"op": "fingerprint-match"}
    display = strong | {"op": "fingerprint-display"}
    export = strong | {"op": "fingerprint-export", "export_id": "scan-1"}
    weak = {"bits": 79}
    return [
        vector("to match", match),
        vector("a given value at the limit", match | {"bits": 80, "origin": "given"}),
        vector("an empty value, if its caller calls it strong", match | {"value": ""}),
        vector("in another room", match | {"room_id": fake("room 2", 16)}),
        vector("to display", display),
        vector("to export", export),
        vector("to export in another set", export | {"export_id": "scan-2"}),
        refused("fingerprint-weak", "to match, 79 bits", match | weak),
        refused("fingerprint-weak", "to display, 79 bits", display | weak),
        refused("fingerprint-weak", "to export, 127 bits", export | {"bits": 127}),
        refused("fingerprint-weak", "to export, not generated", export | {"origin": "given"}),
    ]
