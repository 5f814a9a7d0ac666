"""What is passed holds nothing: texts with something in them that came to be in two steps.

Here each text has one secret at most, and what it was made of mostly none: so it is passed often.
"""

import pytest
from tests.scan.sources.packs.build import Random, examples, gap, line
from tests.scan.sources.packs.rules import GAP, OWN_SET, TEXTS, rules
from tests.scan.sources.packs.test_delta import copy

from strongroom.scan.engine.engine import Engine
from strongroom.scan.engine.matcher import Kind
from strongroom.scan.model import Medium, Origin, Piece
from strongroom.scan.own.find import Finder
from strongroom.scan.ruleset.load import builtin
from strongroom.scan.ruleset.model import Rule, RuleSet
from strongroom.scan.sources.packs.delta import apply, new_lines

BLOB = Origin("", Medium.BLOB, "0" * 40)
CASES = 800


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Engine]:
    cache, shipped = tmp_path_factory.mktemp("cache"), builtin().rules
    return {
        "own": Engine(rules(), own=Finder(OWN_SET), cache=cache),
        "plain": Engine(rules(), own=Finder(OWN_SET, vectorscan=False), matcher=Kind.PLAIN),
        "all": Engine(RuleSet([*shipped, *rules().rules], "d" * 64), cache=cache),
    }


def around(random: Random) -> bytes:
    many = random.choice([0, 1, 2, 3, 5, 9, 30])
    return b"".join(_filler(random) for _ in range(many))


def _filler(random: Random) -> bytes:
    match random.randrange(12):
        case 0 | 1:
            return random.choice([b"\n", b"\r\n"])
        case 2:
            return b"z " * random.choice([100, 1500, 2100, 3000]) + b"\n"
        case 3:
            return b'    "ab' + b"c" * random.randrange(20) + b'" +\n'
        case _:
            return line(random)


def written(random: Random, text: bytes) -> bytes:
    """`text` as it may be written: joined, escaped, in a long line."""
    cut, end = random.randrange(len(text) + 1), random.choice([b" ", b",", b'"', b""])
    match random.randrange(10):
        case 0 | 1:
            joint = random.choice([b'" +\n    "', b'"\n  "', b'"+"'])
            parts = [text[:cut], *([text[cut : cut + 9], text[cut + 9 :]])]
            return b'k = "' + joint.join(parts) + b'"'
        case 2:
            return text[:cut] + random.choice([b"\\\n", b"\\\r\n  "]) + text[cut:]
        case 3:
            return b"".join(b"\\x%02x" % octet for octet in text)
        case 4:
            return text.replace(b"\n", b"\r\n")
        case 5:
            return b"w" * random.choice([1000, 2040, 4000, 5000, 70_000]) + end + text
        case 6:
            return text + end + b"v" * random.choice([1000, 2040, 4000, 5000, 70_000])
        case _:
            return text


def in_two_steps(random: Random, text: bytes) -> tuple[bytes, bytes]:
    """What `text` may have been, and the steps that make `text` of it."""
    cuts = [random.randrange(len(text) + 1) for _ in range(2 * random.choice([1, 1, 1, 2, 3]))]
    cuts = sorted(text.rfind(b"\n", 0, at) + 1 if random.random() < 0.4 else at for at in cuts)
    base, steps, at = bytearray(), bytearray(), 0
    for low, high in zip(cuts[::2], cuts[1::2], strict=True):
        end = min(high, low + random.choice([0, 1, 2, 5, 20, 60, high]))
        steps += _copied(len(base), low - at)
        base += text[at:low]
        steps += b"".join(
            bytes([min(127, end - i)]) + text[i : min(i + 127, end)] for i in range(low, end, 127)
        )
        base += random.choice([b"", b"", b"x", b"\n", b'"', b" ", b"A" * 30, around(random)[:60]])
        at = end
    return bytes(base + text[at:]), bytes(steps + _copied(len(base), len(text) - at))


def _copied(start: int, octets: int) -> bytes:
    return b"".join(
        copy(at, min(0xFFFF, start + octets - at)) for at in range(start, start + octets, 0xFFFF)
    )


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("which", ["own", "plain", "all"])
def test_what_is_passed_holds_nothing(which: str, seed: int, engines: dict[str, Engine]) -> None:
    engine, random = engines[which], Random(seed)
    texts = [*TEXTS, *random.sample(examples(), 40)] if which == "all" else TEXTS
    passed = found = 0
    for _ in range(CASES):
        text = random.choice(texts).encode().replace(GAP.encode(), gap(random))
        text = around(random) + written(random, text) + b"\n" + around(random)
        base, steps = in_two_steps(random, text)
        data, spans = apply(base, steps, 0, len(text))
        assert text == data
        if not engine.is_quiet(base, True):
            continue
        hits = engine.scan(Piece(text, BLOB))
        if engine.is_quiet(new_lines(text, spans), False):
            assert not hits
            passed += 1
        found += bool(hits)
    assert passed > CASES // 20
    assert found > CASES // 40


def test_what_a_rule_of_two_lines_sees_around_its_sign_is_new_with_it() -> None:
    # It is looked for two lines before and behind its sign, so it may go over five.
    rule = Rule(
        id="five",
        title="",
        pattern=r"x=\s{1,9}KEYWORD\s{1,9}y=([0-9]{6})",
        anchors=("keyword",),
        lines=2,
    )
    engine = Engine(RuleSet((rule,), "e" * 64))
    text, last = b"x=\n\nKEYWORD\n\n", b"y=123456\n"
    steps = copy(0, len(text)) + bytes([len(last)]) + last
    data, spans = apply(text, steps, 0, len(text + last))

    assert engine.scan(Piece(data, BLOB))
    assert engine.is_quiet(text, True)
    assert not engine.is_quiet(new_lines(data, spans), False)
