"""Every way in which a value is written that libraries and shells really have."""

import base64
import html
import json
import re
import secrets
import shlex
import subprocess
import urllib.parse
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.forms import CHARS_MIN, Kind, beginning, binary_forms, forms

SPECIAL = "Qx7/a'b\"c+d&e<f>g%h\\i$j k=é"


def texts(value: str) -> set[str]:
    return {form.text for form in forms(value)}


def held(value: str, shown: str) -> bool:
    return any(text in shown for text in texts(value))


WAYS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "json": json.dumps,
    "json in utf-8": lambda v: json.dumps(v, ensure_ascii=False),
    "json with escaped slashes": lambda v: json.dumps(v).replace("/", "\\/"),
    "json in json": lambda v: json.dumps(json.dumps({"a": v})),
    "repr": repr,
    "repr in a container": lambda v: repr({"a": [v]}),
    "repr with another quote before": lambda v: repr("it's \" " + v),
    "repr of bytes": lambda v: repr(v.encode()),
    "ascii": ascii,
    "quote": lambda v: urllib.parse.quote(v, safe=""),
    "quote of a path": urllib.parse.quote,
    "quote in lower case": lambda v: re.sub(
        "%..", lambda m: m[0].lower(), urllib.parse.quote(v, safe="")
    ),
    "quote_plus": urllib.parse.quote_plus,
    "urlencode": lambda v: urllib.parse.urlencode({"q": v}),
    "html": html.escape,
    "html without quotes": lambda v: html.escape(v, quote=False),
    "html by MarkupSafe": lambda v: (
        html.escape(v).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")
    ),
    "shlex": shlex.quote,
    "sql": lambda v: "'" + v.replace("'", "''") + "'",
    "base64": lambda v: base64.b64encode(v.encode()).decode(),
    "base64 with a newline": lambda v: base64.b64encode(v.encode() + b"\n").decode(),
    "base64 url-safe": lambda v: base64.urlsafe_b64encode(v.encode()).decode(),
    "base64 trimmed": lambda v: base64.b64encode(v.encode()).decode().rstrip("="),
    "hex": lambda v: v.encode().hex(),
    "hex in capitals": lambda v: v.encode().hex().upper(),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("value", [SPECIAL, "plain0value1here", "d e f g h i j", "🔑ключ-key"])
def test_a_value_is_known_however_it_is_written(way: str, value: str) -> None:
    assert held(value, f"before {WAYS[way](value)} after")


@settings(deadline=None)  # how busy the machine is says nothing
@given(
    st.text(st.characters(codec="utf-8"), min_size=CHARS_MIN, max_size=80).filter(
        lambda v: len(v.strip()) >= CHARS_MIN
    )
)
def test_any_text_is_known_in_every_form(value: str) -> None:
    assert [] == [way for way, write in WAYS.items() if not held(value, write(value))]


@pytest.mark.parametrize("before", [b"", b"a", b"ab", b"abc", b"user:"])
def test_base64_is_known_wherever_the_value_stands_in_it(before: bytes) -> None:
    value = secrets.token_urlsafe(24)

    assert held(value, base64.b64encode(before + value.encode() + b" and more").decode())


def test_a_header_of_basic_authentication_is_known_whoever_the_user_is() -> None:
    for user in ("a", "bo", "eve", "postgres"):
        header = base64.b64encode(f"{user}:{SPECIAL}".encode()).decode()

        assert held(SPECIAL, f"Authorization: Basic {header}")


def test_base64_broken_into_lines_is_known() -> None:
    value = secrets.token_urlsafe(200)
    lines = base64.encodebytes(value.encode()).decode().splitlines()

    assert [line for line in lines if not held(value, line)] == []


def test_what_a_shell_traces_is_known() -> None:
    value = 'it\'s $a "secret" (x)'
    traced = subprocess.run(
        ["bash", "-xc", 'true "$V"; printf \'%q\' "$V" >&2'],
        env={"V": value},
        capture_output=True,
        check=True,
    ).stderr.decode()

    for line in traced.splitlines():
        if "secret" in line:
            assert held(value, line), line


def test_each_line_of_a_value_is_known_and_the_armour_is_nobodys_secret() -> None:
    body = [secrets.token_hex(32) for _ in range(3)]
    value = "\n".join(["-----BEGIN PRIVATE KEY-----", *body, "-----END PRIVATE KEY-----"])

    assert set(body) <= texts(value)
    assert not held(value, "-----BEGIN PRIVATE KEY-----")


@pytest.mark.parametrize("password", ["s3cr3tpassword", "pa/ss#wo?rd@x", "p%40ss%2Fword"])
@pytest.mark.parametrize("url", ["postgresql://app:{}@db:5432/x", "redis://:{}@cache/0"])
def test_the_password_of_a_url_is_known_alone(url: str, password: str) -> None:
    found = texts(url.format(password))

    assert {password, urllib.parse.unquote(password)} <= found
    assert not any(text in "postgresql://app:…@db:5432/x redis://:…@cache/0" for text in found)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (
            "postgresql://db/x?user=app&password=a%20long-one&sslmode=off",
            {"a%20long-one", "a long-one"},
        ),
        ("https://h.example/hook?api_key=0123456789abc#x", {"0123456789abc"}),
        ("redis://:first-one@h/0?sslpassword=second-one", {"first-one", "second-one"}),
    ],
    ids=["libpq", "webhook", "both"],
)
def test_what_stands_in_the_query_of_a_url_is_known_alone(url: str, found: set[str]) -> None:
    assert found <= texts(url)
    assert "sslmode=off" not in texts(url)


@pytest.mark.parametrize("around", ["{}\n", "{}\r\n", " {} ", "\n{}"])
def test_a_value_is_known_without_the_blanks_around_it(around: str) -> None:
    assert held(around.format("k3y-value"), "x k3y-value y")


@pytest.mark.parametrize(
    "text",
    [
        "host=db password='a \\'quoted\\' one' user=app",
        "Server=db;Password=\"a 'quoted' one\";User=app",
    ],
)
def test_the_password_of_a_connection_string_is_known_alone(text: str) -> None:
    assert "a 'quoted' one" in texts(text)


def test_members_of_json_are_known_and_addresses_in_it_are_not_hidden() -> None:
    key = secrets.token_hex(20)
    value = json.dumps(
        {
            "type": "service_account",
            "private_key": key,
            "token_uri": "https://oauth2.example.com/token",
            "nested": {"database_url": f"postgresql://a:{key}x@db/x"},
        }
    )

    assert {key, key + "x"} <= texts(value)
    assert not held(value, "service_account https://oauth2.example.com/token")


@pytest.mark.parametrize("value", ["[" * 100_000, "{" * 5000, '{"a":' * 5000, "{}", "[1, null]"])
def test_what_only_begins_like_json_is_a_text(value: str) -> None:
    assert len(value) < CHARS_MIN or value in texts(value)


@pytest.mark.parametrize("value", ["", "a", "1234567", "       x       "])
def test_a_short_value_has_no_form(value: str) -> None:
    assert forms(value) == ()


def test_no_form_is_short_or_stands_twice() -> None:
    value = "ab\ncd\n" + SPECIAL
    found = [form.text for form in forms(value)]

    assert min(map(len, found)) >= CHARS_MIN
    assert len(found) == len(set(found))


def test_bytes_are_known_as_they_are_printed() -> None:
    value = secrets.token_bytes(32)
    found = {form.text for form in binary_forms(value)}

    assert value.hex() in found
    assert repr(value)[2:-1] in found
    assert any(text in base64.b64encode(b"x" + value).decode() for text in found)
    assert binary_forms(b"short") == ()


@pytest.mark.parametrize(
    ("value", "head"),
    [
        ("abcdefghijklmnopqrstuvwxyz", "abcdefghijkl"),
        ("api_live_abcdefghijklmnop", "api_live_abcdef"),
        ("postgresql://app:abcdefghijk@db/x", "postgresql://app:abcdef"),
        ("https://hooks.example.com/T123456789", "https://hooks.example.com/T12345"),
        ("Ab_Cd-Efghijklmnop", "Ab_Cd-Efghij"),
        ("eyJhbGciOiJIUzI1NiJ9.abcdefghijk.x", "eyJhbGciOiJIUzI1NiJ9.abcdef"),
        ("shortvalue", None),
        ("-----BEGIN PRIVATE KEY-----\nabc", None),
    ],
)
def test_a_beginning_holds_more_than_everybody_knows(value: str, head: str | None) -> None:
    assert beginning(value) == head


def test_the_kind_says_how_a_form_came_about() -> None:
    kinds = {form.text: form.kind for form in forms("a/b c'd<e>f")}

    assert kinds["a/b c'd<e>f"] is Kind.RAW
    assert kinds["a%2Fb%20c%27d%3Ce%3Ef"] is Kind.URL
    assert kinds["a/b c'd&lt;e&gt;f"] is Kind.HTML
