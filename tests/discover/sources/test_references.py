"""Tests for strongroom.discover.sources.references."""

import pytest

from strongroom.discover.interface import Mention, Scope
from strongroom.discover.sources.references import handed, references
from strongroom.source.values import Value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$A ${B}", [("A", None, None), ("B", None, None)]),
        ("${A:?say so} ${B?}", [("A", True, None), ("B", True, None)]),
        ("${A:-changeme}", [("A", False, Value.PLACEHOLDER)]),
        ("${A:-}", [("A", False, Value.EMPTY)]),
        ("${A:-${B:-changeme}}", [("A", False, Value.REFERENCE), ("B", False, Value.PLACEHOLDER)]),
        ("${A:+x}", [("A", False, None)]),
        ("$$A \\$B $$$C ${ $1 $", [("C", None, None)]),
    ],
)
def test_each_form_says_what_it_says(
    text: str, found: list[tuple[str, bool | None, Value | None]]
) -> None:
    answer = [(r.name, r.required, r.default and r.default.value) for r in references(text)]

    assert answer == found


def _first(name: str, value: str | None) -> Mention:
    one = next(iter(handed(name, value, "f", 1, Scope.RUNTIME)))
    assert isinstance(one, Mention)
    return one


def test_one_name_for_another_is_no_composite() -> None:
    assert _first("A", "${B}").note == "from B"
    assert _first("A", "${B}").composes == ()
    assert _first("A", "x://${B}:$C@${A}").composes == ("B", "C")
    assert _first("A", None).default is None


def test_what_is_no_name_is_nothing() -> None:
    assert list(handed("a b", "x", "f", 1, Scope.RUNTIME)) == []
