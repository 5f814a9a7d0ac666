"""Tests for strongroom.gate.changes.anchor."""

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import World

from strongroom.db.tables import archive
from strongroom.errors import ConflictError, InvalidError, NotFoundError, TamperedError
from strongroom.gate.changes.anchor import AddAnchor, ListAnchors, RemoveAnchor
from strongroom.gate.operation import Done, Refused


def places(world: World) -> list[str]:
    answer = world.gate.look(world.owner, ListAnchors())
    assert isinstance(answer, Done)
    assert isinstance(answer.result, list)
    return [row.place for row in answer.result]


def test_an_anchor_is_added_removed_and_added_again(world: World) -> None:
    for change in (AddAnchor("file", "/a"), AddAnchor("git", "/a"), AddAnchor("file", "/b")):
        world.gate.change(world.owner, change)
    with pytest.raises(ConflictError):
        world.gate.change(world.owner, AddAnchor("file", "/a"))
    world.gate.change(world.owner, RemoveAnchor("file", "/a"))
    assert places(world) == ["/a", "/b"] or sorted(places(world)) == ["/a", "/b"]
    with pytest.raises(NotFoundError):
        world.gate.change(world.owner, RemoveAnchor("file", "/a"))
    world.gate.change(world.owner, AddAnchor("file", "/a"))

    assert sorted(places(world)) == ["/a", "/a", "/b"]


def test_a_removed_one_leaves_its_row(world: World) -> None:
    world.gate.change(world.owner, AddAnchor("file", "/a"))
    world.gate.change(world.owner, RemoveAnchor("file", "/a"))
    db = world.room.connect()

    assert [row.state for row in archive.ANCHOR.where(db)] == [archive.REMOVED]
    db.close()


def test_who_may_not_administer_changes_none_and_who_may_not_audit_sees_none(world: World) -> None:
    for change in (AddAnchor("file", "/a"), RemoveAnchor("file", "/a")):
        assert isinstance(world.gate.change(world.developer, change), Refused)
    assert isinstance(world.gate.look(world.stranger, ListAnchors()), Refused)


def test_a_row_by_hand_is_refused(world: World) -> None:
    """Pointing an anchor elsewhere would let a rollback pass unnoticed."""
    world.gate.change(world.owner, AddAnchor("file", "/a"))
    by_hand(world, "UPDATE anchor SET place = '/b'", drop=True)
    with pytest.raises(TamperedError):
        world.gate.look(world.owner, ListAnchors())


def test_a_place_is_a_line_of_text(world: World) -> None:
    with pytest.raises(InvalidError):
        world.gate.change(world.owner, AddAnchor("file", "/a\nb"))
