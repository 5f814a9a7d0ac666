"""The `.env` grammar: what is read, what is a flaw, and that what is written reads back."""

import io

import pytest
from dotenv import dotenv_values
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


PAIRS = st.dictionaries(st.from_regex(dotenv.NAME, fullmatch=True), TEXT, max_size=4)


def _held(text: str) -> dict[str, str]:
    return {e.name: e.value for e in dotenv.parse(text).entries}


@given(st.dictionaries(st.from_regex(r"[A-Z_][A-Z0-9_]{0,8}", fullmatch=True), TEXT, max_size=4))
def test_python_dotenv_reads_what_is_written(pairs: dict[str, str]) -> None:
    needs_quotes = {n for n, v in pairs.items() if v.endswith("\\") and set(v) & set("\r\n'\" #`")}
    pairs = {n: v for n, v in pairs.items() if n not in needs_quotes}
    text = dotenv.write(pairs.items())

    assert pairs == dotenv_values(stream=io.StringIO(text, newline=""), interpolate=False)


WHOLE = st.lists(
    st.sampled_from(["A=1", "# B=2", "", " export B = 'x\ny' # z", 'C="a\r\nb"', "A=#", "D=\\"]),
    max_size=6,
).map("\n".join)


@given(WHOLE, PAIRS)
def test_an_edit_sets_what_it_says_and_nothing_else(text: str, pairs: dict[str, str]) -> None:
    before = _held(text)
    made = dotenv.edit(text, pairs)

    assert {**before, **pairs} == _held(made)
    assert () == dotenv.parse(made).flaws
    assert made == dotenv.edit(made, pairs)


@given(PAIRS, PAIRS)
def test_an_edit_of_a_file_keeps_its_other_lines(old: dict[str, str], new: dict[str, str]) -> None:
    lines = [f"# about {n}\n\n{dotenv.write([(n, v)])}" for n, v in old.items()]
    made = dotenv.edit("".join(lines), new)
    kept = [line for name, line in zip(old, lines, strict=True) if name not in new]

    assert all(line in made for line in kept)
    assert made.count("# about ") == len(old)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "A='x y'\n"),
        ("B=1", "B=1\nA='x y'\n"),
        ("export A=b  # said\n", "export A='x y'  # said\n"),
        ('A = "b" # said\nA=c', "A = 'x y' # said\nA='x y'"),
        ("A=#c\n", "A='x y' #c\n"),
        ("A='b\nc'\nD=\n", "A='x y'\nD=\n"),
        ("\ufeff# head\r\nA=b\r\n\r\nB=1\r\n", "\ufeff# head\r\nA='x y'\r\n\r\nB=1\r\n"),
        ('A="x y"\n', 'A="x y"\n'),
    ],
)
def test_an_edit(before: str, after: str) -> None:
    assert after == dotenv.edit(before, {"A": "x y"})


@pytest.mark.parametrize("quote", ["", '"', "'"])
@pytest.mark.parametrize("end", ["-----END KEY-----\nB=2\n", ""])
def test_lines_of_a_key_that_is_not_quoted_are_no_names(quote: str, end: str) -> None:
    parsed = dotenv.parse(f"A=1\nKEY={quote}-----BEGIN KEY-----\nmOsxbIxBsp5TFFHX43Am8AY=\n{end}")

    assert [entry.name for entry in parsed.entries] == (["A", "B"] if end else ["A"])
    assert [flaw.line for flaw in parsed.flaws] == [2]
