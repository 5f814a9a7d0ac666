"""Vectors of derived keys, seal slots, key files and recovery codes.

A failing vector is a good one with a single thing changed, and the comment says which.
"""

import hashlib
from typing import Final

from crypto_operations import Json, fake, flip, octets, perform, refused, vector


def build() -> dict[str, list[Json]]:
    """The one file that this module writes."""
    return {"seal-slots": _seal_slots() + _keyfiles() + _recovery()}


CHEAP: Final = [8, 1, 1]
ROOM: Final = fake("room", 16)
KEK: Final = fake("kek", 32)
KEK_ID: Final = fake("kek id", 16)
KEYFILE_LINE: Final = f"strongroom-keyfile:1:{ROOM}:{fake('file id', 8)}:{fake('file key', 32)}"


def keyfile(line: str = KEYFILE_LINE) -> str:
    """A line with its checksum, as a file holds it."""
    return f"{line}:{hashlib.sha256(line.encode()).hexdigest()[:8]}\n"


def _seal_slots() -> list[Json]:
    creating: Json = {
        "op": "slot-create",
        "room_id": ROOM,
        "key_name": f"kek:production:{KEK_ID}",
        "secret": KEK,
        "slot_id": fake("slot", 16),
        "nonce": fake("slot nonce", 24),
    }
    phrase = {"passphrase": "plainly fäke horse", "cost": CHEAP, "salt": fake("salt", 16)}
    code = {"recovery": perform({"op": "recovery-text", "secret": fake("code", 32)})["text"]}
    by_file = vector("by key file", creating | {"credential": {"keyfile": keyfile()}})
    by_phrase = vector("by passphrase (cost for tests only)", creating | {"credential": phrase})
    by_code = vector("by recovery code", creating | {"credential": code})
    room = creating | {"key_name": "room", "secret": fake("room key", 32)}
    log = creating | {"key_name": f"log:{fake('instance', 16)}", "secret": fake("log seed", 32)}

    def opening(made: Json, credential: Json) -> Json:
        return {"op": "slot-open", "room_id": ROOM, "credential": credential, **made["expect"]}

    file_open = opening(by_file, {"keyfile": keyfile()})
    phrase_open = opening(by_phrase, {"passphrase": phrase["passphrase"]})
    code_open = opening(by_code, code)
    slot, slot_phrase, slot_code = (given["slot"] for given in (file_open, phrase_open, code_open))
    # Offsets: 18 fixed bytes, a name of 2 + 47, then params with 2 before them.
    params = 18 + 2 + 47 + 2
    blob = params + 8 + 2
    other_file = KEYFILE_LINE.replace(fake("file id", 8), fake("file id 2", 8))
    other_room = KEYFILE_LINE.replace(ROOM, fake("room 2", 16))
    other_key = KEYFILE_LINE.replace(fake("file key", 32), fake("file key 2", 32))
    other_code = perform({"op": "recovery-text", "secret": fake("code 2", 32)})["text"]
    memory = slot_phrase[: 2 * (params + 1)] + "00100001" + slot_phrase[2 * (params + 5) :]
    renamed = bytes.fromhex(slot).replace(b"kek:production:", b"kek:productiom:").hex()
    failures = [
        ("slot-format-unknown", "format byte", file_open | {"slot": "62" + slot[2:]}),
        ("slot-malformed", "cut short", file_open | {"slot": slot[:-2]}),
        ("slot-malformed", "a byte after the end", file_open | {"slot": slot + "00"}),
        ("slot-malformed", "name of no key", file_open | {"slot": flip(slot, 20, 7)}),
        ("slot-kind-unknown", "kind 200", file_open | {"slot": "61c8" + slot[4:]}),
        ("slot-kind-unknown", "kind 3, reserved", file_open | {"slot": "6103" + slot[4:]}),
        ("slot-kind-other", "a recovery code for it", file_open | {"credential": code}),
        ("slot-blob-unknown", "blob format 0x52", file_open | {"slot": flip(slot, blob)}),
        (
            "keyfile-other-room",
            "file of another room",
            file_open | {"credential": {"keyfile": keyfile(other_room)}},
        ),
        (
            "keyfile-other",
            "another file of this room",
            file_open | {"credential": {"keyfile": keyfile(other_file)}},
        ),
        (
            "seal-wrong-credential",
            "same file id, another key",
            file_open | {"credential": {"keyfile": keyfile(other_key)}},
        ),
        ("seal-wrong-credential", "slot id changed", file_open | {"slot": flip(slot, 2)}),
        ("seal-wrong-credential", "key renamed", file_open | {"slot": renamed}),
        ("seal-wrong-credential", "commitment changed", file_open | {"slot": flip(slot, blob + 1)}),
        (
            "seal-wrong-credential",
            "wrong passphrase",
            phrase_open | {"credential": {"passphrase": "plainly fake horse"}},
        ),
        (
            "seal-wrong-credential",
            "salt changed",
            phrase_open | {"slot": flip(slot_phrase, params + 7)},
        ),
        (
            "seal-wrong-credential",
            "passes changed from 1 to 3",
            phrase_open | {"slot": flip(slot_phrase, params + 5, 1)},
        ),
        ("slot-cost-refused", "memory of 1 GiB and 1 KiB", phrase_open | {"slot": memory}),
        ("slot-cost-refused", "no pass", phrase_open | {"slot": flip(slot_phrase, params + 5)}),
        (
            "slot-cost-refused",
            "another function",
            phrase_open | {"slot": flip(slot_phrase, params, 1)},
        ),
        (
            "seal-wrong-credential",
            "another code",
            code_open | {"credential": {"recovery": other_code}},
        ),
        (
            "seal-wrong-credential",
            "opened in another room",
            code_open | {"room_id": fake("room 2", 16)},
        ),
        (
            "passphrase-unusable",
            "an empty passphrase",
            phrase_open | {"credential": {"passphrase": ""}},
        ),
        (
            "passphrase-unusable",
            "1,025 bytes",
            phrase_open | {"credential": {"passphrase": "x" * 1025}},
        ),
        ("slot-tampered", "nonce changed", file_open | {"slot": flip(slot, blob + 33)}),
        ("slot-tampered", "key changed", file_open | {"slot": flip(slot, blob + 57)}),
        ("slot-tampered", "tag changed", code_open | {"slot": flip(slot_code, -1, 7)}),
    ]
    keys = [
        vector(
            f"derived key {purpose}",
            {
                "op": "key-derive",
                "room_key": fake("room key", 32),
                "room_id": ROOM,
                "purpose": purpose,
            },
        )
        for purpose in (
            "row-mac",
            "fingerprint/match",
            "fingerprint/display",
            "fingerprint/export/scan-1",
            "token/lookup",
            "token/tag",
            "detail",
            "pseudonym",
        )
    ]
    composed = {"passphrase": "plainly fa\u0308ke horse"}
    return [
        *keys,
        by_file,
        by_phrase,
        by_code,
        vector("the room key by key file", room | {"credential": {"keyfile": keyfile()}}),
        vector("a log key by key file", log | {"credential": {"keyfile": keyfile()}}),
        vector("opened by key file", file_open),
        vector("opened by passphrase", phrase_open),
        vector("opened by the passphrase in NFD", phrase_open | {"credential": composed}),
        vector("opened by recovery code", code_open),
        vector(
            "a kind of a newer release is read", {"op": "slot-decode", "slot": "61c8" + slot[4:]}
        ),
        *(refused(code, why, given) for code, why, given in failures),
    ]


def _keyfiles() -> list[Json]:
    good = keyfile()
    cases = [
        ("keyfile-unknown", "another file", "AGE-SECRET-KEY-1PLAINLYFAKE\n"),
        ("keyfile-unknown", "longer than any key file", good + " " * 512),
        ("keyfile-version-unknown", "version 2", good.replace(":1:", ":2:", 1)),
        ("keyfile-damaged", "a digit of the key changed", _digit(good, -20)),
        ("keyfile-damaged", "cut short", good[:-3]),
        ("keyfile-damaged", "a second line", good + "\n"),
        (
            "keyfile-damaged",
            "checksum of another line",
            _digit(good, -2),
        ),
    ]
    return [
        vector("a key file", {"op": "keyfile-decode", "text": good}),
        vector("without a newline", {"op": "keyfile-decode", "text": good.strip()}),
        vector("with a carriage return", {"op": "keyfile-decode", "text": good.strip() + "\r\n"}),
        *(refused(code, why, {"op": "keyfile-decode", "text": text}) for code, why, text in cases),
    ]


def _digit(text: str, at: int) -> str:
    at %= len(text)
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


def _recovery() -> list[Json]:
    secret = fake("code", 32)
    printed = vector("printed", {"op": "recovery-text", "secret": secret})
    text: str = printed["expect"]["text"]
    groups = text.split("-")
    loose = " ".join(groups).lower().replace("0", "o").replace("1", "l")
    swapped = [groups[1], groups[0], *groups[2:]]
    neighbours = [*groups[:4], groups[4][1] + groups[4][0] + groups[4][2:], *groups[5:]]
    cases = [
        ("recovery-group", "a character of group 3", text[:18] + _other(text[18]) + text[19:]),
        ("recovery-group", "two neighbours in group 5", "-".join(neighbours)),
        ("recovery-group", "groups 1 and 2 exchanged", "-".join(swapped)),
        ("recovery-character", "U, which no code has", "U" + text[1:]),
        ("recovery-length", "a character missing", text[:-1]),
        ("recovery-length", "nothing", ""),
        ("recovery-length", "far too long", text * 8),
        ("recovery-version", "every group right, version 2", _code(2, secret, None)),
        ("recovery-checksum", "every group right, checksum not", _code(1, secret, "0000")),
    ]
    return [
        printed,
        vector("typed back", {"op": "recovery-parse", "text": text}),
        vector("in lower case with o, l and spaces", {"op": "recovery-parse", "text": loose}),
        *(refused(code, why, {"op": "recovery-parse", "text": bad}) for code, why, bad in cases),
    ]


ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _other(char: str) -> str:
    return ALPHABET[(ALPHABET.index(char) + 7) % 32]


def _code(version: int, secret: str, checksum: str | None) -> str:
    """A code of valid groups around any content: made here to show what is checked after."""
    good = hashlib.sha256(b"strongroom/recovery-code/v1" + octets(secret)).hexdigest()[:4]
    number = int(f"{version:02x}{secret}{checksum or good}", 16)
    values = [number >> 5 * (55 - place) & 31 for place in range(56)]
    groups = []
    for index in range(8):
        total = 0
        for value in values[7 * index : 7 * index + 7]:
            total = (total ^ value) << 1
            total ^= 0b100101 if total > 31 else 0
        coded = [*values[7 * index : 7 * index + 7], total ^ (index + 1)]
        groups.append("".join(ALPHABET[value] for value in coded))
    return "-".join(groups)
