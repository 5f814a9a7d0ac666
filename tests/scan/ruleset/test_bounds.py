import pytest

from strongroom.scan.ruleset.bounds import CHARS_MAX, trouble


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(?:a*)*b",
        "(?:[a-z]+[0-9]*)+!",
        "(?:(?:ab)+|x+)+(?:y|[xy])*!(?:z|z+)+",
        r"(?:\w+\s*)+$",
        r"(?:.*a){12}",
        "(?:(?:b?|c)a|a)+!",
        "(?i)(?:[a-z]+A)+!",
    ],
)
def test_what_takes_for_ever_is_refused(pattern: str) -> None:
    assert "take for ever" in (trouble(pattern) or "")


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:[a-z]+\.)+com",
        r"(?:[\w.-]+,)*end",
        r"(?:a|b)+",
        r"(?:[A-Za-z0-9]|-[a-z])+",
        r"\b(ghp_[A-Za-z0-9]{36})\b",
        r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}",
    ],
)
def test_what_is_linear_is_not(pattern: str) -> None:
    assert trouble(pattern) is None


def test_the_empty_text_is_no_match() -> None:
    assert "empty" in (trouble("a*") or "")
    assert trouble("^(?!a)", empty=True) is None


def test_a_pattern_has_an_end() -> None:
    assert str(CHARS_MAX) in (trouble("a" * (CHARS_MAX + 1)) or "")
