"""Vectors of proof documents: an entry of a small log, and one checkpoint behind another."""

from typing import Any, Final

from audit_operations import Json, perform, refused, vector
from vectors_audit_log import made

from strongroom.audit import proof, proven, tree
from strongroom.audit.proven import FORMAT, Consistency, Detail, Inclusion


def build() -> dict[str, list[Json]]:
    """Every file that this module writes."""
    return {"audit-proof": _proofs(), "audit-export": _exports()}


STRANGER: Final = bytes(range(1, 33)).hex()


def _proofs() -> list[Json]:
    """Over the six entries of `vectors/audit-log.json`, signed at three, five and six."""
    rows, notes, vkey = made({1, 4})
    hashes = [tree.leaf_hash(bytes.fromhex(row["leaf"])) for row in rows]

    def subtree(level: int, at: int) -> bytes:
        return tree.fold(hashes[at << level : (at + 1) << level])

    def given(document: Any, key: str = vkey) -> Json:
        text = proven.encode(document).decode() if not isinstance(document, str) else document
        return {"op": "proof-check", "document": text, "vkey": key}

    def path(steps: tuple[bytes, ...]) -> list[str]:
        return [step.hex() for step in steps]

    salt, blob = rows[4]["detail"]
    whole = Inclusion(
        FORMAT, 4, rows[4]["leaf"], path(proof.inclusion_proof(4, 6, subtree)), notes[2],
        Detail(salt, bytes.fromhex(blob).decode()),
    )  # fmt: skip
    between = Consistency(FORMAT, notes[0], notes[2], path(proof.consistency_proof(3, 6, subtree)))
    text = proven.encode(whole).decode()
    stranger = perform({"op": "checkpoint-sign", "seed": STRANGER, "origin": vkey.split("+")[0],
                        "size": 6, "root": "00" * 32, "at_us": None, "extensions": []})  # fmt: skip
    wrong = [
        ("inclusion-proof", "another place", text.replace('"place": 4', '"place": 3')),
        ("inclusion-proof", "an older checkpoint", proven.encode(_with(whole, notes[1])).decode()),
        ("proof-detail", "another detail", text.replace("p-4", "p-5")),
        (
            "proof-malformed",
            "a field that is not known",
            text.replace('"place"', '"x": 1, "place"'),
        ),
        (
            "proof-malformed",
            "hex in capitals",
            text.replace(rows[4]["leaf"], rows[4]["leaf"].upper()),
        ),
        ("proof-malformed", "another format", text.replace("proof/1", "proof/2")),
        ("proof-malformed", "no JSON", text[:-3]),
        ("note-forged", "another size", text.replace("\\n6\\n", "\\n7\\n")),
    ]
    swapped = Consistency(FORMAT, between.new, between.old, between.path)
    return [
        vector("an entry with its detail", given(whole)),
        vector(
            "an entry", given(Inclusion(*[getattr(whole, n) for n in whole.__struct_fields__[:5]]))
        ),
        vector("six entries begin with three", given(between)),
        *(refused(code, why, given(changed)) for code, why, changed in wrong),
        refused("consistency-proof", "the older one second", given(swapped)),
        refused("note-foreign", "the key of somebody else", given(whole, stranger["vkey"])),
        refused("vkey-invalid", "no key", given(whole, "")),
    ]


def _exports() -> list[Json]:
    """The same log as lines: whole, from its fifth entry on, and with what was erased."""
    rows, notes, vkey = made({1, 4})
    asked = {"op": "export-lines", "rows": rows, "notes": notes, "origin": vkey.split("+")[0]}
    erased = [rows[0] | {"detail": None}, *rows[1:]]
    missing = [rows[0] | {"leaf": None, "detail": None}, *rows[1:]]
    return [
        vector("all of it", asked | {"first": 0}),
        vector("what came after the first checkpoint", asked | {"first": 3}),
        vector("a detail was erased", asked | {"first": 0, "rows": erased}),
        vector("an entry is missing", asked | {"first": 0, "rows": missing}),
    ]


def _with(found: Inclusion, note: str) -> Inclusion:
    return Inclusion(found.format, found.place, found.leaf, found.path, note, found.detail)
