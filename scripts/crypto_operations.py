"""What the vectors of the crypto formats ask for, done by the kernel itself.

`perform` takes the `input` of a vector and returns its `expect`. The builder writes what it
returns; a test compares what is written with what it returns now, and with a second
implementation that shares no code with the kernel.
"""

import hashlib
from collections.abc import Callable
from typing import Any, Final

from strongroom.crypto import aead, envelope, fingerprint, keyring, ring, rowmac, seal, slot, token
from strongroom.crypto.holder import Enrolment, Holder, To, tag_of
from strongroom.crypto.keyfile import KeyFile
from strongroom.crypto.passphrase import Cost, Passphrase
from strongroom.crypto.recovery import RecoveryCode
from strongroom.crypto.shamir import Share, Shares, Sharing
from strongroom.errors import StrongroomError

OWN: Final = "scripts/build_vectors.py"

Json = dict[str, Any]
_Row = tuple[bytes, str, tuple[rowmac.Value, ...], dict[str, rowmac.Value], int]


def perform(given: Json) -> Json:
    """The output of one operation, or `{"error": code}`."""
    try:
        return OPERATIONS[given["op"]](given)
    except StrongroomError as error:
        return {"error": error.code}


def vector(comment: str, given: Json, source: str = OWN) -> Json:
    """A vector whose expectation is what the kernel does now."""
    return {"source": source, "comment": comment, "input": given, "expect": perform(given)}


def refused(code: str, comment: str, given: Json) -> Json:
    """A vector that must fail, and how."""
    made = vector(comment, given)
    if made["expect"] != {"error": code}:
        raise SystemExit(f"{comment}: expected {code}, got {made['expect']}")
    return made


def fake(label: str, size: int) -> str:
    """Deterministic bytes as hex, plainly nobody's: SHAKE-128 of a label."""
    return hashlib.shake_128(f"strongroom vector {label}".encode()).hexdigest(size)


def flip(data: str, at: int, bit: int = 0) -> str:
    """`data` with one bit changed in byte `at`."""
    raw = bytearray(octets(data))
    raw[at] ^= 1 << bit
    return raw.hex()


def octets(text: str) -> bytes:
    """Hex, or `HEX*COUNT` for what would be long."""
    unit, _, count = text.partition("*")
    return bytes.fromhex(unit) * int(count or 1)


def binding(given: Json) -> envelope.Binding:
    """The place of a version, from its five fields."""
    return envelope.Binding(
        octets(given["room_id"]),
        octets(given["secret_id"]),
        given["environment"],
        given["path"],
        given["version"],
    )


def kek(given: Json) -> envelope.Kek:
    """A key-encryption key, from its three fields."""
    return envelope.Kek(octets(given["id"]), octets(given["secret"]), given["environment"])


def credential(given: Json) -> seal.Credential:
    """Whichever credential is given; a holder's halves count as such."""
    match given:
        case {"keyfile": text}:
            return KeyFile.decode(text.encode())
        case {"recovery": text}:
            return RecoveryCode.parse(text)
        case {"sharing": sharing}:
            return _sharing(sharing)
        case {"shares": texts}:
            return Shares([Share.parse(text) for text in texts])
        case {"holder": {"id": id_, "secret": secret}}:
            return Holder(octets(id_), octets(secret))
        case {"own": {"id": id_, "secret": secret}}:
            return Holder(octets(id_), octets(secret)).own
        case {"to": to}:
            return To(*(octets(to[part]) for part in ("id", "public", "tag", "ephemeral")))
        case {"passphrase": text, "cost": cost, "salt": salt}:
            return Passphrase._cheap(text, Cost(*cost), octets(salt))  # noqa: SLF001 - vectors only
        case {"passphrase": text}:
            return Passphrase(text)
    raise ValueError("no such credential")


def cell(given: Json | None) -> rowmac.Value:
    """A column: null, `{"int": "5"}`, `{"text": "x"}` or `{"bytes": "00"}`."""
    match given:
        case {"int": number}:
            return int(number)
        case {"text": text}:
            return str(text)
        case {"bytes": data}:
            return octets(data)
    return None


def _xaes(given: Json) -> Json:
    sealed = aead.Xaes256Gcm(octets(given["key"])).encrypt(
        octets(given["nonce"]), octets(given["plaintext"]), octets(given["aad"])
    )
    return {"ciphertext": sealed.hex()}


def _seal(given: Json) -> Json:
    sealed = envelope._seal_with(  # noqa: SLF001 - vectors only
        octets(given["plaintext"]),
        binding(given["binding"]),
        kek(given["kek"]),
        data_key=octets(given["data_key"]),
        data_key_id=octets(given["data_key_id"]),
        value_nonce=octets(given["value_nonce"]),
        wrap_nonce=octets(given["wrap_nonce"]),
    )
    return {"blob": sealed.blob.hex(), "wrapped": sealed.wrapped.hex()}


def _open(given: Json) -> Json:
    sealed = envelope.Sealed(octets(given["blob"]), octets(given["wrapped"]))
    return {"plaintext": envelope.open(sealed, binding(given["binding"]), kek(given["kek"])).hex()}


def _rewrap(given: Json) -> Json:
    wrapped = envelope._rewrap_with(  # noqa: SLF001 - vectors only
        octets(given["wrapped"]),
        binding(given["binding"]),
        kek(given["kek"]),
        binding(given["new_binding"]),
        kek(given["new_kek"]),
        wrap_nonce=octets(given["wrap_nonce"]),
    )
    return {"wrapped": wrapped.hex()}


def _kek_id(given: Json) -> Json:
    return {"kek_id": envelope.kek_id(octets(given["wrapped"])).hex()}


def _derive(given: Json) -> Json:
    room_key, room_id = octets(given["room_key"]), octets(given["room_id"])
    return {"key": keyring.derive(room_key, room_id, given["purpose"]).hex()}


def _slot_create(given: Json) -> Json:
    made = seal._create_with(  # noqa: SLF001 - vectors only
        octets(given["room_id"]),
        given["key_name"],
        octets(given["secret"]),
        credential(given["credential"]),
        slot_id=octets(given["slot_id"]),
        nonce=octets(given["nonce"]),
    )
    return {"slot": slot.encode(made).hex()}


def _slot_open(given: Json) -> Json:
    found = slot.decode(octets(given["slot"]))
    return {
        "secret": seal.open(found, octets(given["room_id"]), credential(given["credential"])).hex()
    }


def _slot_decode(given: Json) -> Json:
    found = slot.decode(octets(given["slot"]))
    return {"id": found.id.hex(), "kind": found.kind, "key_name": found.key_name}


def _holder_tag(given: Json) -> Json:
    names = ("secret", "anchor", "holder_id", "public")
    key, *rest = (octets(given[name]) for name in names)
    return {"tag": tag_of(octets(given["room_id"]), given["key_name"], key, *rest).hex()}


def _sharing(given: Json) -> Sharing:
    rows = [octets(row) for row in given["rows"]]
    return Sharing._with(  # noqa: SLF001 - vectors only
        octets(given["room_id"]), rows, given["count"], given["set"]
    )


def _shares_split(given: Json) -> Json:
    made = _sharing(given)
    return {"shares": [one.reveal() for one in made.shares], "params": made.params().hex()}


def _share_parse(given: Json) -> Json:
    found = Share.parse(given["text"])
    said = {"threshold": found.threshold, "index": found.index, "set": found.set_id}
    return said | {"secret": found.secret.hex(), "digest": found.digest.hex()}


def _slots(given: Json) -> list[slot.Slot]:
    return [slot.decode(octets(text)) for text in given["slots"]]


def _ring_open(given: Json) -> Json:
    found = ring.open_ring(_slots(given), octets(given["room_id"]), credential(given["credential"]))
    keys = {name: key.hex() for name, key in found.keys.items()}
    return {"keys": keys, "refused": [one.id.hex() for one in found.refused]}


def _hand_over(given: Json) -> Json:
    slots, room_id = _slots(given), octets(given["room_id"])
    opened = ring.open_ring(slots, room_id, credential(given["credential"]))
    made = ring.hand_over(slots, opened, given["old"], given["new"], octets(given["secret"]))
    return {"holders": [Enrolment.read(one.params).id.hex() for one in made]}


def _keyfile(given: Json) -> Json:
    file = KeyFile.decode(given["text"].encode())
    parts = {"room_id": file.room_id, "file_id": file.file_id, "secret": file.secret}
    return {name: part.hex() for name, part in parts.items()}


def _recovery_text(given: Json) -> Json:
    return {"text": RecoveryCode(octets(given["secret"])).reveal()}


def _recovery_parse(given: Json) -> Json:
    return {"secret": RecoveryCode.parse(given["text"]).secret.hex()}


def _row(given: Json) -> _Row:
    return (
        octets(given["key"]),
        given["table"],
        tuple(cell(value) for value in given["primary_key"]),
        {name: cell(value) for name, value in given["content"].items()},
        given["change_seq"],
    )


def _row_mac(given: Json) -> Json:
    return {"mac": rowmac.row_mac(*_row(given)).hex()}


def _row_check(given: Json) -> Json:
    mac = given["mac"]
    rowmac.check_row(*_row(given), None if mac is None else octets(mac))
    return {}


def _room(given: Json) -> keyring.RoomKeys:
    return keyring.RoomKeys(octets(given["room_key"]), octets(given["room_id"]))


def _token_mint(given: Json) -> Json:
    minted = token._mint_with(  # noqa: SLF001 - vectors only
        _room(given), given["kind"], octets(given["body"])
    )
    return {"token": minted.token.reveal().decode(), "lookup": minted.lookup.hex()}


def _token_parse(given: Json) -> Json:
    return {"lookup": token.parse(_room(given), given["token"]).hex()}


def _strength(given: Json) -> fingerprint.Strength:
    return fingerprint.Strength(given["bits"], fingerprint.Origin(given["origin"]))


def _match(given: Json) -> Json:
    made = fingerprint.match(_room(given), octets(given["value"]), _strength(given))
    return {"fingerprint": made.hex()}


def _display(given: Json) -> Json:
    made = fingerprint.display(_room(given), octets(given["value"]), _strength(given))
    return {"fingerprint": made}


def _export(given: Json) -> Json:
    key = _room(given).fingerprint_export(given["export_id"])
    made = fingerprint.export(key, octets(given["value"]), _strength(given))
    return {"key": key.hex(), "fingerprint": made.hex()}


OPERATIONS: Final[dict[str, Callable[[Json], Json]]] = {
    "xaes-encrypt": _xaes,
    "envelope-seal": _seal,
    "envelope-open": _open,
    "envelope-rewrap": _rewrap,
    "envelope-kek-id": _kek_id,
    "key-derive": _derive,
    "slot-create": _slot_create,
    "slot-open": _slot_open,
    "slot-decode": _slot_decode,
    "holder-tag": _holder_tag,
    "ring-open": _ring_open,
    "hand-over": _hand_over,
    "keyfile-decode": _keyfile,
    "shares-split": _shares_split,
    "share-parse": _share_parse,
    "recovery-text": _recovery_text,
    "recovery-parse": _recovery_parse,
    "row-mac": _row_mac,
    "row-check": _row_check,
    "token-mint": _token_mint,
    "token-parse": _token_parse,
    "fingerprint-match": _match,
    "fingerprint-display": _display,
    "fingerprint-export": _export,
}
