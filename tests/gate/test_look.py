"""Tests for strongroom.gate.look."""

import pytest
from tests.gate.rooms import START_US, World

from strongroom.gate.desk import Desk
from strongroom.gate.look import PendingView, View
from strongroom.gate.views import ListFolder
from strongroom.model.principal import Verb


def desk(world: World) -> Desk:
    found = Desk(world.room.connect(), world.room)
    found.snapshot.refresh(found.db)
    found.now_us = START_US
    return found


def test_a_folder_goes_by_its_own_name(world: World) -> None:
    op = PendingView(world.owner, ListFolder("production", "api"), "")
    op.prepare(desk(world))

    assert op.detail()["path"] == "api/"
    root = PendingView(world.owner, ListFolder("production"), "")
    assert root.detail()["path"] == ""


def test_a_view_says_what_it_needs(world: World) -> None:
    with pytest.raises(NotImplementedError):
        View().look(desk(world))
    assert (View().environment, View().path, View().verb) == (None, None, Verb.METADATA)


def test_what_was_seen_is_let_go_of(world: World) -> None:
    world.create("production/a")
    op = PendingView(world.owner, ListFolder("production"), "")
    op.prepare(desk(world))
    assert op._seen == ["a"]
    op.drop()

    assert op._seen is None


def test_a_look_holds_only_at_the_head_where_it_was_taken(world: World) -> None:
    at = desk(world)
    op = PendingView(world.owner, ListFolder("production"), "")
    op.prepare(at)

    assert op.stands(at, at.snapshot.head)
    assert not op.stands(at, at.snapshot.head - 1)
