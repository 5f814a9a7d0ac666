"""Vectors of the audit leaf and of the tree over leaves.

A failing vector is a good one with a single thing changed; the comment says which.
"""

from typing import Final

from audit_operations import Json, entry_hex, perform, refused, vector

from strongroom.audit import tree
from strongroom.audit.entry import Entry, Outcome

CT: Final = "Certificate Transparency reference tests"


def build() -> dict[str, list[Json]]:
    """Every file that this module writes."""
    return {"audit-leaf": _leaf(), "audit-tree": _tree()}


# --- leaves ----------------------------------------------------------------------------------

ENTRY: Final[Json] = {
    "lane": bytes(range(16)).hex(),
    "seq": 258,  # 0x0102, and below: pins the order of bytes
    "change_seq": 772,
    "at_us": 1_790_000_000_123_456,
    "verb": "read",
    "outcome": "refused",
    "reason": "no-rule",
    "changes": 5,
    "principal": bytes(range(16, 32)).hex(),
    "secret": bytes(range(32, 48)).hex(),
    "environment": "production",
    "version": 1543,
    "object_kind": "version",
    "object_id": "0809",
    "policy": bytes(range(48, 56)).hex(),
    "detail": bytes(range(64, 96)).hex(),
}
BARE: Final[Json] = entry_hex(Entry(bytes(16), 1, 0, 0, "seal", Outcome.GRANTED))
BLOB: Final = b'{"agent":"cli/1","name":"Zo\xc3\xab"}'.hex()


def _leaf() -> list[Json]:
    encoded = vector("every field has a value", {"op": "leaf-encode", "entry": ENTRY})
    bare = vector("as little as possible", {"op": "leaf-encode", "entry": BARE})
    leaf = encoded["expect"]["leaf"]
    cut = [
        ("leaf-format", "format byte 2", "02" + leaf[2:]),
        ("leaf-format", "no byte at all", ""),
        ("leaf-length", "one byte is missing", leaf[:-2]),
        ("leaf-length", "one byte is left over", leaf + "00"),
        ("leaf-length", "nothing but the fixed part", leaf[:246]),
        ("leaf-length", "513 bytes", leaf + "00" * (513 - len(leaf) // 2)),
        ("leaf-length", "the object id is longer than the leaf", leaf[:244] + "ff" + leaf[246:]),
        ("leaf-field", "outcome 4", "0104" + leaf[4:]),
        ("leaf-field", "seq 0", leaf[:12] + "00" * 8 + leaf[28:]),
        ("leaf-field", "seq 2**63", leaf[:12] + "80" + "00" * 7 + leaf[28:]),
        ("leaf-field", "more changes than there are", leaf[:4] + "00000305" + leaf[12:]),
        ("leaf-field", "a capital in the verb", leaf.replace("0472656164", "0452656164")),
        ("leaf-field", "refused without a reason", leaf.replace("076e6f2d72756c65", "00")),
        ("leaf-field", "an object id without a kind", leaf.replace("0776657273696f6e", "00")),
    ]
    digest = {"op": "detail-digest", "salt": bytes(range(16)).hex(), "blob": BLOB}
    return [
        encoded,
        bare,
        vector("every field is read back", {"op": "leaf-decode", "leaf": leaf}),
        vector("as little as possible", {"op": "leaf-decode", "leaf": bare["expect"]["leaf"]}),
        *(refused(code, why, {"op": "leaf-decode", "leaf": raw}) for code, why, raw in cut),
        vector(
            "keys are sorted", {"op": "detail-encode", "detail": {"name": "Zoë", "agent": "cli/1"}}
        ),
        vector("a detail is read back", {"op": "detail-decode", "blob": BLOB}),
        refused("detail-format", "a number", {"op": "detail-decode", "blob": b'{"a":1}'.hex()}),
        vector("salt, then blob", digest),
    ]


# --- the tree --------------------------------------------------------------------------------

CT_LEAVES: Final = (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)  # fmt: skip


def _tree() -> list[Json]:
    made = [
        vector(f"{n} leaves", {"op": "tree-root", "leaves": list(CT_LEAVES[:n])}, CT)
        for n in range(9)
    ]
    made += [vector(f"{n} leaves", {"op": "tree-root", "count": n}) for n in (255, 256, 257, 1000)]
    made += [vector(f"{n} leaves", {"op": "tree-nodes", "count": n}) for n in (255, 256, 1027)]
    for index, count in ((0, 1), (5, 7), (258, 600)):
        made += _included(index, count)
    for first, second in ((1, 1), (3, 7), (4, 8), (256, 600), (259, 600)):
        made += _consistent(first, second)
    return made


def _included(index: int, count: int) -> list[Json]:
    asked: Json = {"op": "tree-inclusion", "count": count, "index": index}
    path = perform(asked)["proof"]
    root = perform({"op": "tree-root", "count": count})["root"]
    leaf = tree.leaf_hash(index.to_bytes(4, "big")).hex()
    given: Json = {"op": "verify-inclusion", "leaf_hash": leaf, "index": index, "size": count,
             "proof": path, "root": root}  # fmt: skip
    name = f"leaf {index} of {count}"
    wrong: list[tuple[str, Json]] = [
        ("another leaf", {"leaf_hash": root if count > 1 else "00" * 32}),
        ("another index", {"index": index + 1}),
        ("a step too many", {"proof": [*path, root]}),
        ("another root", {"root": "00" * 32}),
        *([("a step is missing", {"proof": path[1:]})] if path else []),
    ]
    return [
        vector(name, asked),
        vector(name, given),
        *(refused("inclusion-proof", f"{name}: {why}", given | part) for why, part in wrong),
    ]


def _consistent(first: int, second: int) -> list[Json]:
    asked: Json = {"op": "tree-consistency", "count": second, "first": first}
    path = perform(asked)["proof"]
    roots = [perform({"op": "tree-root", "count": n})["root"] for n in (first, second)]
    given: Json = {"op": "verify-consistency", "first": first, "second": second,
             "first_root": roots[0], "second_root": roots[1], "proof": path}  # fmt: skip
    name = f"{first} of {second}"
    wrong: list[tuple[str, Json]] = [
        ("another first root", {"first_root": "00" * 32}),
        ("another second root", {"second_root": "00" * 32}),
        ("a step too many", {"proof": [*path, roots[0]]}),
        ("the sizes are exchanged", {"first": second + 1}),
        *([("a step is missing", {"proof": path[:-1]})] if path else []),
    ]
    return [
        vector(name, asked),
        vector(name, given),
        *(refused("consistency-proof", f"{name}: {why}", given | part) for why, part in wrong),
    ]
