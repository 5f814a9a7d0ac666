"""Tests for strongroom.gate.views."""

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import START_US, World, value_of

from strongroom.audit.entry import Outcome
from strongroom.crypto.keyring import new_id
from strongroom.db.tables import log
from strongroom.errors import TamperedError
from strongroom.gate import stored_tree, views
from strongroom.gate.changes.describe import SetSchedule
from strongroom.gate.changes.house import SetSlot
from strongroom.gate.changes.people import AddGrant
from strongroom.gate.changes.token import AddToken
from strongroom.gate.look import View
from strongroom.gate.operation import Done, Refused
from strongroom.gate.views import ListEntries, ListFolder, Shown, ShowSecret
from strongroom.model.principal import Effect, Grant, Verb


def seen(world: World, view: View) -> object:
    answer = world.gate.look(world.owner, view)
    assert isinstance(answer, Done)
    return answer.result


def test_a_folder_shows_names_and_folders(world: World) -> None:
    for address in ("production/a", "production/api/b", "production/api/x/c", "development/d"):
        world.create(address)

    assert seen(world, ListFolder("production")) == ["a", "api/"]
    assert seen(world, ListFolder("production", "api")) == ["b", "x/"]
    assert seen(world, ListFolder("production", limit=1)) == ["a"]


def test_a_secret_shows_its_versions_without_their_ciphertext(world: World) -> None:
    from strongroom.gate.changes.secret import AddVersion

    address = world.create("production/a")
    world.gate.change(world.owner, AddVersion(address, value_of("fake-2")))
    world.gate.change(world.owner, SetSchedule(address, 90, START_US + 90, 1, automatic=True))
    shown = seen(world, ShowSecret(address))

    assert isinstance(shown, Shown)
    assert shown.current == 2
    assert [(v.n, v.state, v.sealed, v.wrapped) for v in shown.versions] == [
        (2, "current", b"", b""), (1, "previous", b"", b""),
    ]  # fmt: skip
    assert shown.schedule is not None
    assert shown.schedule.every_us == 90


def test_people_grants_tokens_slots_and_environments(world: World) -> None:
    grant = Grant(new_id(), Effect.ALLOW, frozenset({Verb.READ}), "*", "*", role="Developer")
    world.gate.change(world.owner, AddGrant(grant, "for the tests"))
    world.gate.change(
        world.owner, AddToken(world.owner.principal, bytes(32), "laptop", START_US + 9)
    )
    world.gate.change(world.owner, SetSlot(new_id(), "keyfile", "room", b"opaque"))
    tokens = views.ListTokens(world.owner.principal)

    def names(view: View, column: str) -> list[str]:
        rows = seen(world, view)
        assert isinstance(rows, list)
        return [getattr(row, column) for row in rows]

    assert names(views.ListPrincipals(), "name") == ["ann", "dev", "sam"]
    assert names(views.ListGrants(), "why") == ["for the tests"]
    assert names(tokens, "name") == ["laptop"]
    assert names(views.ListSlots(), "kind") == ["keyfile"]
    assert names(views.ListEnvironments(), "id") == ["development", "production"]
    assert isinstance(world.gate.look(world.developer, tokens), Refused)


def test_the_log_is_shown_from_any_place(world: World) -> None:
    for n in range(5):
        world.create(f"production/k{n}")
    world.gate.sequence()
    rows = seen(world, ListEntries(2, 2))

    assert isinstance(rows, list)
    assert [(row.place, row.entry.outcome) for row in rows] == [(2, Outcome.GRANTED)] * 0 + [
        (2, Outcome.GRANTED), (3, Outcome.GRANTED),
    ]  # fmt: skip
    assert rows[0].detail["path"] == "k1"
    assert isinstance(world.gate.look(world.developer, ListEntries()), Refused)


def test_an_erased_detail_is_shown_as_none(world: World) -> None:
    world.create("production/a")
    world.gate.sequence()
    by_hand(world, "DELETE FROM detail")
    rows = seen(world, ListEntries())

    assert isinstance(rows, list)
    assert {row.detail for row in rows} == {None}


def test_rows_of_the_log_cross_runs_and_stop_at_the_end(world: World) -> None:
    other = world.again()
    address = world.create("production/a")
    world.gate.sequence()
    for gate in (other, world.gate, other):
        gate.read(world.owner, [address])
        world.gate.sequence()
    db = world.room.connect()
    whole = stored_tree.log_rows(db, 0, 100)

    assert len(whole) == log.size(db) == 5
    assert [stored_tree.log_rows(db, n, 2) for n in range(5)] == [
        whole[n : n + 2] for n in range(5)
    ]
    assert stored_tree.log_rows(db, 5, 2) == []


def test_a_forged_row_is_not_shown(world: World) -> None:
    address = world.create("production/a")
    by_hand(world, "UPDATE version SET expires_us = expires_us + 1, change_seq = {next}")
    with pytest.raises(TamperedError):
        world.gate.look(world.owner, ShowSecret(address))
