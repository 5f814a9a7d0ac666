"""What every kind of anchor promises."""

from pathlib import Path

import pytest
from tests.anchor.places import PLACES, note
from tests.audit.logs import ORIGIN, START_US

from strongroom.anchor import kinds
from strongroom.anchor.interface import Anchor, local
from strongroom.anchor.kinds import Kind
from strongroom.errors import InvalidError, StrongroomError


@pytest.fixture(params=list(Kind))
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
def place(kind: Kind, tmp_path: Path) -> Path:
    return PLACES[kind](tmp_path)


def opened(kind: Kind, place: Path, origin: str = ORIGIN) -> Anchor:
    return kinds.opened(kind, str(place), origin)


def test_what_is_appended_is_read_back_in_order(kind: Kind, place: Path) -> None:
    notes = [note(size) for size in (1, 2, 3)]
    for one in notes:
        opened(kind, place).append(one, START_US)

    assert list(opened(kind, place).notes()) == notes


def test_two_at_once_keep_both_or_say_so(kind: Kind, place: Path) -> None:
    """Each is opened before the other has written."""
    first, second = opened(kind, place), opened(kind, place)
    first.append(note(1), START_US)
    second.append(note(2), START_US)

    assert len(list(first.notes())) == 2


def test_another_log_is_not_mixed_in(kind: Kind, place: Path) -> None:
    opened(kind, place).append(note(1), START_US)
    other = opened(kind, place, "strongroom/other")
    if kind is Kind.FILE:
        with pytest.raises(InvalidError, match="another log"):
            other.append(note(2, "strongroom/other"), START_US)
        with pytest.raises(InvalidError, match="another log"):
            list(other.notes())
    else:  # it has a branch of its own
        other.append(note(2, "strongroom/other"), START_US)
        assert list(other.notes()) == [note(2, "strongroom/other")]

    assert list(opened(kind, place).notes()) == [note(1)]


def test_a_place_that_is_not_there_is_said(kind: Kind, tmp_path: Path) -> None:
    anchor = opened(kind, tmp_path / "none" / "x")
    with pytest.raises(StrongroomError) as raised:
        list(anchor.notes())
    assert raised.value.code == "anchor-unreadable"
    with pytest.raises(StrongroomError) as raised:
        anchor.append(note(1), START_US)
    assert raised.value.code in {"anchor-unreadable", "anchor-unwritable"}


@pytest.mark.parametrize(
    "address",
    [
        "https://ada:password@example.org/x.git", "ssh://example.org/x", "git@example.org:x.git",
        "example.org@host:x", "file:///x", "C:\\x", "a\x00b", "a\nb",
    ],
)  # fmt: skip
def test_only_places_of_this_machine_are_taken(address: str) -> None:
    with pytest.raises(InvalidError) as raised:
        local(address)

    assert raised.value.code == "anchor-remote"
    assert "password" not in raised.value.message + (raised.value.fix or "")


def test_a_log_that_had_another_name_is_read_with_it(kind: Kind, place: Path) -> None:
    """A restored room has an origin of its own, and goes on from what was kept before."""
    opened(kind, place).append(note(1), START_US)
    both = kinds.opened(kind, str(place), ORIGIN, "strongroom/later")
    both.append(note(2, "strongroom/later"), START_US)

    assert list(both.notes()) == [note(1), note(2, "strongroom/later")]
