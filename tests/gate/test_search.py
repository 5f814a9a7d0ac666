"""Tests for strongroom.gate.search: it finds what fits, and only what the caller may see."""

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import YEAR_US, World, value_of

from strongroom.crypto.keyring import new_id
from strongroom.errors import TamperedError
from strongroom.gate import search as module
from strongroom.gate.changes.describe import DeleteSecret, DescribeSecret
from strongroom.gate.changes.freeze import FreezeSecret
from strongroom.gate.changes.people import AddGrant
from strongroom.gate.changes.secret import CreateSecret
from strongroom.gate.operation import Caller, Done, Refused
from strongroom.gate.rows import Seal
from strongroom.gate.search import Query, search
from strongroom.gate.views import ListEntries
from strongroom.model.address import Address
from strongroom.model.label import Label
from strongroom.model.principal import Conditions, Effect, Grant, Verb

PAY = Address.parse("production/pay/KEY")
WEB = Address.parse("production/web/KEY")
OLD = Address.parse("production/web/OLD")


@pytest.fixture(autouse=True)
def _secrets(world: World) -> None:
    label = Label(("pci", "team:a"), "Bob", "Acme")
    for change in (
        CreateSecret(PAY, "api-key", "Ann", value_of("v"), description="Für Zahlungen", label=label),
        CreateSecret(WEB, "jwt-key", "Eve", value_of("v", world.time.us + 9), label=Label(("pci",))),
        CreateSecret(OLD, "jwt-key", "Eve"),
        CreateSecret(Address.parse("development/web/KEY"), "jwt-key", "Eve"),
    ):  # fmt: skip
        world.gate.change(world.owner, change)


def paths(world: World, query: Query, caller: Caller | None = None, reason: str = "") -> list[str]:
    seal = Seal(world.room.keys.row_mac)
    found = search(world.gate, seal, caller or world.owner, "production", query, reason)
    assert isinstance(found, list)
    return [hit.address.path for hit in found]


def grant(world: World, effect: Effect, pattern: str, **conditions: object) -> None:
    given = Grant(
        new_id(), effect, frozenset({Verb.METADATA}), "production", pattern,
        principal=world.stranger.principal,
        conditions=Conditions(**conditions),  # type: ignore[arg-type]
    )  # fmt: skip
    assert isinstance(world.gate.change(world.owner, AddGrant(given)), Done)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query(), [PAY, WEB, OLD]),
        (Query(words=("/KEY", "production/web")), [WEB]),
        (Query(folder="web"), [WEB, OLD]),
        (Query(folder="we"), []),
        (Query(folder="web", words=("OLD",)), [OLD]),
        (Query(words=("zahlung",)), [PAY]),
        (Query(words=("FÜR",)), [PAY]),
        (Query(words=("bob",)), [PAY]),
        (Query(words=("acme", "eve")), []),
        (Query(words=("team:a",)), [PAY]),
        (Query(tags=frozenset({"pci"})), [PAY, WEB]),
        (Query(tags=frozenset({"pci", "team:a"})), [PAY]),
        (Query(tags=frozenset({"pc"})), []),
        (Query(type="jwt-key"), [WEB, OLD]),
        (Query(owner="eve"), [WEB, OLD]),
        (Query(owner="ev"), []),
        (Query(client="ACME"), [PAY]),
        (Query(frozen=True), []),
        (Query(until_us=1), []),
        (Query(words=("%",)), []),
    ],
)  # fmt: skip
def test_what_fits_is_found(world: World, query: Query, found: list[Address]) -> None:
    assert [address.path for address in found] == paths(world, query)


def test_what_ends_soon_is_found_and_what_never_had_a_value_is_not(world: World) -> None:
    assert [WEB.path] == paths(world, Query(until_us=world.time.us + 10))
    assert [PAY.path, WEB.path] == paths(world, Query(until_us=world.time.us + 2 * YEAR_US))


def test_frozen_ones_are_found_and_deleted_ones_on_demand(world: World) -> None:
    world.gate.change(world.owner, FreezeSecret(WEB, "a leak"))
    world.gate.change(world.owner, DeleteSecret(OLD))

    assert [WEB.path] == paths(world, Query(frozen=True))
    assert [PAY.path, WEB.path] == paths(world, Query())
    assert [PAY.path, WEB.path, OLD.path] == paths(world, Query(deleted=True))


def test_nobody_finds_what_he_may_not_see(world: World) -> None:
    seal = Seal(world.room.keys.row_mac)
    assert isinstance(search(world.gate, seal, world.stranger, "production", Query()), Refused)
    assert isinstance(search(world.gate, seal, world.developer, "production", Query()), Refused)
    grant(world, Effect.ALLOW, "web/*")
    assert [WEB.path, OLD.path] == paths(world, Query(), world.stranger)
    assert [] == paths(world, Query(words=("pay",)), world.stranger)
    grant(world, Effect.DENY, OLD.path)

    assert [WEB.path] == paths(world, Query(), world.stranger)


def test_a_right_to_the_name_that_nobody_has_is_no_right_to_the_rest(world: World) -> None:
    """The look is decided about the path `-`; a grant for just that path reaches just that."""
    grant(world, Effect.ALLOW, "-")
    world.create("production/-")

    assert ["-"] == paths(world, Query(), world.stranger)


def test_a_right_that_is_used_up_or_bound_to_a_reason_is_held_to_it(world: World) -> None:
    grant(world, Effect.ALLOW, "web/*", uses_left=5)
    grant(world, Effect.ALLOW, PAY.path, reason_required=True)

    assert [] == paths(world, Query(), world.stranger)
    assert [PAY.path] == paths(world, Query(), world.stranger, "an audit")


def test_many_pages_are_one_search(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 2)

    assert [PAY.path, WEB.path, OLD.path] == paths(world, Query())


def test_it_is_recorded_once_and_what_for_is_not(world: World) -> None:
    paths(world, Query(words=("fake-pasted-value",)))
    world.gate.sequence()
    done = world.gate.look(world.owner, ListEntries(0, 99))
    assert isinstance(done, Done)
    kinds = [logged.entry.object_kind for logged in done.result]  # type: ignore[attr-defined]

    assert 1 == kinds.count("opensearch")
    assert "pasted" not in repr(done.result)


def test_a_row_that_a_hand_wrote_does_not_hide_either(world: World) -> None:
    by_hand(world, "UPDATE secret SET owner = 'Eve'", drop=True)
    with pytest.raises(TamperedError):
        paths(world, Query(owner="Ada"))


@pytest.mark.parametrize("table", ["secret", "label"])
def test_a_row_that_a_hand_wrote_is_not_shown(world: World, table: str) -> None:
    world.gate.change(world.owner, DescribeSecret(WEB, client="x"))
    column = "owner" if table == "secret" else "client"
    by_hand(world, f"UPDATE {table} SET {column} = 'mallory'", drop=True)
    with pytest.raises(TamperedError):
        paths(world, Query(words=("mallory",)))
