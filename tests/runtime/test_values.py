"""Tests for strongroom.runtime.values: the order of the places, and an origin that fails."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from strongroom.errors import (
    ConfigError,
    DeniedError,
    SealedError,
    StrongroomError,
    TamperedError,
    UpstreamError,
)
from strongroom.runtime.declaration import Declared
from strongroom.runtime.environment import Environment
from strongroom.runtime.origin.interface import Delivery
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.sealed import Kept, Key
from strongroom.runtime.sources import Sources
from strongroom.runtime.values import Values, gather

HERE = Environment("production")


def look(
    origin: MemoryOrigin | None,
    *names: str,
    dotenv: Mapping[str, str] | None = None,
    last: Mapping[Key, Kept] | None = None,
    **near: str,
) -> Values:
    declared = [Declared(name, required=name != "OPTIONAL") for name in names]
    sources = Sources(near, dotenv=dotenv or {})
    return gather(declared, sources, HERE, origin, lambda: last or {})


def texts(values: Values) -> dict[str, str]:
    return {name: value.text for name, value in values.found.items()}


def test_the_first_place_that_has_one_wins_and_only_what_is_not_nearer_is_asked_for() -> None:
    class Counting(MemoryOrigin):
        asked: tuple[str, ...] = ()

        def fetch(self, names: Iterable[str] | None = None) -> Mapping[str, Delivery]:
            self.asked = tuple(names or ())
            return super().fetch(self.asked)

    origin = Counting(A="origin-a", B="origin-b")
    local = {"B": "local-b", "C": "local-c"}
    found = look(origin, "A", "B", "C", "D", dotenv=local, A="near-a")
    assert texts(found) == {"A": "near-a", "B": "origin-b", "C": "local-c"}
    assert origin.asked == ("B", "C", "D")
    assert found.found["B"].version == 1
    assert (found.problems, found.unknown) == ((), frozenset())
    assert "origin-b" not in repr(found)


@pytest.mark.parametrize(
    "failure",
    [
        UpstreamError("origin-busy", "nobody answers", retryable=True),
        SealedError("room-sealed", "somebody must open it"),
        TamperedError("row-tampered", "a row was changed"),
        ConfigError("room-not-found", "there is none"),
        DeniedError("principal-unknown", "it does not know who asks"),
    ],
)
def test_an_origin_that_fails_is_one_problem_and_nothing_is_called_missing(
    failure: StrongroomError,
) -> None:
    origin = MemoryOrigin(A="text")
    origin.failure = failure
    found = look(origin, "A", "B", "OPTIONAL")
    assert [str(p) for p in found.problems] == [
        f"memory cannot be asked: {failure.message} (P-8.7)"
    ]
    assert found.problems[0].code == failure.code
    assert found.unknown == {"A", "B", "OPTIONAL"}


def test_it_is_a_warning_where_nothing_that_is_required_depends_on_it() -> None:
    """As on a developer's machine, which has a `.env` and perhaps no room."""
    origin = MemoryOrigin()
    origin.failure = UpstreamError("origin-busy", "nobody answers", retryable=True)
    found = look(origin, "A", "OPTIONAL", dotenv={"A": "local-a"})
    assert texts(found) == {"A": "local-a"}
    assert [p.level.value for p in found.problems] == ["warning"]


def test_one_that_is_refused_does_not_hide_the_others() -> None:
    class Denying(MemoryOrigin):
        def fetch(self, names: Iterable[str] | None = None) -> Mapping[str, Delivery]:
            names = list(names or ())
            for name in names:
                if name in {"B", "OPTIONAL"}:
                    raise DeniedError("no-rule", f"{name}: refused: no rule")
            return super().fetch(names)

    found = look(Denying(A="text-a", B="text-b"), "A", "B", "C", "OPTIONAL")
    assert texts(found) == {"A": "text-a"}
    assert [(p.name, p.code, p.level.value) for p in found.problems] == [
        ("B", "no-rule", "error"),
        ("OPTIONAL", "no-rule", "warning"),
    ]
    assert found.unknown == {"B", "OPTIONAL"}


def test_a_file_that_cannot_be_read_is_not_made_up_for_elsewhere(tmp_path: Path) -> None:
    origin = MemoryOrigin(A="text-a")
    found = look(origin, "A", A_FILE=str(tmp_path / "none"))
    assert texts(found) == {}
    assert [p.code for p in found.problems] == ["secret-file-missing"]


def test_while_the_origin_is_away_what_it_said_last_counts() -> None:
    """An outage keeps nobody from his start, and one that took a right away does."""
    last = {
        ("A", False): Kept(1, ((3, "last-a"), (2, "older-a"))),
        ("B", False): Kept(1, ()),
        ("A", True): Kept(1, ((9, "not-this"),)),
    }
    origin = MemoryOrigin()
    origin.failure = UpstreamError("origin-busy", "nobody answers", retryable=True)
    found = look(origin, "A", last=last)
    assert (texts(found), found.found["A"].version) == ({"A": "last-a"}, 3)
    assert [p.level.value for p in found.problems] == ["warning"]
    assert "last-a" not in repr(found)
    assert [p.level.value for p in look(origin, "A", "B", last=last).problems] == ["error"]

    origin.failure = DeniedError("principal-disabled", "no longer")
    assert texts(look(origin, "A", last=last)) == {}
