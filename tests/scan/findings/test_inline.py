"""Tests for strongroom.scan.findings.inline."""

import pytest

from strongroom.scan.findings.inline import OURS, Mark, marks


@pytest.mark.parametrize(
    "mark",
    [
        "strongroom:allow",
        "gitleaks:allow",
        "betterleaks:allow",
        "kingfisher:ignore",
        "trufflehog:ignore",
        "ggignore",
        "pragma: allowlist secret",
        "pragma: whitelist secret",
        "pragma: allowlist-secret",
    ],
)
def test_the_marks_of_everybody(mark: str) -> None:
    assert {1: Mark(mark, explained=True)} == marks(f"k = 'v'  # {mark} a test\n".encode())
    assert {1: Mark(mark)} == marks(f"k = 'v'  # {mark.upper()}\nnext".encode())


@pytest.mark.parametrize("comment", ["#", "//", "/*", "--", "<!--", ";", "rem", '"'])
def test_a_comment_line_speaks_for_the_next(comment: str) -> None:
    text = f"a\n  {comment} strongroom:allow made up\nb\nc\n".encode()

    assert {12, 13} == set(marks(text, first_line=11))


def test_a_mark_behind_code_speaks_for_its_own_line_only() -> None:
    assert {1} == set(marks(b"a = 1 # strongroom:allow why not\nb = 2\n"))


def test_a_mark_for_the_next_line() -> None:
    assert {2} == set(marks(b"a = 1 # pragma: allowlist nextline secret\nb = 2\n"))


def test_ours_without_a_reason_is_poor_and_theirs_is_not() -> None:
    found = marks(b"a # strongroom:allow\nb # gitleaks:allow\nc # strongroom:allow: revoked\n")

    assert [True, False, False] == [found[line].poor for line in (1, 2, 3)]
    assert OURS == found[1].name


@pytest.mark.parametrize("text", [b"", b"allow", b"strongroom:allowed x", b"pragma: secret"])
def test_what_is_no_mark(text: bytes) -> None:
    assert {} == marks(text)
