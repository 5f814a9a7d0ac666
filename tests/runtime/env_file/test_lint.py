"""Lint of a `.env`: each remark once, no value shown, and a tidied file holds the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom import dotenv
from strongroom.runtime.env_file.lint import lint, tidy

LINES = st.lists(
    st.tuples(
        st.from_regex(r"[A-Za-z_][A-Z0-9_]{0,6}", fullmatch=True),
        st.sampled_from(["=", " = ", "= ", " ="]),
        st.text(st.sampled_from("ab \"'$\\#`="), max_size=6),
    ).map("".join),
    max_size=4,
)


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"", []),
        (b"# about\n\nA=b\nexport B='c d' # e\n", []),
        (b"\xef\xbb\xbfA=b\n", ["env-bom"]),
        (b"A=b\r\n", ["env-crlf"]),
        (b"A=b", ["env-last-line"]),
        (b"A=b\0\n", ["env-nul"]),
        (b"# \0\n", ["env-nul"]),
        (b"A\n", ["env-unreadable"]),
        (b"A='b\n", ["env-unreadable"]),
        (b"A=1\nA=2\n", ["env-duplicate"]),
        (b"A =1\n", ["env-spaces"]),
        (b"  A= 1\n", ["env-spaces"]),
        (b"a=1\n", ["env-lower-case"]),
        (b"A=b c\n", ["env-quotes"]),
        (b"A=b$c\n", ["env-quotes"]),
        (b"A=\xff\n", ["env-undecodable"]),
        (b"B=1\nA=1\n", []),
    ],
)
def test_a_remark(data: bytes, codes: list[str]) -> None:
    assert codes == [one.code for one in lint(data)]


def test_order_is_asked_for() -> None:
    assert ["env-order"] == [one.code for one in lint(b"B=1\nA=1\nC=1\n", order=True)]


def test_a_name_that_is_a_value_is_not_repeated() -> None:
    text = repr(lint(b"a8Fk2Lm9Qz4Xw7Rt1Vb6Nc3 = x y\n"))

    assert "Qz4X" not in text
    assert "looks like a value" in text


@given(LINES)
def test_tidied_it_holds_the_same(lines: list[str]) -> None:
    text = "# head\n" + "\n".join(lines)
    made = tidy(text)
    before, after = dotenv.parse(text), dotenv.parse(made)

    if before.flaws:
        assert text == made
        return
    assert [(e.name, e.value) for e in before.entries] == [(e.name, e.value) for e in after.entries]
    assert not [one for one in lint(made.encode()) if one.fixable]
    assert made == tidy(made)
