"""Tests for strongroom.gate.ties: what ties secrets together, and what stands of their rotations."""

import pytest
from tests.gate.changes.test_target import A, put
from tests.gate.hand import by_hand
from tests.gate.rooms import World

from strongroom.errors import TamperedError
from strongroom.gate.changes.acknowledge import Acknowledge
from strongroom.gate.changes.rotation import Begin
from strongroom.gate.changes.secret import AddVersion, Fingerprint, Origin, Value
from strongroom.gate.changes.target import SetRule
from strongroom.gate.ties import latest, ties
from strongroom.model.plaintext import Plaintext
from strongroom.rotation.engine import row_of

MARK = b"m" * 32


def test_ties_are_targets_values_and_who_uses_them(world: World) -> None:
    world.create(str(A))
    target = put(world)
    world.gate.change(world.owner, SetRule(A, "db"))
    prints = (Fingerprint("value", MARK, "fp:12345678", 20, "lower"),)
    value = Value(Plaintext(b"\x01\x80"), 2**60, Origin.GIVEN, prints)
    world.gate.change(world.owner, AddVersion(A, value))
    world.gate.change(
        world.owner, AddVersion(A, Value(Plaintext(b"\x01\x81"), 2**60, Origin.GIVEN, ()))
    )
    world.gate.change(world.owner, Acknowledge(A, "shop", "node-1", 3))
    found = world.gate.consult(ties)
    (id_,) = found.rules
    assert found.rules == {id_: target}
    assert found.targets[target].name == "db"
    assert found.marks[id_] == {MARK}  # of an earlier version
    assert found.users == {id_: {"shop"}}


def test_the_latest_is_the_one_that_goes_on(world: World) -> None:
    world.create(str(A))
    change = Begin(A, put(world), overlap=True, grace_us=0, watch_us=0)
    row = row_of(world.gate.change(world.owner, change))
    assert world.gate.consult(lambda desk: latest(desk, [row.secret_id, b"n" * 16])) == {
        row.secret_id: row
    }


def test_a_row_that_was_changed_by_hand_is_refused(disk: World) -> None:
    """Who can write to the database does not make a member look as if it were done."""
    disk.create(str(A))
    change = Begin(A, put(disk), overlap=True, grace_us=0, watch_us=0)
    row = row_of(disk.gate.change(disk.owner, change))
    by_hand(disk, "UPDATE rotation SET state = 'done', change_seq = change_seq + 1")
    with pytest.raises(TamperedError):
        disk.gate.consult(lambda desk: latest(desk, [row.secret_id]))
