import re
import warnings

import pytest

from strongroom.scan.ruleset.go_regex import Unsupported, groups_of, over_lines, translate


def matches(go: str, text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return re.fullmatch(translate(go).encode(), text.encode()) is not None


@pytest.mark.parametrize(
    ("go", "text"),
    [
        ("a(?i)b|c", "aB"),
        ("a(?i)b|c", "C"),
        ("(?:x(?i)y)z", "xYz"),
        ("(?i)a(?-i)b", "Ab"),
        ("(?i:a)b", "Ab"),
        (r"a\z", "a"),
        (r"[[:alnum:]_]+", "aZ9_"),
        (r"[^[:space:]]+", "ab"),
        (r"\pL+\p{Nd}", "abé1"),
        (r"\PN", "a"),
        (r"[\pL-]+", "a-ü"),
        (r"\Qa.b\Ec", "a.bc"),
        (r"\x{e9}+", "éé"),
        (r"é{2}", "éé"),
        (r"[\x{41}-C]", "B"),
        ("(?P<a>x)(?<b>y)", "xy"),
        ("[[a&&~|]+", "[a&~|"),
        ("[]a]", "]"),
        ("[^]a]", "b"),
        (r"\101", "A"),
        ("(?s).", "\n"),
        (r"(?:.|[\n\r])+", "a\r\nb"),
        (r"[\w.-]{1,3}?x", "a-x"),
        ("", ""),
    ],
)
def test_what_go_matches_is_matched(go: str, text: str) -> None:
    assert matches(go, text)


@pytest.mark.parametrize(
    ("go", "text"),
    [
        ("a(?i)b|c", "AB"),
        ("(?:x(?i)y)z", "xyZ"),
        ("(?i)a(?-i)b", "AB"),
        (r"a\z", "a\n"),
        ("[[:digit:]]", "a"),
        (r"\QA\E", "a"),
    ],
)
def test_nothing_else_is(go: str, text: str) -> None:
    assert not matches(go, text)


def test_the_group_of_the_secret_is_named() -> None:
    pattern = translate(r"(?P<id>\w+)(?i):(?:x)(\w+)", 2)

    assert list(groups_of(pattern)) == ["id", "secret"]
    assert list(groups_of(translate("(?P<id>x)(y)", 1))) == ["secret", ""]


@pytest.mark.parametrize(
    ("go", "what"),
    [
        ("(?U)a+", "flag U"),
        ("(?=a)", "unknown kind"),
        (r"(a)\1", "back reference"),
        ("[é]", "no ASCII"),
        (r"[\x{e9}]", "no ASCII"),
        (r"\p{Greek}", "property Greek"),
        (r"[\PL]", "negated property"),
        ("[[:thing:]]", "class"),
        ("(a", "not closed"),
        ("a)", "not open"),
        ("[a", "not closed"),
    ],
)
def test_what_cannot_be_said_is_named(go: str, what: str) -> None:
    with pytest.raises(Unsupported, match=what):
        translate(go)


def test_a_group_that_is_not_there_is_named() -> None:
    with pytest.raises(Unsupported, match="no group 2"):
        translate("(a)", 2)


@pytest.mark.parametrize(
    ("go", "many"),
    [
        (r"BEGIN[\s\S-]{64,}?END", True),
        ("(?is)a.b", True),
        (r"(?:.|[\r\n])", True),
        (r"a\nb", True),
        (r"[^\n]+", False),
        (r"\\n", False),
        (r"a\s*=", False),
    ],
)
def test_whether_it_goes_over_lines(go: str, many: bool) -> None:
    assert over_lines(go) is many
