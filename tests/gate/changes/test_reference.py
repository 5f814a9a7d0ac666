"""Tests for strongroom.gate.changes.reference: a version to which anything refers does not end."""

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import World, value_of

from strongroom.db.tables.references import REFERENCE, ReferenceRow
from strongroom.errors import StrongroomError, TamperedError
from strongroom.gate.changes import reference
from strongroom.gate.changes.reference import SetReferences
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.changes.version import Compromise, Destroy, Retire
from strongroom.gate.operation import Done, Refused
from strongroom.gate.writer import Change
from strongroom.model.address import Address

A = Address.parse("production/app/a")


@pytest.fixture
def kept(world: World) -> World:
    """A secret with two versions."""
    world.create(str(A))
    world.gate.change(world.owner, AddVersion(A, value_of("fake-2")))
    return world


def rows(world: World) -> list[ReferenceRow]:
    return world.gate.consult(lambda desk: REFERENCE.where(desk.db, "ORDER BY holder, n"))


def said(world: World) -> dict[tuple[str, int], int]:
    return {(row.holder, row.n): row.items for row in rows(world) if row.items}


def report(world: World, holder: str, **items: int) -> None:
    counts = {int(name[1:]): count for name, count in items.items()}
    assert isinstance(world.gate.change(world.owner, SetReferences(A, holder, counts)), Done)


def code(world: World, change: Change) -> str:
    with pytest.raises(StrongroomError) as caught:
        world.gate.change(world.owner, change)
    return caught.value.code


def test_a_report_is_whole(kept: World) -> None:
    report(kept, "a", v1=5, v2=1)
    report(kept, "b", v1=7)
    assert said(kept) == {("a", 1): 5, ("a", 2): 1, ("b", 1): 7}
    report(kept, "a", v2=6)
    assert said(kept) == {("a", 2): 6, ("b", 1): 7}
    report(kept, "a")
    report(kept, "b", v1=0)
    assert said(kept) == {}


def test_rows_of_none_are_used_again_and_what_is_said_again_writes_nothing(kept: World) -> None:
    report(kept, "a", v1=5)
    before = rows(kept)
    report(kept, "a", v1=5)
    assert rows(kept) == before
    report(kept, "a")
    report(kept, "b", v2=3)
    assert [(row.id, row.holder, row.n) for row in rows(kept)] == [(before[0].id, "b", 2)]


@pytest.mark.parametrize("end", [Retire, Destroy])
def test_what_is_referred_to_does_not_end(kept: World, end: type[Retire] | type[Destroy]) -> None:
    report(kept, "a", v1=5)
    kept.gate.change(kept.owner, Compromise(A, 1))
    with pytest.raises(StrongroomError, match="5 items in a were made") as caught:
        kept.gate.change(kept.owner, end(A, 1))
    assert caught.value.code == "version-referenced"
    report(kept, "a", v2=5)
    assert isinstance(kept.gate.change(kept.owner, end(A, 1)), Done)


def test_the_current_version_is_held_too(kept: World) -> None:
    report(kept, "a", v2=1)
    assert code(kept, Destroy(A, 2)) == "version-referenced"


def test_what_cannot_be_is_refused(kept: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for holder in ("", " ", "a b", "-a", "x" * 129, "ü"):
        assert code(kept, SetReferences(A, holder, {1: 1})) == "holder-invalid"
    for items in (-1, reference.ITEMS_MAX + 1):
        assert code(kept, SetReferences(A, "a", {1: items})) == "references-invalid"
    assert code(kept, SetReferences(A, "a", {9: 1})) == "version-unknown"
    kept.gate.change(kept.owner, Destroy(A, 1))
    assert code(kept, SetReferences(A, "a", {1: 1})) == "version-state"
    monkeypatch.setattr(reference, "ROWS_MAX", 1)
    report(kept, "a", v2=1)
    assert code(kept, SetReferences(A, "b", {2: 1})) == "references-full"
    assert said(kept) == {("a", 2): 1}


def test_who_may_only_read_takes_no_protection_away(kept: World) -> None:
    report(kept, "a", v1=5)
    answer = kept.gate.change(kept.developer, SetReferences(A, "a", {}))
    assert isinstance(answer, Refused)
    assert said(kept) == {("a", 1): 5}


def test_a_count_that_was_changed_by_hand_is_found(kept: World) -> None:
    report(kept, "a", v1=5)
    by_hand(kept, "UPDATE reference SET items = 0, change_seq = {next}")
    with pytest.raises(TamperedError):
        kept.again().change(kept.owner, Destroy(A, 1))
