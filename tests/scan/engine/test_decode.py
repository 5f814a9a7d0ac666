"""Tests for strongroom.scan.engine.decode: through the engine, as it is used."""

import base64
import json
from urllib.parse import quote

import pytest
from tests.scan.engine.test_engine import GITHUB, TOKEN

from strongroom.scan.engine.decode import runs, segments
from strongroom.scan.engine.engine import Engine
from strongroom.scan.engine.matcher import Event, Kind
from strongroom.scan.engine.probes import Probe
from strongroom.scan.model import Hit, Origin, Piece
from strongroom.scan.ruleset.model import Rule, RuleSet

PASSWORD = Rule(
    id="assigned",
    title="Assigned",
    pattern=r"(?i)password[\"']?\s{0,3}[=:]\s{0,3}[\"']([^\"'\s]{8,40})[\"']",
    anchors=("password",),
)
URL = Rule(
    id="url", title="URL", pattern=r"\b[a-z]+://[a-z]+:([^@/\s]{6,40})@[a-z.]+", anchors=("://",)
)
SET = RuleSet((GITHUB, PASSWORD, URL), "0" * 64)
ENGINES = {kind: Engine(SET, matcher=kind) for kind in (Kind.VECTORSCAN, Kind.PLAIN)}
SECRET = "k3v-9q2m7x1c8"


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def escaped(text: str, form: str) -> str:
    return "".join(form % ord(c) for c in text)


def scan(text: str, kind: Kind = Kind.VECTORSCAN) -> list[Hit]:
    return ENGINES[kind].scan(Piece(text.encode(), Origin("x.txt")))


ENCODED = {
    "base64": (b64(f"id 7 {TOKEN} end"), ("base64",)),
    "base64-url": (b64(f"id ??>> {TOKEN}").replace("+", "-").replace("/", "_"), ("base64",)),
    "base64-twice": (b64(b64(f"password='{SECRET}'")), ("base64", "base64")),
    "base64-twice-alone": (b64(b64(f"{TOKEN}\n") + "\n"), ("base64", "base64")),
    "hex": (TOKEN.encode().hex(), ("hex",)),
    "HEX": (f" {TOKEN}".encode().hex().upper(), ("hex",)),
    "x-escapes": (escaped(TOKEN, "\\x%02x"), ("escapes",)),
    "u-escapes": (escaped(TOKEN, "\\u%04x"), ("escapes",)),
    "percent": (f"https://a.example/?u={quote('redis://ada:' + SECRET + '@db.example/', safe='')}", ("percent",)),
    "json": (json.dumps({"a": json.dumps({"password": SECRET})}), ("json",)),
    "slashes": (json.dumps({"u": f"redis://ada:{SECRET}@db"}).replace("/", "\\/"), ("json",)),
    "html": (f"<p data='{{&quot;password&quot;: &quot;{SECRET}&quot;}}'>", ("html",)),
    "entities": (escaped(TOKEN, "&#%d;"), ("html",)),
    "joined": (f'k = "{TOKEN[:12]}" + "{TOKEN[12:]}"', ("joined",)),
    "joined-dots": (f"$k = '{TOKEN[:12]}' . '{TOKEN[12:]}';", ("joined",)),
    "joined-lines": (f'k = ("{TOKEN[:12]}"\n     "{TOKEN[12:]}")', ("joined",)),
    "joined-thrice": (f'k = "{TOKEN[:9]}" +\n  "{TOKEN[9:20]}" +\n  "{TOKEN[20:]}"', ("joined",)),
    "continued": (f"key={TOKEN[:20]}\\\n    {TOKEN[20:]}", ("continued",)),
}  # fmt: skip


@pytest.mark.parametrize("kind", [Kind.VECTORSCAN, Kind.PLAIN])
@pytest.mark.parametrize("name", ENCODED)
def test_an_encoded_secret_is_found_and_decoded(name: str, kind: Kind) -> None:
    text, via = ENCODED[name]
    (hit,) = scan(f"first\n# {text}\nlast", kind)
    assert hit.secret.decode() in {TOKEN, SECRET}
    assert hit.via == via
    assert hit.line == 2


def test_it_stands_where_the_encoded_text_stands() -> None:
    code = b64(f"id 7 {TOKEN} end")
    (hit,) = scan(f"a\nx: {code} y")
    assert hit.text[hit.start : hit.end].decode() == code
    (hit,) = scan(f'k = "{TOKEN[:12]}" + "{TOKEN[12:]}" # z')
    assert hit.text[hit.start : hit.end].decode() == f'{TOKEN[:12]}" + "{TOKEN[12:]}'


def test_lines_of_base64_are_one_run() -> None:
    text = base64.encodebytes(f"{'Some words. ' * 9}{TOKEN} {'More words. ' * 9}".encode()).decode()
    indented = text.replace("\n", "\n    ")
    for whole in (f"a: |\n    {indented}", f"a: {text}"):
        (hit,) = scan(whole)
        assert hit.secret.decode() == TOKEN
        assert hit.end_line > hit.line


def test_values_of_a_kubernetes_secret_are_decoded() -> None:
    text = f"""\
kind: Secret
metadata:
  name: x
data:
  password: {b64(SECRET)}
  user: {b64("ada")}
---
kind: ConfigMap
data:
  password: {b64(SECRET)}
"""
    (hit,) = scan(text)
    assert (hit.secret.decode(), hit.line, hit.via) == (SECRET, 5, ("kubernetes-secret",))
    assert hit.text[hit.start : hit.end].decode() == b64(SECRET)


@pytest.mark.parametrize("far", [0, 300, 600, 3000])
def test_strings_that_are_joined_are_found_wherever_others_are(far: int) -> None:
    joined = f'k = "{TOKEN[:12]}" +\n    "{TOKEN[12:]}";\n'
    others = 'x = "ab" + "cd";\n' + "x\n" * (far // 2)
    text = f"{others}{joined}{others}{joined}"
    assert [hit.secret.decode() for hit in scan(text)] == [TOKEN, TOKEN]


def test_a_string_that_is_joined_of_many_lines_is_one() -> None:
    lines = " +\n    ".join(f'"{TOKEN[i : i + 2]}"' for i in range(0, len(TOKEN), 2))
    (hit,) = scan(f"first\nk = ({lines})\nlast")
    assert (hit.secret.decode(), hit.line, hit.end_line) == (TOKEN, 2, 21)


def test_strings_are_joined_at_a_dot() -> None:
    rule = Rule(id="r", title="", pattern=r"\b(v1\.[a-z0-9]{12}\.[a-z0-9]{12})\b", anchors=("v1.",))
    engine = Engine(RuleSet((rule,), "2" * 64))
    for text in ('"v1.k3v9q2m7x1c8" + ".a8b7c6d5e4f3"', '"v1.k3v9q2m7x1c8." + "a8b7c6d5e4f3"'):
        (hit,) = engine.scan(Piece(text.encode(), Origin("x.txt")))
        assert hit.secret == b"v1.k3v9q2m7x1c8.a8b7c6d5e4f3"


def test_what_is_raw_is_not_told_twice() -> None:
    (hit,) = scan(f'"{TOKEN}" + "abc" + "{{\\"password\\": 1}}"')
    assert hit.via == ()


def test_deeper_than_asked_is_not_looked_at() -> None:
    shallow = Engine(SET, depth=1)
    text = b64(b64(f"password='{SECRET}'"))
    assert shallow.scan(Piece(text.encode(), Origin("x"))) == []


def test_noise_costs_nothing_and_is_no_crash() -> None:
    noise = '\\x41"+"' * 3000 + "%3D" * 3000 + b64("x" * 5000) + "\\\n" * 2000
    assert scan(noise) == []


def test_runs_are_decoded_whatever_they_hold() -> None:
    raw = bytes(range(100, 130))
    found = [s.text for s in runs(b"a " + base64.b64encode(raw) + b" " + raw.hex().encode())]
    assert found[0] == raw
    assert raw in found


@pytest.mark.parametrize("before", [True, False])
def test_what_is_around_joined_lines_is_of_whole_lines(before: bool) -> None:
    joined = 'k = "abcdef" +\n    "ghijkl"\n'
    for pad in range(460, 480):
        far = "\n".join(["y" * 9] * (pad // 10)) + "y" * (pad % 10) + "\n"
        text = f"x{TOKEN}\n{far}{joined}" if before else f"{joined}{far}{TOKEN}x\n"
        assert scan(text) == []


def test_lines_that_are_as_they_were_are_known() -> None:
    data = b'first\nk = "ab" +\n    "cd" # z\nlast\n'
    (found,) = segments(data, [(Event(data.index(b'"cd') + 3, 0), Probe.JOIN)])
    changed = found.changed()
    assert changed is not None
    assert found.text[slice(*changed)] == b'k = "abcd" # z\n'
    (run,) = segments(b64("text " * 9).encode(), [(Event(12, 0), Probe.BASE64)])
    assert run.changed() is None
