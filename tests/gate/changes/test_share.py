"""Shares at the gate: taken once, recorded first, and stopped by whatever stops a read."""

from dataclasses import replace

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import World, value_of

from strongroom.crypto.keyring import new_id
from strongroom.crypto.share import ShareCode, lookup
from strongroom.db.interface import DbRefusedError
from strongroom.db.tables import shares
from strongroom.db.tables.shares import SHARE, ShareRow
from strongroom.errors import StrongroomError
from strongroom.gate.changes.describe import DeleteSecret
from strongroom.gate.changes.freeze import FreezeEnvironment, FreezeSecret
from strongroom.gate.changes.people import AddGrant, DisablePrincipal
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.changes.share import (
    LIFE_US_MAX,
    MINUTE_US,
    CreateShare,
    ExpireShares,
    ListShares,
    Opened,
    OpenShare,
    RejectShare,
    RevokeShare,
)
from strongroom.gate.changes.version import Compromise, Destroy
from strongroom.gate.gate import Gate
from strongroom.gate.operation import Caller, Done, Refused
from strongroom.gate.writer import Change
from strongroom.model.address import Address
from strongroom.model.plaintext import Plaintext
from strongroom.model.principal import Effect, Grant, Verb

A = Address.parse("production/a")
CODE = ShareCode.new()


def grant(world: World, verb: Verb, who: Caller, effect: Effect = Effect.ALLOW) -> None:
    one = Grant(new_id(), effect, frozenset({verb}), "*", "*", principal=who.principal)
    assert isinstance(world.gate.change(world.owner, AddGrant(one)), Done)


@pytest.fixture
def kept(world: World) -> World:
    world.create(str(A), "fake-value-1")
    grant(world, Verb.SHARE, world.owner)
    return world


def made(
    world: World, code: ShareCode = CODE, to: str | None = None, life: int = MINUTE_US
) -> bytes:
    change = CreateShare(A, 1, "", Plaintext(b"fake-value-1"), code, life, to)
    answer = world.gate.change(world.owner, change)
    assert isinstance(answer, Done)
    assert isinstance(answer.result, bytes)
    return answer.result


def code_of(world: World, who: Caller, change: Change, gate: Gate | None = None) -> str:
    try:
        answer = (gate or world.gate).change(who, change)
    except StrongroomError as error:
        return error.code
    return answer.code if isinstance(answer, Refused) else "done"


def taken(world: World, id_: bytes, who: Caller | None = None) -> str:
    return code_of(world, who or world.stranger, OpenShare(A, id_, CODE))


def stored(world: World, id_: bytes) -> ShareRow:
    db = world.room.connect()
    row = SHARE.get(db, id_)
    db.close()
    assert row is not None
    return row


def test_who_has_the_code_gets_the_value_once(kept: World) -> None:
    """P-8.10: also somebody for whom no rule speaks; and then the ciphertext is gone."""
    id_ = made(kept)
    answer = kept.gate.change(kept.stranger, OpenShare(A, id_, CODE))
    assert isinstance(answer, Done)
    assert isinstance(answer.result, Opened)
    assert b"fake-value-1" == answer.result.value.reveal()
    assert ("ann", 1, A) == (answer.result.by, answer.result.version, answer.result.address)
    assert "fake" not in repr(answer)

    assert "share-taken" == taken(kept, id_) == taken(kept, id_, kept.owner)
    row = stored(kept, id_)
    assert ("taken", b"", kept.stranger.principal) == (row.state, row.sealed, row.ended_by)


def test_only_who_may_share_shares(kept: World) -> None:
    change = CreateShare(A, 1, "", Plaintext(b"x"), ShareCode.new(), MINUTE_US)
    for who in (kept.developer, kept.stranger):
        assert "no-rule" == code_of(kept, who, change)


STOPS: dict[str, tuple[Change, str]] = {
    "rotated": (AddVersion(A, value_of("fake-2")), "share-rotated"),
    "frozen": (FreezeSecret(A, "a leak"), "secret-frozen"),
    "all frozen": (FreezeEnvironment("production", "a leak"), "environment-frozen"),
    "compromised": (Compromise(A, 1), "version-compromised"),
    "deleted": (DeleteSecret(A), "secret-deleted"),
}


@pytest.mark.parametrize(("change", "code"), STOPS.values(), ids=STOPS)
def test_what_happened_meanwhile_stops_it(kept: World, change: Change, code: str) -> None:
    id_ = made(kept)
    assert "done" == code_of(kept, kept.owner, change)

    assert code == taken(kept, id_)
    assert "open" == stored(kept, id_).state


def test_a_denial_beats_it(kept: World) -> None:
    """P-7.3: a share stands in for a missing rule, and overrules nobody."""
    grant(kept, Verb.READ, kept.stranger, Effect.DENY)

    assert "denied-by-grant" == taken(kept, made(kept))


def test_a_disabled_person_takes_nothing_and_learns_nothing(kept: World) -> None:
    id_ = made(kept)
    kept.gate.change(kept.owner, DisablePrincipal(kept.stranger.principal))

    assert "principal-disabled" == taken(kept, id_) == code_of(kept, kept.stranger, RejectShare())


def test_it_is_for_whom_it_is_for(kept: World) -> None:
    id_ = made(kept, to="dev")

    assert "share-other-person" == taken(kept, id_, kept.stranger)
    assert "done" == taken(kept, id_, kept.developer)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"recipient": "nobody"}, "principal-unknown"),
        ({"recipient": "ann"}, "share-self"),
        ({"life_us": MINUTE_US - 1}, "share-life"),
        ({"life_us": LIFE_US_MAX + 1}, "share-life"),
        ({"version": 9}, "version-unknown"),
        ({"address": Address.parse("production/none")}, "secret-unknown"),
    ],
)
def test_what_cannot_be_shared_is_not(kept: World, change: dict[str, object], code: str) -> None:
    one = CreateShare(A, 1, "", Plaintext(b"x"), ShareCode.new(), MINUTE_US)

    assert code == code_of(kept, kept.owner, replace(one, **change))  # type: ignore[arg-type]


def test_what_is_late_is_refused_and_erased(kept: World) -> None:
    id_ = made(kept)
    kept.time.us += MINUTE_US - 1
    assert "done" == code_of(kept, kept.developer, ExpireShares())
    assert "open" == stored(kept, id_).state
    kept.time.us += 1
    assert "share-expired" == taken(kept, id_)
    assert "done" == code_of(kept, kept.developer, ExpireShares())
    row = stored(kept, id_)

    assert ("expired", b"") == (row.state, row.sealed)
    assert "share-expired" == taken(kept, id_)


def test_who_made_it_takes_it_back_and_so_may_who_contains(kept: World) -> None:
    grant(kept, Verb.SHARE, kept.developer)
    change = CreateShare(A, 1, "", Plaintext(b"x"), CODE, MINUTE_US)
    assert "no-rule" == code_of(kept, kept.developer, change)  # whoever shares could read
    grant(kept, Verb.READ, kept.developer)
    grant(kept, Verb.CONTAIN, kept.developer, Effect.DENY)
    answer = kept.gate.change(kept.developer, change)
    assert isinstance(answer, Done)
    assert isinstance(answer.result, bytes)
    id_ = answer.result
    assert "no-rule" == code_of(kept, kept.stranger, RevokeShare(A, id_))
    assert "share-unknown" == code_of(kept, kept.stranger, RevokeShare(A, id_, own=True))
    assert "done" == code_of(kept, kept.developer, RevokeShare(A, id_, own=True))
    assert "share-revoked" == taken(kept, id_)
    assert b"" == stored(kept, id_).sealed
    assert "done" == code_of(kept, kept.owner, RevokeShare(A, id_))

    other = made(kept, ShareCode.new())
    assert "done" == code_of(kept, kept.owner, RevokeShare(A, other))


def test_what_was_shared_by_somebody_who_was_disabled_is_not_taken(kept: World) -> None:
    grant(kept, Verb.SHARE, kept.developer)
    grant(kept, Verb.READ, kept.developer)
    change = CreateShare(A, 1, "", Plaintext(b"fake-value-1"), CODE, MINUTE_US)
    answer = kept.gate.change(kept.developer, change)
    assert isinstance(answer, Done)
    assert isinstance(answer.result, bytes)
    assert "done" == code_of(kept, kept.owner, DisablePrincipal(kept.developer.principal))

    assert "share-revoked" == taken(kept, answer.result)


def test_a_destroyed_version_leaves_nothing_in_a_share(kept: World) -> None:
    id_ = made(kept)
    grant(kept, Verb.DESTROY, kept.owner)
    assert "done" == code_of(kept, kept.owner, AddVersion(A, value_of("fake-value-2")))
    assert "done" == code_of(kept, kept.owner, Destroy(A, 1))

    assert ("revoked", b"") == (stored(kept, id_).state, stored(kept, id_).sealed)


def test_what_was_taken_cannot_be_taken_back(kept: World) -> None:
    id_ = made(kept)
    taken(kept, id_)

    assert "share-taken" == code_of(kept, kept.owner, RevokeShare(A, id_))


def test_it_is_taken_back_in_a_freeze(kept: World) -> None:
    id_ = made(kept)
    kept.gate.change(kept.owner, FreezeEnvironment("production", "a leak"))

    assert "done" == code_of(kept, kept.owner, RevokeShare(A, id_, own=True))


def test_wrong_codes_are_limited_and_then_all_look_alike(kept: World) -> None:
    id_ = made(kept)
    codes = [code_of(kept, kept.stranger, RejectShare()) for _ in range(6)]

    assert ["share-unknown"] * 5 + ["share-limited"] == codes
    assert "share-limited" == taken(kept, id_)
    assert "done" == taken(kept, id_, kept.developer)


def test_a_wrong_code_at_a_share_opens_nothing(kept: World) -> None:
    """Who can write the database cannot make another code open it."""
    id_ = made(kept)

    assert "share-tampered" == code_of(kept, kept.stranger, OpenShare(A, id_, ShareCode.new()))
    assert "open" == stored(kept, id_).state


def test_a_process_without_the_key_opens_nothing(kept: World) -> None:
    id_ = made(kept)
    without = kept.again(keks={})

    assert "environment-sealed" == code_of(kept, kept.stranger, OpenShare(A, id_, CODE), without)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE share SET recipient = NULL",
        "UPDATE share SET expires_us = expires_us + 99999999999",
        "UPDATE share SET n = 2",
    ],
)
def test_a_row_that_was_edited_is_refused(kept: World, sql: str) -> None:
    id_ = made(kept, to="dev")
    by_hand(kept, sql, drop=True)
    gate = kept.again()

    assert "row-tampered" == code_of(kept, kept.developer, OpenShare(A, id_, CODE), gate)


def test_the_schema_keeps_a_share_that_ended_ended(kept: World) -> None:
    id_ = made(kept)
    taken(kept, id_)
    with pytest.raises(DbRefusedError):
        by_hand(kept, "UPDATE share SET state = 'open', sealed = x'00', ended_us = NULL")


def test_a_code_is_found_by_its_keyed_hash(kept: World) -> None:
    id_ = made(kept)
    db = kept.room.connect()
    row = shares.by_lookup(db, lookup(kept.room.keys, kept.room.instance_id, CODE))
    db.close()

    assert row is not None
    assert id_ == row.id
    assert CODE.secret not in row.sealed + row.lookup


def test_they_are_listed_without_code_or_value(kept: World) -> None:
    id_ = made(kept, to="dev")
    kept.time.us += MINUTE_US
    listed = kept.gate.look(kept.owner, ListShares())
    assert isinstance(listed, Done)
    assert isinstance(listed.result, list)
    (one,) = listed.result

    assert (id_, A, "expired", "ann", "dev") == (
        one.id,
        one.address,
        one.state,
        one.by,
        one.recipient,
    )
    assert isinstance(kept.gate.look(kept.stranger, ListShares()), Refused)
