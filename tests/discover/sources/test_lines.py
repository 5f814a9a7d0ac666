"""Tests for strongroom.discover.sources.lines."""

from collections.abc import Iterator

from strongroom.discover.interface import Mention, Scope, Trouble
from strongroom.discover.sources.lines import (
    LINE_CHARS_MAX,
    Row,
    bare,
    by_lines,
    environment,
    scope,
)


def _nothing(_: str, __: list[Row]) -> Iterator[Mention | Trouble]:
    return iter(())


def test_a_line_that_is_too_long_is_left_out_and_said() -> None:
    seen: list[Row] = []

    def read(_: str, rows: list[Row]) -> Iterator[Mention | Trouble]:
        seen.extend(rows)
        return iter(())

    answer = by_lines("f", "\ufeffa\r\n" + "x" * (LINE_CHARS_MAX + 1) + "\nb", read)

    assert seen == [(1, "a"), (3, "b")]
    assert [(t.line, t.code) for t in answer if isinstance(t, Trouble)] == [(2, "line-too-long")]


def test_lines_beyond_the_limit_are_said() -> None:
    (trouble,) = by_lines("f", "a\n" * 100_002, _nothing)

    assert isinstance(trouble, Trouble)
    assert trouble.code == "too-many-lines"


def test_a_path_says_for_whom_it_is() -> None:
    assert scope("tests/compose.yml") is Scope.TEST
    assert scope("docker-compose.dev.yml") is Scope.DEV
    assert scope("deploy/latest.yml") is Scope.RUNTIME
    assert environment("deploy/staging/app.yml") == "staging"
    assert environment("deploy/app.yml") == ""


def test_a_value_without_quotes_and_comment() -> None:
    assert [bare(x) for x in ("'a # b' # c", '"x"y', "a#b #c", "# all", "'open")] == [
        "a # b", "x", "a#b", "", "open",
    ]  # fmt: skip
