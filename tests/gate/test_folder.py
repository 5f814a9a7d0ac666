"""Tests for strongroom.gate.folder."""

import pytest
from tests.gate.rooms import World, value_of

from strongroom.crypto.keyring import new_id
from strongroom.errors import LimitError
from strongroom.gate import folder
from strongroom.gate.changes.acknowledge import Acknowledge
from strongroom.gate.changes.describe import DeleteSecret, SetSchedule
from strongroom.gate.changes.freeze import FreezeEnvironment, ThawEnvironment
from strongroom.gate.changes.move import MoveSecret
from strongroom.gate.changes.people import AddGrant
from strongroom.gate.changes.secret import AddVersion, CreateSecret
from strongroom.gate.changes.version import Compromise, DeleteVersion, Retire
from strongroom.gate.desk import Desk
from strongroom.gate.operation import Done
from strongroom.gate.writer import Change
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


def test_news_are_what_may_touch_the_folder_and_who_may_read_it(filled: World) -> None:
    """So that a change somewhere else makes no program read all that it has again."""
    other = Address.parse("production/shared/key")
    filled.create(str(other), "fake-shared")
    ground = folder.Ground(filled.owner, "production", "app", frozenset({other}))
    seen = [filled.gate.consult(lambda desk: folder.news(desk, ground, 0))[0]]

    def is_news(*changes: Change) -> bool:
        for change in changes:
            assert isinstance(filled.gate.change(filled.owner, change), Done)
        head, touched = filled.gate.consult(lambda desk: folder.news(desk, ground, seen[-1]))
        seen.append(head)
        return touched

    elsewhere = Address.parse("production/app0/d")
    mine, theirs = (
        Grant(
            new_id(),
            Effect.DENY,
            frozenset({Verb.READ}),
            "production",
            "app/none",
            principal=who.principal,
        )
        for who in (filled.owner, filled.developer)
    )
    assert not is_news()
    assert not is_news(AddVersion(elsewhere, value_of("fake-else")))
    assert not is_news(Acknowledge(A, "api", "node-1", 1), FreezeEnvironment("development", "why"))
    assert not is_news(AddGrant(theirs))
    assert is_news(AddVersion(A, value_of("fake-2")))
    assert is_news(Compromise(A, 1))
    assert is_news(AddVersion(other, value_of("fake-shared-2")))
    assert is_news(AddGrant(mine))
    assert is_news(FreezeEnvironment("production", "why"))
    assert is_news(ThawEnvironment("production"))
    assert is_news(MoveSecret(A, Address.parse("production/gone/a")))
    assert is_news(MoveSecret(elsewhere, Address.parse("production/app/d")))
    assert is_news(CreateSecret(Address.parse("production/app/new"), "api-key", "ann"))
    assert is_news(SetSchedule(Address.parse("production/app/new"), 9, 77, 9, automatic=True))


def test_very_many_changes_are_news_without_a_look(
    filled: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "CHANGES_MAX", 1)
    ground = folder.Ground(filled.owner, "production", "app", frozenset())
    head, touched = filled.gate.consult(lambda desk: folder.news(desk, ground, 1))
    assert touched
    assert head == filled.gate.status().change_seq
