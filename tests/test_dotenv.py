"""The `.env` grammar: what is read, what is a flaw, and that what is written reads back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom import dotenv

TEXT = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=40)


@given(st.lists(st.tuples(st.from_regex(dotenv.NAME, fullmatch=True), TEXT), max_size=6))
def test_what_is_written_reads_back(pairs: list[tuple[str, str]]) -> None:
    found = dotenv.parse(dotenv.write(pairs))

    assert pairs == [(e.name, e.value) for e in found.entries]
    assert () == found.flaws


@given(TEXT)
def test_any_text_is_read_to_its_end(text: str) -> None:
    """Each entry and flaw has a line of the text, in order."""
    found = dotenv.parse(text)
    lines = [e.line for e in found.entries] + [f.line for f in found.flaws]

    assert all(1 <= line <= text.count("\n") + 1 for line in lines)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("  export  A = b  # said", "b"),
        ("A=b#c", "b#c"),
        ("A=#c", ""),
        ("A=", ""),
        ("A='b # \\n ${C}'", "b # \\n ${C}"),
        ("A='it\\'s'", "it's"),
        ('A="b\\nc\\q" # said', "b\nc\\q"),
        ('A="b\r\nc"', "b\nc"),
        ("A=${B}", "${B}"),
        ("\ufeffA=b\r", "b\r"),
        ("A=b\r\n", "b"),
    ],
)
def test_one_assignment(line: str, value: str) -> None:
    (entry,) = dotenv.parse(line).entries

    assert ("A", value, 1) == (entry.name, entry.value, entry.line)
    assert repr(value) not in repr(entry) or not value


def test_lines_count_through_quotes_and_duplicates_stay() -> None:
    text = "# head\n\nA='1\n2'\nB=3\nA=4\nA line\nC=\"open\nD=5\nE='6' 7\nF=\0\n"
    found = dotenv.parse(text)

    assert [("A", 3), ("B", 5), ("A", 6), ("D", 9)] == [(e.name, e.line) for e in found.entries]
    assert [7, 8, 10, 11] == [f.line for f in found.flaws]


@pytest.mark.parametrize("pair", [("1A", "b"), ("", "b"), ("A", "\0")])
def test_what_no_environment_can_hold_is_not_written(pair: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match=r"NUL|name"):
        dotenv.write([pair])
