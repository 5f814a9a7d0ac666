"""`--clipboard` at the terminal: nothing is printed, and nothing is read in vain."""

import pytest
from tests.cli.rooms import WEAK, Terminal

from strongroom.cli import clipboard
from strongroom.cli.clipboard import BOARDS, Board


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bytes, int]]:
    """What a clipboard was given, and for how long; tests/cli/test_clipboard.py has real ones."""
    seen: list[tuple[bytes, int]] = []

    def copy(board: Board, value: bytes, after_s: int) -> int:
        assert board.name == "xclip"
        seen.append((value, after_s))
        return 0

    monkeypatch.setattr(clipboard, "find", lambda _: BOARDS["xclip"])
    monkeypatch.setattr(clipboard, "copy", copy)
    return seen


def test_a_value_goes_there_and_nowhere_else(
    kept: Terminal, given: list[tuple[bytes, int]]
) -> None:
    assert 0 == kept.run("secret", "get", WEAK, "--clipboard")
    assert (b"", [(b"weak-1", clipboard.SECONDS)]) == (kept.out, given)
    assert b"for 30 s" in kept.err
    assert b"weak" not in kept.err
    assert 0 == kept.run("generate", "password", "--clipboard", "--clear-after", "7")
    value, after_s = given[1]
    assert 7 == after_s
    assert value
    assert value not in kept.out + kept.err


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["secret", "get", WEAK, "--clipboard", "--json"], b"clipboard-or-json"),
        (["secret", "get", WEAK, "--clear-after", "5"], b"clipboard-time"),
        (["secret", "get", WEAK, "--clipboard", "--clear-after", "0"], b"clipboard-time"),
        (["generate", "password", "--clipboard", "--count", "2"], b"clipboard-one"),
        (["generate", "password", "--clipboard", "--out", "x"], b"clipboard-one"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_read(
    kept: Terminal, given: list[tuple[bytes, int]], argv: list[str], code: bytes
) -> None:
    before = len(kept.json("audit", "list"))
    assert 2 == kept.run(*argv)
    assert code in kept.err
    assert [] == given
    lines = kept.json("audit", "list", "--limit", "99")[before:]
    assert [] == [line for line in lines if line["verb"] == "read"]
