#!/usr/bin/env python3
"""Verify an exported Strongroom audit log, with nothing of Strongroom and nothing of the room.

    python3 strongroom_verify.py --key KEY export.jsonl [--anchor FILE]...

KEY is the "log key" that was printed when the room was made (of a room that was restored all of
them, with commas, oldest first). Bring it yourself: a key that comes with the log proves nothing.
An anchor is a file of checkpoints that was kept elsewhere: {"checkpoint": ...} or one signed note.
Without one, a log that was cut off with its last checkpoints, or written anew, shows no fault.

Formats: docs/spec, audit-*.md and checkpoint.md. Needs Python 3.11 and `cryptography`.
Exit codes: 0 whole, 11 not whole, 2 it could not be read or the key is not one.
"""

import argparse
import base64
import hashlib
import heapq
import json
import re
import struct
import sys
from collections.abc import Iterable, Iterator
from time import gmtime, strftime
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SKEW_US = 5 * 60 * 1_000_000  # clocks may differ by this much
NUMBER_MAX = 2**63 - 1
NOTE = re.compile(
    r"([^\s+]{1,256})\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n"  # origin, size, root
    r"(?:time_us (0|[1-9][0-9]{0,18})\n)?(?:(?!time_us )[^\n]+\n){0,8}\n"
    r"((?:\u2014 [^\s+]{1,256} [A-Za-z0-9+/]{6,}={0,2}\n){1,32})"  # signatures
)
HEAD = struct.Struct(">BBIQQQ16s16s16s8s32sIB")
VERB = re.compile(rb"[a-z][a-z0-9-]{0,31}")
REASON = re.compile(rb"(?:[a-z][a-z0-9-]{0,63})?")
ENVIRONMENT = re.compile(rb"(?!\.{1,2}\Z)[A-Za-z0-9._-]{0,128}")
KIND = re.compile(rb"(?:[a-z][a-z0-9-]{0,31})?")
Key = tuple[str, bytes, bytes]  # the log's name, its public key, what its signatures begin with


class BadError(Exception):
    """A part of the log is not what it must be."""


class UnusableError(Exception):
    """There is nothing to verify."""


class Signed(NamedTuple):
    size: int
    anchor: bool  # it was kept elsewhere
    root: bytes
    at_us: int  # 0 where it says no time


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def read_key(text: str) -> Key:
    """<name>+<id in hex>+<base64 of 01 and the public key>."""
    try:
        name, hint, encoded = text.strip().split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
    except ValueError:
        name, hint, raw = "", "", b""
    key_id = sha256(name.encode(), b"\n", raw)[:4]
    if len(raw) != 33 or raw[0] != 1 or hint != key_id.hex():
        raise UnusableError("that is not the key of a log: give the whole line")
    return name, raw[1:], key_id


def open_note(note: str, key: Key, *, anchor: bool) -> Signed:
    """Verify a signed note: lines of text, a blank line, signatures. Strangers' are ignored."""
    parts = NOTE.fullmatch(note) if len(note) <= 65_536 else None
    if parts is None or re.search(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]", note):
        raise BadError("malformed: it is not a signed checkpoint")
    origin, size, root, time, signatures = parts.groups()
    try:
        rows = [line.split(" ")[1:] for line in signatures.splitlines()]
        signed = [(name, base64.b64decode(encoded, validate=True)) for name, encoded in rows]
    except ValueError:
        raise BadError("malformed: a signature is not base64") from None
    mine = [raw[4:] for name, raw in signed if (name, raw[:4]) == (key[0], key[2])]
    if not mine:
        raise BadError("foreign: it is not signed by the key that was given")
    for signature in mine:
        try:
            text = note[: parts.start(5) - 1].encode()
            Ed25519PublicKey.from_public_bytes(key[1]).verify(signature, text)
        except InvalidSignature:
            raise BadError("forged: the signature does not fit what it stands under") from None
    if origin != key[0] or max(int(size), int(time or 0)) > NUMBER_MAX:
        raise BadError("malformed: signed, and not a checkpoint of this log")
    return Signed(int(size), anchor, base64.b64decode(root), int(time or 0))


def read_leaf(leaf: bytes) -> tuple[bytes, int, int, int, int, bytes, dict[str, Any]]:
    """Take an entry apart, whole: one encoding, every field in its range."""
    if leaf[:1] != b"\x01" or not HEAD.size < len(leaf) <= 512:
        raise BadError("it is not of the format or length of an entry")
    (_, outcome, changes, seq, change_seq, at_us, lane, principal, secret, policy, detail,
     version, length) = HEAD.unpack_from(leaf)  # fmt: skip
    at, texts = HEAD.size + length, []
    for allowed in (VERB, REASON, ENVIRONMENT, KIND):
        size = leaf[at] if at < len(leaf) else 512
        text = leaf[at + 1 : at + 1 + size]
        if len(text) != size or not allowed.fullmatch(text):
            raise BadError("a text of it is cut off or not of its alphabet")
        texts.append(text.decode())
        at += 1 + size
    verb, reason, environment, kind = texts
    numbers = seq >= 1 and (seq | change_seq | at_us) <= NUMBER_MAX and changes <= change_seq
    reasoned = outcome == 1 or (outcome in {2, 3} and reason)
    if at != len(leaf) or not (numbers and reasoned) or (length and not (kind and length <= 64)):
        raise BadError("a field of it is out of its range")
    says = {
        "time": f"{strftime('%Y-%m-%dT%H:%M:%S', gmtime(at_us // 10**6))}.{at_us % 10**6:06d}Z",
        "verb": verb, "outcome": ("granted", "refused", "failed")[outcome - 1],
        "reason": reason, "principal": principal.hex() if any(principal) else "",
        "environment": environment, "secret": secret.hex() if any(secret) else "",
        "version": version, "kind": kind, "object": leaf[HEAD.size :][:length].hex(),
        "policy": policy.hex() if any(policy) else "", "changes": changes,
        "change_seq": change_seq,
    }  # fmt: skip
    said = {name: value for name, value in says.items() if value not in {"", 0}}
    return lane, seq, change_seq, changes, at_us, detail, said


class Log:
    """How far the log has been read, and what was found."""

    def __init__(self, size: int, peaks: list[bytes]) -> None:
        self.first = self.size = size
        self.peaks = peaks  # of the Merkle tree of RFC 9162: complete subtrees, largest first
        self.problems: list[tuple[str, int | None, str]] = []
        self.details = self.erased = self.held = self.shift = 0
        self.disturbed: list[tuple[int, int]] = []  # where hashes differ for a known reason
        self.good = size  # of the last checkpoint that held
        self.bad: Signed | None = None  # the first one since that did not
        self.lanes: dict[bytes, list[int]] = {}  # last seq, change and time of each
        self.missing: dict[bytes, list[tuple[int, int, int]]] = {}  # from, to, where missed
        self.latest = (0, 0)  # time and place of the latest entry since a checkpoint
        # Changes below `next` and those in `made` have their entry; those up to `due` must
        # have it at the next checkpoint. A log that begins in its middle waits for two.
        self.made: list[tuple[int, int]] = []
        self.next, self.seen, self.due, self.waiting = 1, 0, 0, 2 if size else 0

    def problem(self, kind: str, place: int | None, text: str) -> None:
        if len(self.problems) < 1_000:  # the rest would say nothing new
            self.problems.append((kind, place, text))

    def append(self, leaf_hash: bytes) -> None:
        height, self.size = self.size, self.size + 1
        while height & 1:
            leaf_hash = sha256(b"\x01", self.peaks.pop(), leaf_hash)
            height >>= 1
        self.peaks.append(leaf_hash)

    def root(self) -> bytes:
        root = self.peaks[-1] if self.peaks else sha256()
        for peak in self.peaks[-2::-1]:
            root = sha256(b"\x01", peak, root)
        return root

    def entry(self, line: dict[str, Any]) -> None:
        """Look at one line: is it an entry, what its words say, and does it belong here."""
        place, lane, raw = self.size, unhex(line.get("lane")) or b"", unhex(line.get("leaf"))
        seq = line["seq"] if isinstance(line.get("seq"), int) else 0
        self.append(bytes(32) if raw is None else sha256(b"\x00", raw))
        stated = line["place"] if isinstance(line.get("place"), int) else -1
        if stated != place + self.shift:  # said once, where it begins
            kind = "deleted" if stated > place + self.shift else "words-edited"
            self.problem(kind, place, f"the line says that it is number {stated}")
            self.disturbed.append((place, NUMBER_MAX))
            self.shift = stated - place
        try:
            claimed, number, change, changes, at_us, wanted, says = read_leaf(raw or b"")
        except BadError as error:
            self.disturbed.append((place, place + 1))
            self.problem("deleted" if raw is None else "undecodable", place, str(error))
            if lane:
                self.follows(place, lane, seq)
            return
        if (claimed, number) != (lane, seq):
            self.disturbed.append((place, place + 1))
            self.follows(place, lane, seq)
            self.problem("reordered", place, f"what stands here is entry {number} of a lane")
        elif self.follows(place, lane, seq):
            last = self.lanes[lane]
            if change - changes < last[1]:
                self.problem("change-order", place, "it goes back in the order of changes")
            if at_us < last[2]:
                self.problem("time-order", place, "it is earlier than the one before it")
            last[1:] = [change, at_us]
        if line.get("says") != says:
            self.problem("words-edited", place, "the line says something else than its leaf")
        self.change(place, change - changes + 1, change)
        self.latest = max(self.latest, (at_us, place))
        salt, blob = unhex(line.get("salt")), line.get("blob")
        told = sha256(salt or b"", str(blob).encode(errors="replace"))
        if salt is blob is None:
            self.erased += any(wanted)
        elif len(salt or b"") == 16 and told == wanted:
            self.details += 1
        else:
            self.problem("detail-edited", place, "the detail is not the one of this entry")

    def follows(self, place: int, lane: bytes, seq: int) -> bool:
        """Number `seq` of its lane stands here: whether it may stand here."""
        last = self.lanes.setdefault(lane, [seq - 1 if self.first else 0, 0, 0])
        gaps = self.missing.setdefault(lane, [])
        if seq > last[0]:
            if seq > last[0] + 1:
                gaps.append((last[0] + 1, seq - 1, place))
            last[0] = seq
            return True
        for at, (low, high, missed) in enumerate(gaps):
            if low <= seq <= high:
                rest = ((low, seq - 1, missed), (seq + 1, high, missed))
                gaps[at : at + 1] = [one for one in rest if one[0] <= one[1]]
                self.disturbed.append((missed, place + 1))
                self.problem("reordered", place, "it comes after entries that it came before")
                return False
        self.disturbed.append((place, NUMBER_MAX))
        self.problem("repeated", place, "this entry was in the log already")
        return False

    def change(self, place: int, first: int, last: int) -> None:
        """Every change is made by one entry; this one made those from `first` to `last`."""
        self.seen = max(self.seen, last)
        if first > last or self.waiting:
            return
        if first < self.next or any(first <= b and last >= a for a, b in self.made):
            self.problem("change-repeated", place, "another entry has made its change already")
        else:
            self.made = sorted([*self.made, (first, last)])
            while self.made and self.made[0][0] == self.next:
                self.next = self.made.pop(0)[1] + 1

    def settle(self) -> None:
        """At a checkpoint, what had been seen at the one before has its entry."""
        while self.next <= self.due and not self.waiting:
            end = min([first for first, _ in self.made[:1]] + [self.due + 1])
            if end == self.next:
                self.next = self.made.pop(0)[1] + 1
                continue
            self.problem("change-missing", self.size - 1, f"no entry made {self.next} to {end - 1}")
            self.next = end
        if self.waiting:
            self.waiting -= 1
            self.next = self.seen + 1
        self.due = self.seen

    def hold(self, signed: Signed) -> None:
        """Compare the tree with the one that was signed."""
        if self.root() != signed.root:
            self.bad = self.bad or signed
            return
        if self.bad is not None:
            kind = "split-view" if self.bad.anchor or signed.anchor else "checkpoint-inconsistent"
            self.problem(kind, self.bad.size, "this one and a later one are not of one log")
        self.good, self.bad, self.held = signed.size, None, self.held + 1

    def close(self, expected: int) -> None:
        gaps = [gap for of_lane in self.missing.values() for gap in of_lane]
        expected -= max(self.shift, sum(last - first + 1 for first, last, _ in gaps))
        for first, last, place in gaps:
            self.disturbed.append((place, NUMBER_MAX))
            self.problem("deleted", place, f"{last - first + 1} entries of a lane are missing")
        if expected > self.size:
            self.problem("truncated", self.size, f"{expected - self.size} more were signed")
        if self.bad is not None:
            low, high = self.good, self.bad.size
            if not any(first < high and low < end for first, end in self.disturbed):
                text = f"some of the {high - low} entries from here on are not what was signed"
                self.problem("split-view" if self.bad.anchor else "edited", low, text)


def verify(log: Log, lines: Iterator[dict[str, Any]], notes: Iterable[Signed], end: int) -> None:
    """Read the log from checkpoint to checkpoint; `end` is where it says that it ends."""
    last = None
    for one in notes:
        if last and one.size < last.size:
            log.problem("checkpoint-order", one.size, "it is smaller than the one before it")
            continue
        if last and one.size == last.size and one.root != last.root:
            kind = "split-view" if one.anchor or last.anchor else "checkpoint-inconsistent"
            log.problem(kind, one.size, "two of one size have different roots")
            continue
        if last and one.at_us < last.at_us:
            log.problem("checkpoint-order", one.size, "it is earlier than the one before it")
        before, last = last.size if last else 0, one
        if one.size < log.first:
            continue  # of entries that are not in this file
        while log.size < one.size and (line := next(lines, None)) is not None:
            log.entry(line)
        if one.at_us:
            if log.latest[0] > one.at_us + SKEW_US:
                log.problem("time-ahead", log.latest[1], "it is later than what was signed over it")
            log.latest = (0, 0)
        if log.size == one.size:
            if before < one.size:
                log.settle()
            log.hold(one)
    for line in lines:
        log.entry(line)
    if last is None or log.size > last.size:
        log.problem("unsigned", last and last.size, "nothing from here on is signed by this key")
    log.close(max(end, last.size if last else 0))


def unhex(value: object) -> bytes | None:
    try:
        return bytes.fromhex(value) if isinstance(value, str) else None
    except ValueError:
        return b""


def lines_of(path: str) -> Iterator[dict[str, Any]]:
    """Each line as an object, an empty one for what is none; a lone note as if it were a line."""
    with open(path, "rb") as stream:
        if not stream.peek(1).startswith(b"{"):
            yield {"checkpoint": stream.read(65_537).decode(errors="replace")}
        while raw := stream.readline(1_000_000):
            try:
                line = json.loads(raw)
            except (ValueError, RecursionError):
                line = None
            if line is not None or not b'{"checkpoint": "'.startswith(raw.rstrip(b"\n")[:16]):
                yield line if isinstance(line, dict) else {}  # else a crash cut it off: it is none


def notes_of(path: str, keys: list[Key], log: Log, *, anchor: bool) -> Iterator[Signed]:
    """The checkpoints of a file that the keys have signed in turn; the others are problems."""
    notes = (one.get("checkpoint") for one in lines_of(path) if anchor or "checkpoint" in one)
    for number, note in enumerate(notes, start=1):
        try:
            by = next((n for n, key in enumerate(keys) if f"\u2014 {key[0]} " in str(note)), 0)
            yield open_note(note if isinstance(note, str) else "", keys[by], anchor=anchor)
            keys = keys[by:]  # once a later instance has signed, an earlier one is a stranger
        except BadError as error:
            kind, _, text = str(error).partition(": ")
            log.problem(f"checkpoint-{kind}", None, f"number {number} of {path}: {text}")


def run(path: str, key: str, anchors: list[str]) -> Log:
    """Verify one export against its own checkpoints and those that were kept elsewhere."""
    keys, lines = [read_key(one) for one in key.split(",")], lines_of(path)
    head = next(lines, {})
    first, end, before = head.get("first"), head.get("end"), head.get("before")
    peaks = [unhex(one) or b"" for one in before] if isinstance(before, list) else []
    if not (isinstance(first, int) and isinstance(end, int) and head.get("strongroom_log") == 1
            and first >= 0 and first.bit_count() == len(peaks)):  # fmt: skip
        raise UnusableError(f"{path}: not what `strongroom audit export --format jsonl` writes")
    log = Log(first, peaks)
    if head.get("origin") != keys[-1][0]:
        log.problem("wrong-key", None, "the key is not that of the log that was exported")
    kept = [sorted(notes_of(one, keys, log, anchor=True)) for one in anchors]
    for one in (a for a, k in zip(anchors, kept, strict=True) if not k or k[-1].size < first):
        log.problem("anchor-empty", None, f"{one} has no checkpoint over any of these places")
    notes = heapq.merge(notes_of(path, keys, log, anchor=False), *kept)
    verify(log, (line for line in lines if "checkpoint" not in line), notes, end)
    return log


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("export", help="the file that `strongroom audit export` wrote")
    parser.add_argument("--key", required=True, help="the log's public key, from your own notes")
    parser.add_argument("--anchor", action="append", default=[], help="a file of checkpoints")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(argv)
    try:
        log = run(given.export, given.key, given.anchor)
    except (UnusableError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    found = sorted(log.problems, key=lambda one: (-1 if one[1] is None else one[1], one[0]))
    ok = not found and log.held > 0
    if given.json:
        counts = {name: getattr(log, name) for name in ("first", "size", "good", "held", "erased")}
        problems = [{"kind": k, "place": p, "message": m} for k, p, m in found]
        print(json.dumps({"ok": ok, **counts, "problems": problems}, indent=2))
    else:
        print(f"places {log.first:,} to {log.size:,}, signed to {log.good:,} by {log.held:,} "
              f"checkpoints; {log.details:,} details, {log.erased:,} erased")  # fmt: skip
        for kind, place, text in found:
            print(f"{kind:25}{'-' if place is None else place:>12}  {text}")
        print("the log is whole" if ok else "THE LOG IS NOT WHOLE")
    return 0 if ok else 11


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
