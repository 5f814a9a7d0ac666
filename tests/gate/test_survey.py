"""Tests for strongroom.gate.survey."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gate.hand import by_hand
from tests.gate.rooms import World, value_of

from strongroom.access.facts import EnvironmentFacts, Rules
from strongroom.audit.entry import decode
from strongroom.crypto.keyring import new_id
from strongroom.db.tables.secrets import SecretRow
from strongroom.errors import TamperedError
from strongroom.gate import stored_tree
from strongroom.gate.changes.describe import SetSchedule
from strongroom.gate.changes.people import AddGrant, AddPrincipal, DisablePrincipal
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.operation import Caller, Refused
from strongroom.gate.rows import Seal
from strongroom.gate.survey import Eyes, Sight, Survey, look_over
from strongroom.model.principal import Conditions, Effect, Grant, Kind, Principal, Verb


def over(world: World, caller: Caller, place: str = "production") -> Survey:
    found = look_over(world.gate, Seal(world.room.keys.row_mac), caller, place)
    assert isinstance(found, Survey), found
    return found


def refused(world: World, caller: Caller, place: str = "production") -> str:
    found = look_over(world.gate, Seal(world.room.keys.row_mac), caller, place)
    assert isinstance(found, Refused)
    return found.code


def paths(found: Survey) -> list[str]:
    return [seen.secret.path for seen in found.seen]


def grant(world: World, to: Caller, pattern: str, effect: Effect = Effect.ALLOW) -> None:
    made = Grant(
        new_id(), effect, frozenset({Verb.METADATA}), "production", pattern, principal=to.principal
    )
    world.gate.change(world.owner, AddGrant(made, "for the tests"))


def test_everything_but_values_is_seen(world: World) -> None:
    address = world.create("production/b")
    world.create("production/a")
    world.create("development/c")
    world.gate.change(world.owner, AddVersion(address, value_of("fake-2")))
    world.gate.change(world.owner, SetSchedule(address, 9, 8, 7, automatic=True))
    found = over(world, world.owner)

    assert ["a", "b"] == paths(found)
    b = found.seen[1]
    assert (2, [("previous", 1), ("current", 2)]) == (
        b.current,
        [(v.state, v.n) for v in b.versions],
    )
    assert b.version is not None
    assert b.schedule is not None
    assert (2, 8) == (b.version.n, b.schedule.next_us)
    assert b"fake-2" not in repr(found).encode()
    assert (True, 0) == (found.whole, found.hidden)


def test_only_what_a_rule_lets_be_seen_is_seen(world: World) -> None:
    for path in ("api/a", "api/b", "other/c"):
        world.create(f"production/{path}")
    assert "no-rule" == refused(world, world.stranger)
    grant(world, world.stranger, "api/*")
    found = over(world, world.stranger)

    assert ["api/a", "api/b"] == paths(found)
    assert (False, None) == (found.whole, found.hidden)


def test_a_denial_hides_and_the_count_is_for_auditors(world: World) -> None:
    world.create("production/a")
    world.create("production/b")
    grant(world, world.owner, "a", Effect.DENY)
    found = over(world, world.owner)

    assert (["b"], False, 1) == (paths(found), found.whole, found.hidden)


def test_that_something_is_denied_is_said_whether_it_is_there_or_not(world: World) -> None:
    """No oracle: what is said rests on the caller's own rules."""
    grant(world, world.developer, "*")
    grant(world, world.developer, "a", Effect.DENY)
    before = over(world, world.developer)
    world.create("production/a")
    after = over(world, world.developer)

    assert before._replace(change_seq=0) == after._replace(change_seq=0)
    assert not after.whole


def test_what_is_counted_is_not_spent_on_a_list(world: World) -> None:
    from strongroom.model.principal import Conditions

    world.create("production/a")
    made = Grant(
        new_id(), Effect.ALLOW, frozenset({Verb.METADATA}), "production", "a",
        principal=world.stranger.principal, conditions=Conditions(uses_left=1),
    )  # fmt: skip
    world.gate.change(world.owner, AddGrant(made, ""))

    assert [] == paths(over(world, world.stranger))
    assert [] == paths(over(world, world.stranger))


def test_a_workload_sees_its_own_and_nothing_elsewhere(world: World) -> None:
    world.create("production/api/a")
    world.create("production/b")
    who = Principal(new_id(), Kind.WORKLOAD, "billing", frozenset(), "production", ("api/*",))
    world.gate.change(world.owner, AddPrincipal(who))
    caller = Caller(who.id)
    grant(world, caller, "*")

    assert ["api/a"] == paths(over(world, caller))
    assert "outside-binding" == refused(world, caller, "development")


def test_who_is_disabled_or_asks_for_nowhere_sees_nothing(world: World) -> None:
    world.create("development/a")
    assert ["a"] == paths(over(world, world.developer, "development"))
    assert "environment-unknown" == refused(world, world.owner, "mars")
    world.gate.change(world.owner, DisablePrincipal(world.developer.principal))

    assert "principal-disabled" == refused(world, world.developer, "development")


def test_a_look_over_is_recorded(world: World) -> None:
    over(world, world.owner)
    refused(world, world.stranger)
    world.gate.sequence()
    db = world.room.connect()
    entries = [
        (e.object_kind, e.environment, e.outcome.name)
        for row in stored_tree.log_rows(db, 0, 100)
        if (e := decode(row.leaf or b"")).object_kind == "opensurvey"
    ]

    assert [
        ("opensurvey", "production", "GRANTED"),
        ("opensurvey", "production", "REFUSED"),
    ] == entries


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE secret SET owner = 'mallory'",
        "UPDATE current SET n = NULL",
        "UPDATE schedule SET next_us = 9",
        "DELETE FROM current",
        "DELETE FROM version",
    ],
)
def test_a_row_that_was_changed_by_hand_ends_it(world: World, sql: str) -> None:
    address = world.create("production/a")
    world.gate.change(world.owner, SetSchedule(address, 9, 8, 7, automatic=True))
    over(world, world.owner)
    by_hand(world, sql, drop=True)

    with pytest.raises(TamperedError):
        over(world, world.owner)


def test_a_grant_for_the_name_at_the_top_reaches_nothing_else(world: World) -> None:
    world.create("production/a")
    grant(world, world.stranger, "-")
    found = over(world, world.stranger)

    assert ([], False) == (paths(found), found.whole)


PATTERNS = st.sampled_from(["*", "a/*", "a/b/*", "a/b", "b", "-", "a/b/c"])
PLACES = st.sampled_from(["a", "a/b", "a/b/c", "a/bc", "b", "-", "c"])
CONDITIONS = st.builds(
    Conditions, reason_required=st.booleans(), uses_left=st.sampled_from([None, 0, 3])
)


def grants(effect: Effect, conditions: st.SearchStrategy[Conditions]) -> st.SearchStrategy[Grant]:
    return st.builds(
        Grant,
        st.binary(min_size=16, max_size=16),
        st.just(effect),
        st.sets(st.sampled_from([Verb.METADATA, Verb.READ]), min_size=1).map(frozenset),
        st.sampled_from(["*", "production", "development"]),
        PATTERNS,
        principal=st.just(b"s" * 16),
        conditions=conditions,
    )


GRANTS = grants(Effect.ALLOW, CONDITIONS) | grants(Effect.DENY, st.just(Conditions()))


@given(
    st.lists(GRANTS, max_size=6), st.sampled_from(Kind), st.sets(PATTERNS, min_size=1), st.booleans(),
    st.lists(PLACES, min_size=1), st.booleans(),
)  # fmt: skip
def test_one_decision_for_each_set_of_patterns_is_the_decision_for_each_secret(
    given_: list[Grant], kind: Kind, bound: set[str], ticked: bool, places: list[str], reason: bool
) -> None:
    place = "production" if kind is Kind.WORKLOAD else None
    patterns = tuple(sorted(bound)) if kind is Kind.WORKLOAD else ()
    who = Principal(b"s" * 16, kind, "sam", frozenset({"Dev"}), place, patterns)
    rules = Rules.of(given_, matrix={"Dev": {"production": ticked}})
    sight = Sight(who, rules, EnvironmentFacts("production", frozen=False), False, False, 1)
    eyes = Eyes(sight, Caller(b"s" * 16), reason=reason)
    for path in places:
        row = SecretRow(
            path.encode().ljust(16), "production", path, "t", "o", "room", "active", 0, "", "", 1,
            bytes(16),
        )  # fmt: skip
        assert eyes.see(row) == eyes._decide(row)
