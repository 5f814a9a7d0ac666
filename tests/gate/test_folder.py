"""Tests for strongroom.gate.folder."""

import pytest
from tests.gate.rooms import World, value_of

from strongroom.crypto.keyring import new_id
from strongroom.errors import LimitError
from strongroom.gate import folder
from strongroom.gate.changes.describe import DeleteSecret, SetSchedule
from strongroom.gate.changes.people import AddGrant
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.changes.version import Compromise, DeleteVersion, Retire
from strongroom.gate.desk import Desk
from strongroom.model.address import Address
from strongroom.model.principal import Effect, Grant, Verb

A = Address.parse("production/app/a")


@pytest.fixture
def filled(world: World) -> World:
    for path in ("app/a", "app/deep/b", "app.old/c", "app0/d", "apple"):
        world.create(f"production/{path}", f"fake-{path}")
    world.create("development/app/a", "fake-dev")
    return world


def below(world: World, place: str) -> list[str]:
    return world.gate.consult(lambda desk: folder.paths(desk, "production", place))


def test_it_finds_what_is_below_a_folder_and_nothing_beside_it(filled: World) -> None:
    assert below(filled, "app") == ["app/a", "app/deep/b"]
    assert below(filled, "app/deep") == ["app/deep/b"]
    assert len(below(filled, "")) == 5
    filled.gate.change(filled.owner, DeleteSecret(A))
    assert below(filled, "app") == ["app/deep/b"]


def test_a_folder_has_a_bound(filled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "PATHS_MAX", 1)
    with pytest.raises(LimitError):
        below(filled, "app")


def test_reach_is_decided_address_by_address_as_a_read_would_be(filled: World) -> None:
    for verbs, path in (({Verb.READ}, "app/a"), ({Verb.READ, Verb.METADATA}, "app/deep/*")):
        deny = Grant(
            new_id(), Effect.DENY, frozenset(verbs), "production", path,
            principal=filled.owner.principal,
        )  # fmt: skip
        filled.gate.change(filled.owner, AddGrant(deny))
    found = filled.gate.consult(
        lambda desk: folder.reach(
            desk, filled.owner, "production", folder.paths(desk, "production", "")
        )
    )
    assert found.readable == {"app.old/c", "app0/d", "apple"}
    assert found.refused == {"app/a": "denied-by-grant", "app/deep/b": "denied-by-grant"}
    assert found.hidden == {"app/deep/b"}


def test_in_grace_are_sound_previous_versions_after_the_current_one(filled: World) -> None:
    def numbers() -> list[int]:
        return filled.gate.consult(lambda desk: folder.in_grace(desk, A))

    for n in range(2, 7):
        filled.gate.change(filled.owner, AddVersion(A, value_of(f"fake-v{n}")))
    filled.gate.change(filled.owner, AddVersion(A, value_of("fake-pending"), pending=True))
    assert numbers() == [6, 5, 4, 3, 2, 1]
    for change in (Compromise(A, 5), DeleteVersion(A, 4), Retire(A, 3)):
        filled.gate.change(filled.owner, change)
    assert numbers() == [6, 2, 1]
    absent = Address.parse("production/app/none")
    assert filled.gate.consult(lambda desk: folder.in_grace(desk, absent)) == []


def test_the_plan_is_the_schedule_s(filled: World) -> None:
    def plan(desk: Desk) -> int | None:
        found = folder.current(desk, A)
        assert found is not None
        return folder.planned_us(desk, found[0])

    assert filled.gate.consult(plan) is None
    filled.gate.change(filled.owner, SetSchedule(A, 9, 77, 9, automatic=True))
    assert filled.gate.consult(plan) == 77
