"""Tests for strongroom.scan.engine.confirm."""

import pytest

from strongroom.scan.engine.confirm import Confirmer, line_end, line_start
from strongroom.scan.model import Confidence, Validity
from strongroom.scan.ruleset.model import Rule


def secrets(rule: Rule, text: bytes) -> list[bytes]:
    return [text[r.start : r.end] for r in Confirmer(rule).find(text, 0, len(text))]


@pytest.mark.parametrize(
    ("pattern", "secret"),
    [
        ("k=[a-z]+", b"k=abc"),
        ("(k)=([a-z]+)", b"k"),
        ("(k)=(?P<secret>[a-z]+)", b"abc"),
        ("(z)|k=([a-z]+)", b"abc"),
    ],
)
def test_the_secret_is_its_group_or_the_first_or_all(pattern: str, secret: bytes) -> None:
    assert secrets(Rule(id="r", title="", pattern=pattern), b"k=abc") == [secret]


def test_each_of_a_line_is_found() -> None:
    assert secrets(Rule(id="r", title="", pattern=r"k=(\w+)"), b"k=a k=b") == [b"a", b"b"]


def test_a_structure_says_how_sure_it_is() -> None:
    rule = Rule(id="r", title="", pattern=r"\S+", structure="uuid", confidence=Confidence.MEDIUM)
    good = b"3f2b8c1e-9a47-4d0e-8b61-5c7f2a9d0e13"
    (raw,) = Confirmer(rule).find(good, 0, len(good))
    assert (raw.sure, raw.validity) == (Confidence.HIGH, Validity.WELL_FORMED)
    (raw,) = Confirmer(rule).find(b"x", 0, 1)
    assert (raw.sure, raw.validity) == (Confidence.LOW, Validity.MALFORMED)


def test_a_line_has_an_end_however_long_it_is() -> None:
    data = b"x" * 10_000
    assert (line_start(data, 9000), line_end(data, 100)) == (9000 - 4096, 100 + 4096)
    assert (line_start(b"a\nbc\nd", 4), line_end(b"a\nbc\nd", 3)) == (2, 4)


def test_a_pattern_that_begins_with_texts_finds_the_same() -> None:
    rule = Rule(id="r", title="", pattern=r"(?i:secret|token|_pw)\s?=\s?(\w+)", anchors=("=",))
    line = b"TOKEN=token=a secret b SeCrEt = _pw=1 Token= x" + b" " * 200 + b"\n"
    text = line * 50
    confirmer = Confirmer(rule)
    first = [(raw.start, raw.end) for raw in confirmer.find(text, 0, len(text))]
    assert first[:4] == [(6, 11), (32, 35), (45, 46), (253, 258)]
    again = [(raw.start, raw.end) for raw in confirmer.find(text, 0, len(text))]
    one = [(raw.start, raw.end) for raw in Confirmer(rule).find(line, 0, len(line))]
    assert (
        first
        == again
        == [(len(line) * i + a, len(line) * i + b) for i in range(50) for a, b in one]
    )
