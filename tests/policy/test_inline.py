"""Words of a paragraph without its markup, and where sentences end."""

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from strongroom.policy.inline import line_of, plain, sentences


def _inline(text: str) -> Token:
    return next(t for t in MarkdownIt("commonmark").parse(text) if t.type == "inline")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("**bold** and `code`, *so*", "bold and code, so"),
        ("[a link](https://wiki.example/) ![a picture](x.png)", "a link"),
        ("![yes](tick.png)", "yes"),
        ("one  \ntwo\nthree<br>four", "one two three four"),
        ("many    blanks", "many blanks"),
        ("<kbd>key</kbd>", "key"),
    ],
)
def test_markup_is_taken_off(text: str, words: str) -> None:
    assert words == plain(_inline(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two; three!", ["One.", "Two;", "three!"]),
        (
            "For example e.g. this, i.e. that, etc. and so on.",
            ["For example e.g. this, i.e. that, etc. and so on."],
        ),
        ("一。 二。", ["一。", "二。"]),
        ("Owner: Ada\nVersion: 1", ["Owner: Ada", "Version: 1"]),
        ("Ends here  \nand begins", ["Ends here", "and begins"]),
        ("Wraps\nhere", ["Wraps here"]),
    ],
)
def test_sentences_end_where_a_reader_would_stop(text: str, found: list[str]) -> None:
    assert found == [sentence for sentence, _, _ in sentences(_inline(text))]


def test_a_bold_beginning_is_a_label() -> None:
    assert [("**Owner:** Ada", "Owner")] == [
        (f"**{label}:** Ada", label) for _, _, label in sentences(_inline("**Owner:** Ada"))
    ]
    assert [None] == [label for _, _, label in sentences(_inline("Ada is **bold**"))]
    assert [None] == [label for _, _, label in sentences(_inline("**never closed"))]


def test_a_token_without_a_place_is_on_the_first_line() -> None:
    assert 1 == line_of(Token("inline", "", 0))
