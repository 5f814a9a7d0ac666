"""Templates: what they stand for, encoded for its place, and what they cannot be."""

from contextlib import suppress
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.errors import InvalidError, StrongroomError
from strongroom.secret.template import (
    DERIVED_BYTES_MAX,
    REFERENCES_MAX,
    TEMPLATE_CHARS_MAX,
    Data,
    Reference,
    derive,
    parse,
)

PLAIN: dict[str, Data] = {
    "user": "a:b", "password": "p@ss/w'%0", "host": "db.example", "port": "5432", "six": "fe80::1",
    "base": "my db", "raw": b"\xff\x00", "scheme": "redis",
}  # fmt: skip


def filled(text: str, others: dict[Reference, Data] | None = None) -> str:
    return derive({"x": parse(text)}, PLAIN, others or {})["x"]


@pytest.mark.parametrize(
    ("text", "stands_for"),
    [
        ("postgresql://{user}:{password}@{host}:{port}/{base}", "postgresql://a%3Ab:p%40ss%2Fw%27%250@db.example:5432/my%20db"),
        ("jdbc:postgresql://{host}/x?user={user}&password={password}", "jdbc:postgresql://db.example/x?user=a%3Ab&password=p%40ss%2Fw%27%250"),
        ("redis://:{password}@{six}:{port}/0", "redis://:p%40ss%2Fw%27%250@[fe80::1]:5432/0"),
        ("{scheme}://{user}@{host}", "redis://a%3Ab@db.example"),
        ("https://{host}/{six}", "https://db.example/fe80%3A%3A1"),
        ("https://{host}#{user}@", "https://db.example#a%3Ab@"),
        ("{user}:{password}", "a:b:p@ss/w'%0"),
        ("x={user:url}", "x=a%3Ab"),
        ("https://h/{user:raw}", "https://h/a:b"),
        ("host={host} password={password:libpq}", "host=db.example password='p@ss/w\\'%0'"),
        ('{{"p": "{password:json}"}}', '{"p": "p@ss/w\'%0"}'),
        ("{raw:base64} {user:base64}", "/wA= YTpi"),
        ("{{{user}}}", "{a:b}"),
        ("{host}{host}", "db.exampledb.example"),
    ],
)  # fmt: skip
def test_a_part_is_written_for_its_place(text: str, stands_for: str) -> None:
    assert stands_for == filled(text)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_no_part_of_a_url_can_become_another(part: str) -> None:
    made = derive({"x": parse("https://{p}:{p}@host/{p}?{p}#{p}")}, {"p": part}, {})["x"]
    url = urlsplit(made)

    assert "host" == url.hostname
    assert (part, part) == (unquote(url.username or ""), unquote(url.password or ""))
    assert f"/{part}" == unquote(url.path)


@given(st.text(max_size=40))
def test_any_text_is_a_template_or_not(text: str) -> None:
    with suppress(StrongroomError):
        derive({"x": parse(text)}, PLAIN, {})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "template-constant"),
        ("words {{user}}", "template-constant"),
        ("{", "template-syntax"),
        ("}", "template-syntax"),
        ("{}", "template-syntax"),
        ("{user", "template-syntax"),
        ("{user}}", "template-syntax"),
        ("{{user}", "template-syntax"),
        ("{us er}", "template-syntax"),
        ("{user:}", "template-syntax"),
        ("{user:eval}", "template-syntax"),
        ("{user:host}", "template-syntax"),
        ("{user.__class__!r}", "template-syntax"),
        ("{@}", "template-syntax"),
        ("{@a#}", "template-syntax"),
        ("{@a b}", "template-syntax"),
        ("{@a/../b}", "reference-invalid"),
        ("{@/a}", "reference-invalid"),
        ("{@a//b}", "reference-invalid"),
        ("{user}\x00", "template-syntax"),
        ("{user}" + "x" * TEMPLATE_CHARS_MAX, "template-too-long"),
        ("".join(f"{{@a{n}}}" for n in range(REFERENCES_MAX + 1)), "references-too-many"),
        ("{raw}", "template-binary"),
        ("https://{raw}", "template-binary"),
        ("{nobody}", "template-field-unknown"),
        ("{x}", "template-cycle"),
    ],
)
def test_what_is_none_is_refused_and_not_repeated(text: str, code: str) -> None:
    with pytest.raises(StrongroomError) as error:
        filled(text)
    assert code == error.value.code
    assert "nobody" not in error.value.message


def test_what_it_stands_for_has_a_limit_however_it_grows() -> None:
    """Sixty templates, each twice the next, would be a value of 2^60 bytes."""
    growing = {f"t{n}": parse(f"{{t{n + 1}}}{{t{n + 1}}}") for n in range(60)}
    growing["t60"] = parse("{host}")
    with pytest.raises(StrongroomError) as error:
        derive(growing, PLAIN, {})
    assert "derived-too-long" == error.value.code
    assert DERIVED_BYTES_MAX == len(
        derive({"x": parse("{p}")}, {"p": "x" * DERIVED_BYTES_MAX}, {})["x"]
    )


def test_a_circle_is_found_at_any_length() -> None:
    names = [f"t{n}" for n in range(64)]
    circle = {name: parse(f"{{{names[n - 1]}}}") for n, name in enumerate(names)}
    with pytest.raises(InvalidError) as error:
        derive(circle, {}, {})
    assert "template-cycle" == error.value.code


def test_references_are_read_from_the_text() -> None:
    found = parse("{@a/b} {@c#d:url} {user}")

    assert {Reference("a/b"), Reference("c", "d")} == found.references
    assert {"user"} == found.names
    assert "1 2 a:b" == filled(
        "{@a/b} {@c#d:url} {user}", {Reference("a/b"): "1", Reference("c", "d"): "2"}
    )


def test_what_is_not_at_hand_leaves_out_what_needs_it() -> None:
    made = derive({"a": parse("{@x}"), "b": parse("{a}"), "c": parse("{host}")}, PLAIN, {})

    assert {"c": "db.example"} == made


def test_a_value_in_a_part_is_no_template() -> None:
    """What a part holds is text, whatever braces it has."""
    assert (
        "{password}" == derive({"x": parse("{p}")}, {"p": "{password}", "password": "s"}, {})["x"]
    )
