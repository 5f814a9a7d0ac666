"""What the vectors of the audit formats ask for, done by the kernel itself.

`perform` takes the `input` of a vector and returns its `expect`. The builders write what it
returns; a test compares what is written with what it returns now, and with the definitions
written down a second time.
"""

import hashlib
import io
from collections.abc import Callable
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from strongroom.audit import checkpoint, detail, entry, exported, proof, proven, segment, tree
from strongroom.audit.checkpoint import Checkpoint
from strongroom.audit.entry import Entry, Outcome
from strongroom.audit.note import VerifierKey
from strongroom.audit.verifier import Row, verify
from strongroom.crypto.keyring import RoomKeys
from strongroom.errors import StrongroomError
from strongroom.gate import segment_file
from strongroom.gate.segment_file import Header

Json = dict[str, Any]

OWN: Final = "scripts/build_vectors.py"
BINARY: Final = {"lane", "principal", "secret", "object_id", "policy", "detail"}


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


def _unhex(fields: Json) -> Entry:
    plain: Json = {k: bytes.fromhex(v) if k in BINARY else v for k, v in fields.items()}
    plain["outcome"] = Outcome[fields["outcome"].upper()]
    return Entry(**plain)


def entry_hex(one: Entry) -> Json:
    """An entry as it stands in a vector: bytes in hex, the outcome as a word."""
    fields = {k: v.hex() if k in BINARY else v for k, v in one._asdict().items()}
    return fields | {"outcome": one.outcome.name.lower()}


def _leaves(given: Json) -> list[bytes]:
    """As written, or `count` leaves that are each its own number in four bytes."""
    if "count" in given:
        return [number.to_bytes(4, "big") for number in range(given["count"])]
    return [bytes.fromhex(leaf) for leaf in given["leaves"]]


def _subtree(given: Json) -> tree.Subtree:
    hashes = [tree.leaf_hash(leaf) for leaf in _leaves(given)]
    return lambda level, at: tree.fold(hashes[at << level : (at + 1) << level])


def _grown(given: Json) -> tuple[tree.Frontier, list[tree.Node]]:
    frontier = tree.Frontier()
    return frontier, frontier.extend([tree.leaf_hash(leaf) for leaf in _leaves(given)])


def _nodes(given: Json) -> Json:
    nodes = _grown(given)[1]
    return {"nodes": [[node.level, node.position, node.hash.hex()] for node in nodes]}


def _verify_inclusion(given: Json) -> Json:
    path = [bytes.fromhex(step) for step in given["proof"]]
    leaf, root = bytes.fromhex(given["leaf_hash"]), bytes.fromhex(given["root"])
    proof.verify_inclusion(leaf, given["index"], given["size"], path, root)
    return {"verified": True}


def _verify_consistency(given: Json) -> Json:
    path = [bytes.fromhex(step) for step in given["proof"]]
    first, second = bytes.fromhex(given["first_root"]), bytes.fromhex(given["second_root"])
    proof.verify_consistency(given["first"], given["second"], first, second, path)
    return {"verified": True}


def _inclusion(given: Json) -> Json:
    path = proof.inclusion_proof(given["index"], len(_leaves(given)), _subtree(given))
    return {"proof": [step.hex() for step in path]}


def _consistency(given: Json) -> Json:
    path = proof.consistency_proof(given["first"], len(_leaves(given)), _subtree(given))
    return {"proof": [step.hex() for step in path]}


def signer(seed: str) -> Ed25519PrivateKey:
    """The key of 32 bytes in hex."""
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))


def _sign(given: Json) -> Json:
    made = Checkpoint(
        given["origin"],
        given["size"],
        bytes.fromhex(given["root"]),
        given["at_us"],
        tuple(given["extensions"]),
    )
    key = signer(given["seed"])
    public = VerifierKey(given["origin"], key.public_key().public_bytes_raw())
    return {"note": checkpoint.sign(made, key), "vkey": str(public)}


def _open(given: Json) -> Json:
    found = checkpoint.open_note(given["note"], VerifierKey.parse(given["vkey"]))
    return {
        "origin": found.origin,
        "size": found.size,
        "root": found.root.hex(),
        "at_us": found.at_us,
        "extensions": list(found.extensions),
    }


def _rows(given: Json) -> list[Row]:
    rows = []
    for row in given["rows"]:
        kept = row["detail"] and (bytes.fromhex(row["detail"][0]), bytes.fromhex(row["detail"][1]))
        leaf = None if row["leaf"] is None else bytes.fromhex(row["leaf"])
        rows.append(Row(bytes.fromhex(row["lane"]), row["seq"], leaf, kept))
    return rows


def _check_proof(given: Json) -> Json:
    found = proven.check(
        proven.decode_proof(given["document"].encode()), VerifierKey.parse(given["vkey"])
    )
    if isinstance(found, proven.Included):
        return {"place": found.place, "size": found.checkpoint.size, "detail": found.detail}
    return {"old": found.old.size, "new": found.new.size}


def _export(given: Json) -> Json:
    rows, first = _rows(given), given["first"]
    lines = [exported.header(given["origin"], first, len(rows), _peaks(rows[:first]))]
    for place, row in enumerate(rows[first:], start=first):
        lines.append(exported.entry(place, row))
        lines += [
            exported.checkpoint(n) for n in given["notes"] if n.split("\n")[1] == str(place + 1)
        ]
    return {"lines": [line.decode() for line in lines]}


def _tile(row: Json) -> list[Row]:
    """256 entries with the numbers 1 to 256; those with an even one have a detail."""
    kept = bytes.fromhex(row["salt"]), bytes.fromhex(row["blob"])
    lane, leaf = bytes.fromhex(row["lane"]), bytes.fromhex(row["leaf"])
    return [Row(lane, seq, leaf, None if seq % 2 else kept) for seq in range(1, 257)]


def _write_segment(given: Json) -> Json:
    keys = RoomKeys(bytes.fromhex(given["room_key"]), bytes.fromhex(given["room_id"]))
    names = ("first", "until", "root", "keep_until_us", "salt", "instance")
    header = Header(strongroom_segment=1, room=given["room_id"], **{n: given[n] for n in names})
    stream = io.BytesIO()
    digest = segment_file.write(stream, keys, header, [_tile(given["row"])] * header.tiles)
    head, _, parts = stream.getvalue().partition(b"\n")
    return {
        "key": keys.segment(bytes.fromhex(given["salt"])).hex(),
        "header": head.decode(),
        "tile_sha256": hashlib.sha256(segment.encode_tile(_tile(given["row"]))).hexdigest(),
        "parts_start": parts[:48].hex(),
        "file_bytes": len(stream.getvalue()),
        "file_sha256": digest.hex(),
    }


def _read_tile(given: Json) -> Json:
    whole = segment.encode_tile(_tile(given["row"]))
    mark = 26 + len(given["row"]["leaf"]) // 2
    changed = {
        "none": whole,
        "cut": whole[:-1],
        "longer": whole + b"\0",
        "mark": whole[:mark] + b"\2" + whole[mark + 1 :],
    }[given["change"]]
    return {"same": segment.decode_tile(changed) == _tile(given["row"])}


def _peaks(rows: list[Row]) -> tuple[bytes, ...]:
    frontier = tree.Frontier()
    frontier.extend([tree.leaf_hash(row.leaf or b"") for row in rows])
    return frontier.peaks


def _verify_log(given: Json) -> Json:
    rows = _rows(given)
    report = verify(rows, given["notes"], VerifierKey.parse(given["vkey"]))
    return {
        "ok": report.ok,
        "entries": report.entries,
        "signed": report.signed,
        "erased": report.erased,
        "unsettled": report.unsettled,
        "problems": [[one.kind, one.index, one.count] for one in report.problems],
    }


OPERATIONS: Final[dict[str, Callable[[Json], Json]]] = {
    "leaf-encode": lambda given: {"leaf": entry.encode(_unhex(given["entry"])).hex()},
    "leaf-decode": lambda given: {"entry": entry_hex(entry.decode(bytes.fromhex(given["leaf"])))},
    "detail-encode": lambda given: {"blob": detail.encode(given["detail"]).hex()},
    "detail-decode": lambda given: {"detail": detail.decode(bytes.fromhex(given["blob"]))},
    "detail-digest": lambda given: {
        "digest": detail.digest(bytes.fromhex(given["salt"]), bytes.fromhex(given["blob"])).hex()
    },
    "tree-root": lambda given: {"root": _grown(given)[0].root().hex()},
    "tree-nodes": _nodes,
    "tree-inclusion": _inclusion,
    "tree-consistency": _consistency,
    "verify-inclusion": _verify_inclusion,
    "verify-consistency": _verify_consistency,
    "checkpoint-sign": _sign,
    "checkpoint-open": _open,
    "log-verify": _verify_log,
    "proof-check": _check_proof,
    "export-lines": _export,
    "segment-write": _write_segment,
    "tile-decode": _read_tile,
}
