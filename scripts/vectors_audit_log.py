"""Vectors of checkpoints, and of whole small logs with one damage each.

Node kinds need 256 leaves and are not here; neither is what only the holder of the log key
could have written (changes and times that go back).
"""

import hashlib
from typing import Any, Final

from audit_operations import Json, perform, refused, signer, vector

from strongroom.audit import checkpoint, detail, entry, tree
from strongroom.audit.entry import Entry, Outcome
from strongroom.audit.note import VerifierKey, sign

SEED: Final = bytes(range(32)).hex()  # public, and signs nothing but vectors
ORIGIN: Final = checkpoint.origin_of(bytes(range(0xA0, 0xB0)))


def build() -> dict[str, list[Json]]:
    """Every file that this module writes."""
    return {"audit-log": _log(), "checkpoint": _checkpoint()}


# --- checkpoints -----------------------------------------------------------------------------


def _signed(size: int, root: str, **other: Any) -> Json:
    plain = {"op": "checkpoint-sign", "seed": SEED, "origin": ORIGIN, "size": size, "root": root}
    return {**plain, "at_us": None, "extensions": [], **other}


def _checkpoint() -> list[Json]:
    root = bytes(range(32)).hex()
    signed = vector(
        "with a time and a line of somebody else",
        _signed(258, root, at_us=1_790_000_000_000_001, extensions=["anchor 7"]),
    )
    empty = vector("an empty log", _signed(0, tree.EMPTY_ROOT.hex()))
    note, vkey = signed["expect"]["note"], signed["expect"]["vkey"]
    foreign = perform(_signed(258, root, seed=bytes(range(1, 33)).hex()))["note"]
    witness = "— witness.example/1 " + "QUJDRA" + "A" * 86 + "\n"
    cases = [
        ("note-forged", "another size", note.replace("\n258\n", "\n259\n"), vkey),
        ("note-forged", "another time", note.replace("000001\n", "000002\n"), vkey),
        ("note-foreign", "another key under the same name", foreign, vkey),
        ("note-malformed", "no signature", note.split("—")[0], vkey),
        ("note-malformed", "a hyphen for the dash", note.replace("—", "-"), vkey),
        ("note-malformed", "a carriage return", note.replace("\n258", "\r\n258"), vkey),
        ("vkey-invalid", "check digits of another key", note, vkey.replace("+", "+0", 1)),
        ("vkey-invalid", "nothing", note, ""),
    ]
    bodies = [
        ("a leading zero", f"{ORIGIN}\n0258\n{_base64(note)}\n"),
        ("an empty extension line", f"{ORIGIN}\n258\n{_base64(note)}\nx\n\ny\n"),
        ("a root of three bytes", f"{ORIGIN}\n258\nAAEC\n"),
        ("two times", f"{ORIGIN}\n258\n{_base64(note)}\ntime_us 1\ntime_us 1\n"),
        ("another log", f"another/log\n258\n{_base64(note)}\n"),
    ]
    for why, body in bodies:
        text = sign(body, ORIGIN, signer(SEED))
        cases.append(("checkpoint-malformed", f"signed, but {why}", text, vkey))
    return [
        signed,
        empty,
        vector("opened", {"op": "checkpoint-open", "note": note, "vkey": vkey}),
        vector("with a witness", {"op": "checkpoint-open", "note": note + witness, "vkey": vkey}),
        *(
            refused(code, why, {"op": "checkpoint-open", "note": text, "vkey": key})
            for code, why, text, key in cases
        ),
    ]


def _base64(note: str) -> str:
    return note.split("\n")[2]


# --- whole logs ------------------------------------------------------------------------------


def made(changes: set[int]) -> tuple[list[Json], list[str], str]:
    """Rows, notes and key of six entries of two processes; those in `changes` made one."""
    rows: list[Json] = []
    frontier = tree.Frontier()
    notes = []
    order = [(1, 1, 0), (1, 2, 1), (2, 1, 1), (2, 2, 1), (1, 3, 2), (2, 3, 2)]
    for at, (lane, seq, change) in enumerate(order):
        salt, blob = hashlib.sha256(bytes([at])).digest()[:16], detail.encode({"name": f"p-{at}"})
        one = Entry(
            lane=bytes([lane]) * 16,
            seq=seq,
            change_seq=change,
            at_us=1_790_000_000_000_000 + at,
            verb="write" if at in changes else "read",
            outcome=Outcome.GRANTED,
            changes=int(at in changes),
            detail=detail.digest(salt, blob),
        )
        leaf = entry.encode(one)
        frontier.extend([tree.leaf_hash(leaf)])
        rows.append({"lane": one.lane.hex(), "seq": seq, "leaf": leaf.hex(),
                     "detail": [salt.hex(), blob.hex()]})  # fmt: skip
        if at in {2, 4, 5}:
            time_us = 1_790_000_000_000_000 + at
            notes.append(_signed(at + 1, frontier.root().hex(), at_us=time_us))
    signed = [perform(one) for one in notes]
    return rows, [one["note"] for one in signed], signed[0]["vkey"]


def _log() -> list[Json]:
    """Checkpoints over three, five and six entries; the second and fifth entry are changes."""
    rows, texts, vkey = made({1, 4})
    forgotten, signed, _ = made({4})
    contradiction = perform(_signed(6, "00" * 32, at_us=1_790_000_000_000_005))["note"]
    edited = rows[4] | {"leaf": rows[4]["leaf"].replace("77726974", "72656164")}
    gone = rows[3] | {"leaf": None}
    swapped = rows[1] | {"detail": [rows[0]["detail"][0], rows[1]["detail"][1]]}
    cases = [
        ("nothing is wrong", rows, texts),
        ("a detail was erased", [rows[0] | {"detail": None}, *rows[1:]], texts),
        ("a detail was edited", [rows[0], swapped, *rows[2:]], texts),
        ("an entry was edited", [*rows[:4], edited, rows[5]], texts),
        ("an entry was deleted", [*rows[:3], gone, *rows[4:]], texts),
        ("an entry was cut out", [*rows[:3], *rows[4:]], texts),
        ("two entries were exchanged", [*rows[:2], rows[3], rows[2], *rows[4:]], texts),
        ("a change was cut out", [*rows[:4], rows[5]], texts),
        ("an entry is there twice", [*rows[:4], *rows[3:]], texts),
        ("a change is there twice", [*rows[:5], *rows[4:]], texts),
        ("a change has no entry, and the log was signed so", forgotten, signed),
        ("the same before it is certain", forgotten[:3], signed[:1]),
        ("the end was cut off", rows[:5], texts),
        ("the end and its checkpoint were cut off", rows[:3], texts[:1]),
        ("an entry of an unknown format", [rows[0] | {"leaf": "02"}, *rows[1:]], texts),
        ("no checkpoint", rows, []),
        ("a checkpoint was forged", rows, [texts[0].replace("\n3\n", "\n4\n"), *texts[1:]]),
        ("checkpoints in the wrong order", rows, texts[::-1]),
        ("two checkpoints of one size", rows, [*texts, contradiction]),
        ("a checkpoint is not one", rows, ["", *texts]),
    ]
    found = [
        vector(why, {"op": "log-verify", "rows": given, "notes": kept, "vkey": vkey})
        for why, given, kept in cases
    ]
    stranger = str(VerifierKey(ORIGIN, signer("11" * 32).public_key().public_bytes_raw()))
    strange = {"op": "log-verify", "rows": rows, "notes": texts, "vkey": stranger}
    return [*found, vector("the key of somebody else", strange)]
