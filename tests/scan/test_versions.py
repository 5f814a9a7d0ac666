"""Tests for strongroom.scan.versions, against scanning every version whole."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.scan.engine.engine import Engine
from strongroom.scan.engine.matcher import Kind
from strongroom.scan.model import Hit, Medium, Origin, Piece
from strongroom.scan.ruleset.model import Rule, RuleSet
from strongroom.scan.versions import SMALL_OCTETS, Versions

RULES = (
    Rule(id="token", title="Token", pattern=r"\btok_[0-9]{6}\b", anchors=("tok_",)),
    Rule(id="near", title="Near", pattern=r"\bN[0-9]{6}\b", near=("wanted",), within=16),
    Rule(id="id", title="Id", pattern=r"\bID[0-9]{6}\b", report=False),
    Rule(
        id="pair", title="Pair", pattern=r"\bSEC[0-9]{6}\b",
        pair=("id",), pair_required=True, within=16,
    ),
    Rule(id="two", title="Two lines", pattern=r"first=[0-9]{4}\nsecond=[0-9]{4}", lines=2),
    Rule(id="block", title="Block", pattern=r"<<A\n(?:\w+\n){1,60}A>>", anchors=("<<a",), lines=80),
)  # fmt: skip
ENGINE = Engine(RuleSet(RULES, "0" * 64), matcher=Kind.PLAIN)
WORDS = st.sampled_from(
    [
        b"tok_123456", b"N123456", b"wanted", b"ID123456", b"SEC123456", b"first=1234",
        b"second=1234", b"nothing", b"", b"a tok_654321 and tok_111111", b"<<A", b"A>>",
    ]
)  # fmt: skip
EDITS = st.tuples(st.integers(0, 400), st.integers(0, 3), st.lists(WORDS, max_size=4))


def filler(n: int) -> bytes:
    digits = hashlib.sha256(b"%d" % n).hexdigest()
    return f"{digits[:30]} {digits[30:]}".encode()


def blob(data: bytes, oid: str, **more: Any) -> Piece:
    return Piece(data, Origin("", Medium.BLOB, oid), **more)


def counted() -> tuple[list[int], Callable[[Piece], list[Hit]]]:
    sizes: list[int] = []

    def scan(piece: Piece) -> list[Hit]:
        sizes.append(len(piece.data))
        return ENGINE.scan(piece)

    return sizes, scan


@given(st.lists(EDITS, max_size=12), st.lists(EDITS, min_size=1, max_size=10), st.booleans())
@settings(max_examples=60)
def test_what_is_found_is_what_is_found_in_the_whole(
    begun: list[tuple[int, int, list[bytes]]],
    edits: list[tuple[int, int, list[bytes]]],
    ends: bool,
) -> None:
    versions = Versions(ENGINE.scan, RULES)
    lines = [filler(n) for n in range(400)]
    for at, gone, words in begun:
        lines[at : at + gone] = words
    for number in range(0, len(edits), 2):
        for at, gone, words in edits[number : number + 2]:
            lines[at : at + gone] = words
        piece = blob(b"\n".join(lines) + b"\n" * ends, str(number))
        assert ENGINE.scan(piece) == versions.scan(piece)


def test_only_what_differs_is_scanned() -> None:
    sizes, scan = counted()
    versions = Versions(scan, RULES)
    lines = [filler(n) for n in range(400)]
    lines[390] = lines[5] = b"tok_123456"
    first = versions.scan(blob(b"\n".join(lines), "1"))
    lines[200:200] = [b"tok_222222", b""]
    second = versions.scan(blob(b"\n".join(lines), "2"))

    assert [6, 391] == [hit.line for hit in first]
    assert [(6, "2"), (201, "2"), (393, "2")] == [(hit.line, hit.origin.oid) for hit in second]
    assert sizes[1] < sizes[0] // 4


@pytest.mark.parametrize("word", [b"<<A", b"kind: Secret", b"-----BEGIN X"], ids=["rule", "k", "b"])
def test_what_reaches_far_is_scanned_whole(word: bytes) -> None:
    sizes, scan = counted()
    versions = Versions(scan, RULES)
    lines = [filler(n) for n in range(400)]
    lines[0] = word
    versions.scan(blob(b"\n".join(lines), "1"))
    lines[200] = b"other"
    versions.scan(blob(b"\n".join(lines), "2"))
    assert sizes[1] > sizes[0] // 2


def test_a_run_over_many_lines_is_not_cut() -> None:
    sizes, scan = counted()
    versions = Versions(scan, RULES)
    lines = [filler(n) for n in range(400)]
    lines[150:250] = [b"QUJDREVG" * 8] * 100
    versions.scan(blob(b"\n".join(lines), "1"))
    lines[200] = b"R0hJSktM" * 8
    versions.scan(blob(b"\n".join(lines), "2"))
    assert sizes[1] == sizes[0]


def test_other_things_are_scanned_as_they_are() -> None:
    sizes, scan = counted()
    versions = Versions(scan, RULES)
    data = b"\n".join(filler(n) for n in range(400))
    large = [
        Piece(data, Origin("a")),
        blob(data, "1", changed=((1, 2),)),
        blob(data, "1", first_line=3),
        Piece(data, Origin("", Medium.BLOB, "1", encoding="strings")),
        Piece(data, Origin("!x", Medium.BLOB, "1")),
        blob(data[: SMALL_OCTETS - 1], "1"),
    ]
    for piece in large * 2:
        versions.scan(piece)
    assert [len(piece.data) for piece in large * 2] == sizes

    far = Versions(scan, (Rule(id="x", title="X", pattern="x", lines=50),))
    sizes.clear()
    far.scan(blob(data, "1"))
    far.scan(blob(data + b"\n", "2"))
    assert [len(data), len(data) + 1] == sizes
