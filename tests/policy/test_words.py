"""One spelling for matching, ids, plurals, marks, lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.policy import words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Don't log  SECRETS!", " dont log secrets "),
        ("Use `.env` files.", " use .env files "),
        ("24–48 h", " 24 48 h "),
        ("post-mortem", " post-mortem "),
        ("", "  "),
    ],
)
def test_text_is_folded_for_matching(text: str, folded: str) -> None:
    assert folded.split() == words.fold(text).split()


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert words.fold(words.fold(text)) == words.fold(words.fold(words.fold(text)))


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Database Passwords", "database-password"),
        ("API Keys", "api-key"),
        ("SENTRY_DSN", "sentry-dsn"),
        ("Policies", "policy"),
        ("Address", "address"),
        ("Access", "access"),
        ("SMS", "sms"),
        ("Boxes", "box"),
    ],
)
def test_an_id_is_the_singular_in_kebab_case(name: str, id_: str) -> None:
    assert id_ == words.slug(words.singular(name))


@pytest.mark.parametrize("name", ["Пароль очереди", "签名密钥", "Schlüssel"])
def test_an_id_is_ascii_for_names_in_any_script(name: str) -> None:
    assert words.slug(name).isascii()
    assert words.slug(name)


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Production", "production"),
        ("PROD", "production"),
        ("prod environment", "production"),
        ("Pre-production", "staging"),
        ("dev", "development"),
        ("Sandbox", None),
        ("Prоduction", None),
    ],
)
def test_only_the_well_known_environments_are_known(name: str, id_: str | None) -> None:
    """The last name has a Cyrillic о: it looks the same and is not the same."""
    assert id_ == words.environment_id(name)


@pytest.mark.parametrize(
    "cell", ["✅", "✔️", "yes", "No", "x", "", "—", "✗", "allowed", "[ ]", "yes (on call)"]
)
def test_a_mark_is_a_mark(cell: str) -> None:
    assert words.is_mark(cell)


@pytest.mark.parametrize("cell", ["1 Feb 2026", "maybe", "DevOps", "90 days"])
def test_other_words_are_none(cell: str) -> None:
    assert not words.is_mark(cell)


@pytest.mark.parametrize("text", ["a, b and c", "a + b + c", "a / b / c", "a, b, c", "a; b; and c"])
def test_lists_are_taken_apart(text: str) -> None:
    assert ("a", "b", "c") == words.listed(text)
