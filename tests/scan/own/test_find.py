"""Own values are found where they stand, and nothing else is."""

import secrets
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.crypto.fingerprint import lookup
from strongroom.scan.own.find import Finder
from strongroom.scan.own.interface import OwnValue
from strongroom.scan.own.prints import Print, PrintSet

KEY = bytes(32)
SYMBOLS = "!#%+,-./:=@_^"


def classes(value: str) -> frozenset[str]:
    present = {
        "upper": any(map(str.isupper, value)),
        "lower": any(map(str.islower, value)),
        "digits": any(map(str.isdigit, value)),
        "symbols": not value.isalnum(),
    }
    return frozenset(name for name, there in present.items() if there)


def printed(**values: str) -> PrintSet:
    return PrintSet(
        "test",
        KEY,
        tuple(
            Print(OwnValue(name, False), len(value), classes(value), lookup(KEY, value.encode()))
            for name, value in values.items()
        ),
    )


def found(data: str, *, vectorscan: bool = True, **values: str) -> set[tuple[str, str]]:
    octets = data.encode()
    return {
        (value.name, octets[start:end].decode())
        for start, end, value in Finder(printed(**values), vectorscan=vectorscan).find(octets)
    }


WORD = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(32))
TOKEN = "a-" + secrets.token_urlsafe(32)
PASSWORD = "x" + "".join(secrets.choice(string.ascii_letters + SYMBOLS) for _ in range(22)) + ":@y"


@pytest.mark.parametrize("vectorscan", [True, False], ids=["vectorscan", "re"])
@pytest.mark.parametrize(
    "around",
    [
        "{}", "KEY={}\n", 'key = "{}"', "key: '{}',", "https://u:{}@host/x", "?token={}&b=1",
        "<p>{}</p>", "a,{},b", "(`{}`)", "\r\n{}\r\n", "\x00{}\x00", "Bearer {}", "\u00fc{}\u00fc",
    ],
    ids=range(13),
)  # fmt: skip
def test_a_value_is_found_in_every_surrounding(around: str, vectorscan: bool) -> None:
    for name, value in {"w": WORD, "t": TOKEN, "p": PASSWORD}.items():
        data = around.format(value)
        assert (name, value) in found(data, vectorscan=vectorscan, w=WORD, t=TOKEN, p=PASSWORD)


@pytest.mark.parametrize("vectorscan", [True, False], ids=["vectorscan", "re"])
def test_two_beside_each_other_are_both_found(vectorscan: bool) -> None:
    data = f"{WORD} {TOKEN} {PASSWORD} {WORD}"
    assert len(found(data, vectorscan=vectorscan, w=WORD, t=TOKEN, p=PASSWORD)) == 3


@pytest.mark.parametrize("vectorscan", [True, False], ids=["vectorscan", "re"])
def test_a_longer_run_that_holds_it_is_another_value(vectorscan: bool) -> None:
    assert not found(f"x{WORD} {WORD}y", vectorscan=vectorscan, w=WORD)


def test_a_key_over_many_lines_is_found_indented_and_on_one_line() -> None:
    body = "\n".join(
        secrets.token_urlsafe(48).replace("-", "A").replace("_", "B") for _ in range(8)
    )
    pem = f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----"
    indented = "key: |\n" + "".join(f"    {line}\r\n" for line in pem.splitlines())
    one_line = '"key": "' + pem.replace("\n", "\\n") + '\\n"'
    quoted = " +\n".join(f'"{line}\\n"' for line in pem.splitlines())
    for data in (pem, indented, one_line, quoted):
        assert len(found(data, k=pem)) == 1
    assert not found(pem.replace("PRIVATE", "PUBLIC"), k=pem)


def test_what_is_short_or_no_ascii_is_not_looked_for() -> None:
    assert not found("short-one", s="short-one")
    assert not found("ü" * 30, s="ü" * 30)


def test_an_empty_set_finds_nothing() -> None:
    assert not list(Finder(PrintSet("x", KEY, ())).find(WORD.encode()))


@given(
    st.lists(st.sampled_from([WORD, TOKEN, PASSWORD, " ", "=", '"', "\n", "ab", "@"]), max_size=12)
)
def test_both_ways_find_the_same(parts: list[str]) -> None:
    data = "".join(parts)
    by_vectorscan = found(data, w=WORD, t=TOKEN, p=PASSWORD)
    assert by_vectorscan == found(data, vectorscan=False, w=WORD, t=TOKEN, p=PASSWORD)
