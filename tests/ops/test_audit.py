"""The log: what is listed is what the leaves say, and damage is found where it is."""

import importlib
import pkgutil
import sqlite3
from collections.abc import Callable, Iterator

import pytest
from tests.conftest import Place

from strongroom import ops as operations
from strongroom.audit.problem import Kind
from strongroom.errors import DeniedError, StrongroomError
from strongroom.gate.look import View
from strongroom.model.address import Address
from strongroom.ops import access, secret
from strongroom.ops import audit as ops
from strongroom.ops.audit import Filter
from strongroom.ops.local import Local
from strongroom.secret.value import Value

KEY = Address.parse("production/api/SECRET_KEY")
OTHER = Address.parse("staging/api/SECRET_KEY")


@pytest.fixture(autouse=True)
def _busy(room: Local) -> None:
    for address in (KEY, OTHER):
        secret.generate_into(
            room, secret.WriteRequest(address, Value.single(""), "jwt-secret-key", "Ada")
        )
        secret.read(room, address, reason="to look at it")


def _places(room: Local, **wanted: object) -> list[tuple[str, str, str]]:
    lines = ops.list_entries(room, Filter(**wanted))  # type: ignore[arg-type]
    return [(line.verb, line.outcome, line.address) for line in lines]


def test_entries_are_listed_oldest_first(room: Local) -> None:
    assert [
        ("write", "granted", str(KEY)),
        ("read", "granted", str(KEY)),
        ("write", "granted", str(OTHER)),
        ("read", "granted", str(OTHER)),
    ] == _places(room)[1:5]


def test_filters_narrow_the_list(room: Local) -> None:
    assert 2 == len(_places(room, verb="read"))
    assert [("read", "granted", str(KEY))] == _places(room, verb="read", address=str(KEY))
    assert 2 == len(_places(room, address="production/"))
    assert [] == _places(room, principal="nobody")
    assert 4 == len(_places(room, principal=room.user, limit=4))
    assert [] == _places(room, outcome="refused")
    now = room.now_us()
    assert [] == _places(room, since_us=now + 1_000_000)
    assert [] == _places(room, until_us=1)
    assert 1 == len(_places(room, verb="read", limit=1))


def test_reasons_are_kept_in_the_detail(room: Local) -> None:
    (line, _) = ops.list_entries(room, Filter(verb="read"))

    assert "to look at it" == line.detail["reason"]


@pytest.mark.parametrize("wanted", [Filter(limit=0), Filter(limit=10_001), Filter(outcome="lost")])
def test_a_filter_that_cannot_be_meant_is_refused(room: Local, wanted: Filter) -> None:
    with pytest.raises(StrongroomError):
        ops.list_entries(room, wanted)


def test_who_may_not_audit_sees_nothing(room: Local) -> None:
    access.grant(room, access.GrantRequest(("audit",), principal=room.user, deny=True))
    for look in (
        lambda: ops.list_entries(room, Filter()),
        lambda: ops.verify(room),
        lambda: ops.checkpoint(room),
    ):
        with pytest.raises(DeniedError):
            look()


def test_the_log_is_whole_by_the_key_that_was_noted(room: Local) -> None:
    key = str(ops.verifier_key(room))

    assert ops.verify(room, key).ok
    assert ops.verify(room).ok
    document = ops.as_document(ops.verify(room))
    assert document["ok"]
    assert [] == document["problems"]


def test_a_foreign_key_shows_nothing_whole(room: Local) -> None:
    name = str(ops.verifier_key(room)).split("+")[0]
    foreign = str(ops.key_of(room.instance_id, bytes(range(32))))
    report = ops.verify(room, foreign)

    assert foreign.startswith(name)
    assert not report.ok
    assert Kind.UNSIGNED in {p.kind for p in report.problems}
    with pytest.raises(StrongroomError):
        ops.verify(room, "not a key")


def test_a_checkpoint_is_a_note_of_the_size_so_far(room: Local) -> None:
    note = ops.checkpoint(room)

    assert note.startswith(f"strongroom/{room.instance_id.hex()}\n")
    assert int(note.split("\n")[1]) >= 5


def _edit(db: sqlite3.Connection) -> None:
    db.execute("DROP TRIGGER entry_stays")
    (lane, seq, leaf) = db.execute(
        "SELECT lane, seq, leaf FROM entry ORDER BY at_us LIMIT 1 OFFSET 2"
    ).fetchone()
    changed = leaf.replace(b"read", b"list")
    assert changed != leaf
    db.execute("UPDATE entry SET leaf = ? WHERE lane = ? AND seq = ?", (changed, lane, seq))


def _delete(db: sqlite3.Connection) -> None:
    db.execute("DROP TRIGGER entry_kept")
    db.execute(
        "DELETE FROM entry WHERE at_us = (SELECT at_us FROM entry ORDER BY at_us LIMIT 1 OFFSET 2)"
    )


def _swap(db: sqlite3.Connection) -> None:
    db.execute("DROP TRIGGER entry_stays")
    rows = db.execute(
        "SELECT lane, seq, leaf FROM entry ORDER BY at_us LIMIT 2 OFFSET 2"
    ).fetchall()
    for (lane, seq, _), (_, _, leaf) in zip(rows, rows[::-1], strict=True):
        db.execute("UPDATE entry SET leaf = ? WHERE lane = ? AND seq = ?", (leaf, lane, seq))


@pytest.mark.parametrize("damage", [_edit, _delete, _swap])
def test_damage_by_hand_is_found(
    room: Local, place: Place, damage: Callable[[sqlite3.Connection], None]
) -> None:
    ops.sequence(room)
    key = str(ops.verifier_key(room))
    with sqlite3.connect(place.folder / "room.db") as db:
        damage(db)
    db.close()
    report = ops.verify(room, key)

    assert not report.ok
    assert report.problems


def _below(cls: type[View]) -> Iterator[type[View]]:
    for one in cls.__subclasses__():
        yield one
        yield from _below(one)


def test_every_look_has_words_for_people() -> None:
    for module in pkgutil.iter_modules(operations.__path__, f"{operations.__name__}."):
        importlib.import_module(module.name)
    looks = {cls.__name__.lower() for cls in _below(View)}

    assert looks == set(ops._LOOKS) - {"listconsumers"}  # of entries that stand in logs
