"""Tests for strongroom.scan.engine.engine."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.errors import MachineError
from strongroom.scan.engine.checksums import base62_crc32
from strongroom.scan.engine.engine import Engine, is_kept
from strongroom.scan.engine.matcher import Kind
from strongroom.scan.engine.plain import Plain
from strongroom.scan.model import Confidence, Hit, Medium, Origin, Piece, Validity
from strongroom.scan.own.interface import OwnValue, Sighting
from strongroom.scan.ruleset import load
from strongroom.scan.ruleset.model import Rule, RuleSet

BODY = "Zk7Qm2Xv9Lw4Tn6Rb8Hc3Jd5Fg1Ps0"  # made up
TOKEN = f"ghp_{BODY}" + base62_crc32(BODY.encode()).decode()
BOTH = [Kind.VECTORSCAN, Kind.PLAIN]
GITHUB = Rule(
    id="github",
    title="GitHub token",
    pattern=r"\bghp_[A-Za-z0-9]{36}\b",
    anchors=("ghp_",),
    checksum="github",
)
RULES = (
    GITHUB,
    Rule(
        id="acme",
        title="Acme key",
        pattern=r"(?i)acme[\w.-]{0,20}\s{0,5}[=:]\s{0,5}['\"]([a-z0-9]{16,40})['\"]",
        anchors=("acme",),
        entropy=2.5,
        reject=(r"^example",),
        reject_line=(r"not-secret",),
        confidence=Confidence.MEDIUM,
    ),
    Rule(
        id="key-id",
        title="Id of a pair",
        pattern=r"\bKID[A-Z0-9]{12}\b",
        anchors=("kid",),
        report=False,
    ),
    Rule(
        id="key-secret",
        title="Secret of a pair",
        pattern=r"\bKSEC[a-z0-9]{20}\b",
        anchors=("ksec",),
        pair=("key-id",),
        pair_required=True,
        within=3,
        confidence=Confidence.MEDIUM,
    ),
    Rule(
        id="near",
        title="Only near a word",
        pattern=r"\bN[0-9]{12}\b",
        near=("Wanted",),
        within=2,
    ),
    Rule(
        id="block",
        title="A block of lines",
        pattern=r"-----BEGIN PRIVATE KEY-----[A-Za-z0-9+/=\s]{20,4000}-----END PRIVATE KEY-----",
        anchors=("-----begin",),
        lines=40,
    ),
)


def ruleset(rules: Sequence[Rule] = RULES) -> RuleSet:
    return RuleSet(tuple(rules), digest="0" * 64)


ENGINES = {kind: Engine(ruleset(), matcher=kind) for kind in BOTH}


def scan(text: str | bytes, kind: Kind = Kind.VECTORSCAN, line: int = 1) -> list[Hit]:
    data = text.encode() if isinstance(text, str) else text
    return ENGINES[kind].scan(Piece(data, Origin("a/b.py"), first_line=line))


def only(text: str | bytes, kind: Kind = Kind.VECTORSCAN) -> Hit:
    (hit,) = scan(text, kind)
    return hit


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


def test_a_token_is_found_where_it_stands(kind: Kind) -> None:
    hit = only(f"# Größe\n  key = '{TOKEN}'  # x\r\n", kind)
    assert (hit.rule, hit.line, hit.end_line, hit.column) == ("github", 2, 2, 10)
    assert hit.secret.decode() == TOKEN
    assert hit.text == f"  key = '{TOKEN}'  # x".encode()
    assert hit.text[hit.start : hit.end].decode() == TOKEN
    assert hit.confidence is Confidence.CERTAIN
    assert hit.validity is Validity.WELL_FORMED
    assert hit.origin.medium is Medium.FILE


def test_columns_count_characters(kind: Kind) -> None:
    assert only(f"ä → {TOKEN}", kind).column == 5


def test_a_window_of_a_file_knows_its_place(kind: Kind) -> None:
    piece = Piece(f"x {TOKEN}\n{TOKEN}".encode(), Origin("a"), first_line=7, first_column=100)
    first, second = ENGINES[kind].scan(piece)
    assert (first.line, first.column) == (7, 103)
    assert (second.line, second.column) == (8, 1)


def test_a_wrong_checksum_is_no_token(kind: Kind) -> None:
    assert scan(TOKEN[:-1] + ("A" if TOKEN[-1] != "A" else "B"), kind) == []


def test_entropy_exceptions_and_anchors_are_asked(kind: Kind) -> None:
    assert only('ACME_KEY = "k3v9q2m7x1c8b5n4"', kind).rule == "acme"
    assert scan('acme_key = "aaaaaaaaaaaaaaaabbbb"', kind) == []
    assert scan('acme_key = "example3v9q2m7x1c8b5n4"', kind) == []
    assert scan('acme_key = "k3v9q2m7x1c8b5n4"  # not-secret', kind) == []


def test_half_of_a_pair_is_nothing(kind: Kind) -> None:
    secret = "KSEC" + "k3v9q2m7x1" * 2
    ident = "KIDABCDEFGH1234"
    assert scan(secret, kind) == []
    assert scan(f"{ident}\n\n\n\n\n{secret}", kind) == []
    hit = only(f"{ident}\n\n{secret}", kind)
    assert (hit.rule, hit.related, hit.confidence) == ("key-secret", ("key-id",), Confidence.HIGH)


def test_a_word_must_be_near(kind: Kind) -> None:
    assert only("wanted:\n\nN123456789012", kind).rule == "near"
    assert scan("wanted:\n\n\nN123456789012", kind) == []


def test_a_block_of_lines_is_one_hit(kind: Kind) -> None:
    body = "\n".join("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" * 2 for _ in range(20))
    hit = only(f"x\n-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n", kind)
    assert (hit.line, hit.end_line) == (2, 23)
    assert hit.text == b"-----BEGIN PRIVATE KEY-----"
    assert hit.start == 0
    assert hit.end == len(hit.text)


def test_a_token_in_a_long_line_is_found_once(kind: Kind) -> None:
    filler = "var a1=function(){return 7};" * 4000
    hit = only(f"first\n{filler}'{TOKEN}'{filler}\n", kind)
    assert (hit.line, hit.column) == (2, len(filler) + 2)
    assert len(hit.text) <= 512
    assert hit.text[hit.start : hit.end].decode() == TOKEN


def test_a_value_of_the_room_is_certain() -> None:
    class Own:
        def find(self, data: bytes) -> list[Sighting]:
            at = data.find(b"hunting")
            return [Sighting(at, at + 7, OwnValue("production/shop/KEY@v3", retired=False))]

    engine = Engine(ruleset(), own=Own())  # type: ignore[arg-type]
    (hit,) = engine.scan(Piece(b"a hunting b", Origin("x")))
    assert (hit.own, hit.validity) == ("production/shop/KEY@v3", Validity.OWN_CURRENT)
    assert (hit.rule, hit.confidence, hit.column) == ("own-value", Confidence.CERTAIN, 3)


def test_no_secret_is_shown_by_a_hit() -> None:
    assert BODY not in repr(only(TOKEN))


PARTS = st.sampled_from([
    TOKEN, TOKEN[:-1] + "_", 'acme: "k3v9q2m7x1c8b5n4"', "ACME", "ghp_", "KSECk3v9q2m7x1k3v9q2m7x1",
    "KIDABCDEFGH1234", "N123456789012", "wanted", "\n", "\r\n", " ", "ä", "\0", "x" * 5000,
    "-----BEGIN PRIVATE KEY-----", "\n-----END PRIVATE KEY-----", "A" * 64,
])  # fmt: skip


@settings(max_examples=150)
@given(parts=st.lists(PARTS, max_size=14))
def test_both_matchers_find_the_same(parts: list[str]) -> None:
    text = "".join(parts)
    assert scan(text, Kind.VECTORSCAN) == scan(text, Kind.PLAIN)


@given(data=st.binary(max_size=300))
def test_noise_is_no_crash(data: bytes) -> None:
    assert scan(data, Kind.VECTORSCAN) == scan(data, Kind.PLAIN)


def test_a_package_that_cannot_be_loaded_costs_speed_and_no_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hyperscan.py").write_text("raise ImportError('of another processor')\n")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("compiled", "vectorscan"):
        monkeypatch.delattr(f"strongroom.scan.engine.{name}", raising=False)
        monkeypatch.delitem(sys.modules, f"strongroom.scan.engine.{name}", raising=False)
    monkeypatch.delitem(sys.modules, "hyperscan", raising=False)
    engine = Engine(load.builtin())

    assert is_kept(load.builtin(), tmp_path)
    assert isinstance(engine._matcher, Plain)
    with pytest.raises(MachineError, match="not for this machine"):
        Engine(load.builtin(), matcher=Kind.VECTORSCAN)


def quiet(text: str, *, whole: bool = True) -> bool:
    return Engine(RuleSet(RULES, "1" * 64)).is_quiet(text.encode(), whole)


def test_a_text_without_anything_is_quiet() -> None:
    assert quiet("")
    assert quiet("nothing = 'here'\n" * 20)
    assert quiet("acme = 'example-is-rejected'\n", whole=False)


def test_what_holds_something_is_not_quiet_whether_it_would_stand_or_not() -> None:
    assert not quiet(f"k = {TOKEN}\n")
    assert not quiet("the secret KSECabcdefghij0123456789 without its id\n")
    assert not quiet(f"k = '{TOKEN[:20]}' + '{TOKEN[20:]}'\n")
    assert not quiet(TOKEN.encode().hex())


@pytest.mark.parametrize(
    "joined", ["k = 'abcdef' +\n    'ghijkl'\n", "k = abcdefgh\\\n    ijklmnop\n"]
)
def test_lines_that_may_go_on_elsewhere_are_not_quiet_by_themselves(joined: str) -> None:
    before, after = "before = 1\n", "after = 1\n"

    assert quiet(joined)
    assert not quiet(joined, whole=False)
    assert not quiet(before * 4 + joined, whole=False)
    assert not quiet(joined + after * 4, whole=False)
    assert not quiet(f"{before * 3}{joined}{after * 4}", whole=False)
    assert not quiet(f"{before * 4}{joined}{after * 3}", whole=False)
    assert not quiet(f"{before * 4}\n{joined}{after * 4}", whole=False)
    assert not quiet(f"{before * 4}{joined}{after}\n{after * 4}", whole=False)
    assert quiet(before * 4 + joined + after * 4, whole=False)


def test_a_rule_of_many_lines_makes_what_it_begins_in_not_quiet() -> None:
    rule = Rule(
        id="block", title="", pattern=r"BEGIN\n(?s:.{1,400})\nEND", anchors=("begin",), lines=9
    )
    engine = Engine(RuleSet((rule,), "3" * 64))

    assert not engine.is_quiet(b"BEGIN\nof something\n", True)
    assert engine.is_quiet(b"of something\n", True)


FAR = (
    Rule(
        id="far", title="", pattern=r"(?s)key.{1,300}end:([a-z0-9]{8})", anchors=("end:",), lines=12
    ),
    Rule(id="two", title="", pattern=r"usr=\s{1,40}psw=([a-z0-9]{8})", anchors=("psw=",), lines=2),
)


@pytest.mark.parametrize("first", ["key ", "usr="])
def test_half_of_a_rule_of_several_lines_is_not_quiet_where_the_other_may_be(
    kind: Kind, first: str
) -> None:
    engine = Engine(RuleSet(FAR, "4" * 64), matcher=kind)
    begin, end = f"{first}\n\n\n\n\n".encode(), b"\nend:abcd1234\npsw=abcd1234\n"

    assert not engine.is_quiet(begin, True) or not engine.is_quiet(end, False)


def test_where_no_line_of_a_rule_has_a_sign_nothing_is_quiet() -> None:
    rule = Rule(id="none", title="", pattern=r"[A-Z]{2}\n[0-9]{3}", lines=2)

    assert not Engine(RuleSet((rule,), "5" * 64)).is_quiet(b"anything", True)
    assert Engine(RuleSet((rule._replace(lines=1),), "6" * 64)).is_quiet(b"anything", True)
