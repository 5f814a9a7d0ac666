"""Vectors of derived keys, seal slots, key files and recovery codes.

A failing vector is a good one with a single thing changed, and the comment says which.
"""

import hashlib
from dataclasses import replace
from typing import Final

from crypto_operations import Json, fake, flip, octets, perform, refused, vector

from strongroom.crypto import groups
from strongroom.crypto.holder import Enrolment, Holder
from strongroom.crypto.slot import decode, encode


def build() -> dict[str, list[Json]]:
    """The one file that this module writes."""
    return {"seal-slots": _seal_slots() + _holders() + _keyfiles() + _recovery() + _shares()}


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
        ("slot-kind-unknown", "kind 5, reserved", file_open | {"slot": "6105" + slot[4:]}),
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
            "share/lookup",
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


HOLDER: Final = {"id": fake("holder", 16), "secret": fake("holder secret", 32)}
KEK_NAME: Final = f"kek:production:{KEK_ID}"


def _holders() -> list[Json]:
    """One key file that opens the room key and production's; then what others planted."""
    public = Holder(octets(HOLDER["id"]), octets(HOLDER["secret"])).public.hex()
    anchors = {"anchor:room": fake("anchor 1", 32), "anchor:kek:production": fake("anchor 2", 32)}
    keys = {"room": fake("room key", 32), KEK_NAME: KEK}

    def tag(name: str, secret: str, anchor: str, holder_public: str = public) -> Json:
        given = {"op": "holder-tag", "room_id": ROOM, "key_name": name, "secret": secret}
        given |= {"anchor": anchor, "holder_id": HOLDER["id"], "public": holder_public}
        return vector(f"the tag of {name.partition(':')[0]}", given)

    def made(comment: str, name: str, secret: str, given: Json) -> Json:
        creating = {"op": "slot-create", "room_id": ROOM, "key_name": name, "secret": secret}
        creating |= {"slot_id": fake(f"slot {comment}", 16), "nonce": fake(comment, 24)}
        return vector(comment, creating | {"credential": given})

    def to(holder_public: str, tag_: str, label: str) -> Json:
        parts = {"id": HOLDER["id"], "public": holder_public, "tag": tag_}
        return {"to": parts | {"ephemeral": fake(f"ephemeral {label}", 32)}}

    head_name = f"holder:{HOLDER['id']}"
    head = made("a head", head_name, HOLDER["secret"], {"keyfile": keyfile()})
    own = [made(f"an own slot, {n}", n, key, {"own": HOLDER}) for n, key in anchors.items()]
    tags = [tag(n, keys[n], a) for n, a in zip(keys, anchors.values(), strict=True)]
    held = [
        made(f"to a holder, {n.partition(':')[0]}", n, keys[n], to(public, t["expect"]["tag"], n))
        for n, t in zip(keys, tags, strict=True)
    ]
    slots = [one["expect"]["slot"] for one in (head, *own, *held)]
    opening = {"op": "ring-open", "room_id": ROOM, "credential": {"keyfile": keyfile()}}
    handing = {
        **opening, "op": "hand-over", "old": KEK_NAME,
        "new": f"kek:production:{fake('kek id 2', 16)}", "secret": fake("kek 2", 32),
    }  # fmt: skip
    # Who has the room key and writes the table knows the public half, and no more.
    planted_name = f"kek:production:{fake('planted', 16)}"
    no_anchor = tag(planted_name, fake("planted key", 32), bytes(32).hex())["expect"]["tag"]
    planted = made(
        "planted without the anchor", planted_name, fake("planted key", 32),
        to(public, no_anchor, "planted"),
    )  # fmt: skip
    thief = Holder(octets(fake("thief", 16)), octets(fake("thief secret", 32))).public.hex()
    enrolled = made(
        "enrolled without the key", KEK_NAME, fake("guess", 32), to(thief, fake("tag", 32), "thief")
    )
    direct = made("a slot of before holders", KEK_NAME, KEK, {"keyfile": keyfile()})
    low = slots[-1].replace(
        Enrolment.read(decode(octets(slots[-1])).params).ephemeral.hex(), "00" * 32
    )
    own_slot, held_slot = own[0]["expect"]["slot"], held[0]["expect"]["slot"]
    opened = {"op": "slot-open", "room_id": ROOM, "credential": {"holder": HOLDER}}
    other = {"id": fake("holder 2", 16), "secret": fake("holder secret 2", 32)}
    without = [slots[0], *slots[1:2], *slots[3:]]  # the anchor of production's keys is missing
    failures = [
        ("holder-other", "another holder", opened | {"slot": held_slot, "credential": {"holder": other}}),
        ("holder-other", "an own slot of another", opened | {"slot": own_slot, "credential": {"own": other}}),
        ("slot-point-refused", "an ephemeral half of low order", opened | {"slot": low}),
        ("slot-malformed", "params cut short", opened | {"slot": _shorter(held_slot)}),
        ("slot-missing", "no slot of that kind", opening | {"slots": slots[1:]}),
        ("slot-missing", "without the room key", opening | {"slots": [slots[0]]}),
        ("slot-forged", "an enrolment by a thief", handing | {"slots": [*slots, enrolled["expect"]["slot"]]}),
        ("seal-without-holder", "a slot of before", handing | {"slots": [*slots, direct["expect"]["slot"]]}),
        ("key-sealed", "without the anchor", handing | {"slots": without}),
    ]  # fmt: skip
    return [
        head, *own, *tags, *held, planted, enrolled, direct,
        vector("opened by a holder", opened | {"slot": held_slot}),
        vector("opened with a holder's own", opened | {"slot": own_slot, "credential": {"own": HOLDER}}),
        vector("a ring of keys", opening | {"slots": slots}),
        vector("what was planted is refused, the rest opens", opening | {"slots": [*slots, planted["expect"]["slot"]]}),
        vector("without an anchor its keys are refused", opening | {"slots": without}),
        vector("a ring of before holders", opening | {"slots": [direct["expect"]["slot"], *slots]}),
        vector("handed over to each holder", handing | {"slots": slots}),
        *(refused(code, why, given) for code, why, given in failures),
    ]  # fmt: skip


def _shorter(slot: str) -> str:
    found = decode(octets(slot))
    return encode(replace(found, params=found.params[:-1])).hex()


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


def _shares() -> list[Json]:
    def sharing(label: str, **changes: object) -> Json:
        rows = [fake(f"{label} row {n}", 32) for n in range(3)]
        found: Json = {"room_id": ROOM, "rows": rows, "count": 5, "set": 0x1234567}
        return found | changes

    mine, other = sharing("share"), sharing("other share")
    split = vector("three of five", {"op": "shares-split"} | mine)
    shares: list[str] = split["expect"]["shares"]
    foreign = perform({"op": "shares-split"} | sharing("x", room_id=fake("room 2", 16)))["shares"]
    of_set = perform({"op": "shares-split"} | sharing("x", set=7))["shares"]
    twin = perform({"op": "shares-split"} | other)["shares"]
    beyond = perform({"op": "shares-split"} | mine | {"count": 6})["shares"][5]
    creating = {"op": "slot-create", "room_id": ROOM, "key_name": "room"}
    creating |= {"secret": fake("room key", 32), "slot_id": fake("slot of shares", 16)}
    creating |= {"nonce": fake("nonce of shares", 24)}
    made = vector("by shares", creating | {"credential": {"sharing": mine}})
    opening: Json = {"op": "slot-open", "room_id": ROOM} | made["expect"]

    def typed(*texts: str) -> Json:
        return opening | {"credential": {"shares": list(texts)}}

    found = decode(octets(made["expect"]["slot"]))
    cut = encode(replace(found, params=found.params[:-1])).hex()
    first, second = shares[0].split("-"), _other(shares[0][3])
    parsing = [
        ("share-group", "a character of group 1", shares[0][:3] + second + shares[0][4:]),
        ("share-character", "U, which no share has", "U" + shares[0][1:]),
        ("share-length", "a group missing", "-".join(first[:-1])),
        ("share-version", "every group right, version 2", _regrouped(shares[0], 345, 3)),
        ("share-checksum", "every group right, checksum not", _regrouped(shares[0], 0, 1)),
        ("share-checksum", "every group right, another secret", _regrouped(shares[0], 30, 1)),
    ]
    failures = [
        ("shares-invalid", "three of two", {"op": "shares-split"} | mine | {"count": 2}),
        ("shares-too-few", "two of three", typed(*shares[:2])),
        ("share-other-room", "one of another room", typed(*shares[:2], foreign[2])),
        ("share-other-set", "one of another set", typed(*shares[:2], of_set[2])),
        ("share-beyond", "a sixth", typed(*shares[:2], beyond)),
        ("share-repeated", "one twice", typed(*shares[:2], shares[0])),
        ("share-wrong", "one that was not given out", typed(*shares[:2], twin[2])),
        ("slot-malformed", "params of shares cut short", typed(*shares[:3]) | {"slot": cut}),
    ]
    big = {"op": "shares-split"} | mine | {"count": 31}
    return [
        split,
        vector("as many as there can be", big),
        made,
        vector("a share typed back", {"op": "share-parse", "text": shares[4].lower()}),
        vector("opened by shares 1 to 3", typed(*shares[:3])),
        vector("opened by others, in another order", typed(shares[4], shares[1], shares[3])),
        vector("opened by all of them", typed(*shares)),
        *(refused(c, why, {"op": "share-parse", "text": text}) for c, why, text in parsing),
        *(refused(code, why, given) for code, why, given in failures),
    ]


def _regrouped(share: str, at: int, flips: int) -> str:
    """`share` with bits from `at` on (of 350, the last first) flipped, and its groups right."""
    return groups.write(groups.read(share, 10) ^ flips << at, 10)


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
