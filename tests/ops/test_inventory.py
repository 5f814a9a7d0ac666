"""Tests for strongroom.ops.inventory."""

import pytest
from tests.conftest import POLICY

from strongroom.check import dates
from strongroom.check.matching import type_of
from strongroom.errors import DeniedError, InvalidError, NotFoundError
from strongroom.model.address import Address
from strongroom.ops import access, audit, describe, lifecycle, secret, use
from strongroom.ops import inventory as ops
from strongroom.ops.inventory import InventoryRequest
from strongroom.ops.local import Local
from strongroom.policy.compiler import compile as compile_
from strongroom.secret.importing import inventory as importer
from strongroom.secret.life import Status
from strongroom.secret.value import Value

KEY = Address.parse("production/customer-api/SECRET_KEY")
API = Address.parse("production/customer-api/API_KEY")
WEAK = Address.parse("development/customer-api/SENTRY_DSN")


@pytest.fixture(autouse=True)
def _filled(room: Local) -> None:
    keep(room, KEY, "jwt-secret-key", "Ada Lovelace")
    keep(room, API, "api-key", "DevOps")
    weak = secret.WriteRequest(WEAK, Value.single("weak-1"), "sentry-dsn", room.user)
    secret.write(room, weak)


def keep(room: Local, address: Address, type_: str, owner: str, days: int | None = None) -> None:
    request = secret.WriteRequest(address, Value.single(""), type_, owner, days)
    secret.generate_into(room, request)


def listed(room: Local, *words: str, **more: object) -> list[str]:
    found = ops.inventory(room, InventoryRequest(words, **more))  # type: ignore[arg-type]
    return [line.address for line in found.lines]


def test_a_secret_is_in_the_inventory_at_once_and_no_longer_when_it_is_deleted(room: Local) -> None:
    """P-10.1, P-5.14: nobody updates it; it is a view."""
    assert [str(WEAK), str(API), str(KEY)] == listed(room)
    secret.generate_into(room, secret.WriteRequest(API, Value.single("")))
    found = ops.inventory(room, InventoryRequest(("production",)))
    assert [2, 1] == [line.version for line in found.lines]
    lifecycle.delete(room, API)

    assert [str(KEY)] == listed(room, "production")


def test_a_read_shows_as_the_last_use_and_a_look_does_not(room: Local) -> None:
    secret.describe(room, KEY)
    before = ops.inventory(room, InventoryRequest())
    secret.read(room, KEY)
    after = ops.inventory(room, InventoryRequest())

    assert {"-"} == {line.last_used for line in before.lines}
    assert [str(KEY)] == [line.address for line in after.lines if line.last_used != "-"]


def test_it_narrows_to_an_owner_and_to_what_is_due(room: Local) -> None:
    keep(room, Address.parse("production/soon"), "api-key", "Ada Lovelace", days=5)

    assert [str(KEY), "production/soon"] == listed(room, owner="Ada Lovelace")
    assert ["production/soon"] == listed(room, due=5)
    assert [] == listed(room, due=4)
    for due in (-1, 99_999):
        with pytest.raises(InvalidError):
            listed(room, due=due)
    with pytest.raises(InvalidError):
        listed(room, "mars")


def test_its_table_stands_in_for_the_policy_s_own(room: Local) -> None:
    """P-10.2: the document's words and order; what it is read back as is what the room has."""
    found = ops.inventory(room, InventoryRequest())
    head, tail = POLICY.read_text("utf-8").split("| Environment | Secret name |")
    rest = tail.partition("\n## ")[2]
    table = ops.as_text(found, "markdown")
    assert table.startswith("| Environment | Secret name | Type | Owner | Last rotated | Next")
    policy = compile_(f"{head}{table}\n## {rest}".encode())

    assert [tuple(line.six.values()) for line in found.lines] == [
        (r.name, r.type, r.environment, r.owner, r.last_rotated, r.next_rotation)
        for r in policy.inventory
    ]
    types = [type_of(row, policy.types) for row in policy.inventory]
    assert [line.type_id for line in found.lines] == [t.id if t else None for t in types]
    assert all(dates.read(row.last_rotated).day for row in policy.inventory)
    assert dates.is_on_compromise(policy.inventory[0].next_rotation)


def test_its_table_can_be_imported_into_another_room(room: Local) -> None:
    """P-10.2: the importer of inventories reads the six columns back."""
    found = ops.inventory(room, InventoryRequest(("production",)))
    rows = importer.read("# Inventory\n\n" + ops.as_text(found, "markdown"))

    assert () == rows.problems
    assert [(x.name, x.environment, x.type, x.owner, x.next) for x in found.lines] == [
        (r.name, r.environment, r.type, r.owner, r.next_day and r.next_day.isoformat())
        for r in rows.rows
    ]


def test_frozen_and_empty_ones_say_so(room: Local) -> None:
    lifecycle.freeze(room, lifecycle.place(room, str(KEY)), "a drill")
    found = {line.address: line.status for line in ops.inventory(room, InventoryRequest()).lines}

    assert (Status.FROZEN, Status.OK) == (found[str(KEY)], found[str(API)])


def test_owners_are_resolved_and_orphans_come_first(room: Local) -> None:
    """P-10.3."""
    found = ops.owners(room, InventoryRequest())

    assert [("Ada Lovelace", True, 1), ("DevOps", True, 1), (room.user, False, 1)] == [
        (o.name, o.orphaned, o.secrets) for o in found
    ]
    access.add(room, access.PrincipalRequest("ada.lovelace", ("DevOps",)))
    assert not any(o.orphaned for o in ops.owners(room, InventoryRequest()))
    access.disable(room, "ada.lovelace")
    assert [True, True, False] == [o.orphaned for o in ops.owners(room, InventoryRequest())]


def test_a_backup_owner_is_told_and_its_absence_counted(room: Local) -> None:
    """P-10.3, C-28."""
    describe.update(room, describe.UpdateRequest(KEY, backup="Grace Hopper"))
    found = {o.name: (o.backups, o.without_backup) for o in ops.owners(room, InventoryRequest())}

    assert (("Grace Hopper",), 0) == found["Ada Lovelace"]
    assert ((), 1) == found["DevOps"]


def test_gaps_are_the_types_that_nobody_keeps(room: Local) -> None:
    """C-24."""
    found = ops.gaps(room, InventoryRequest(("production",)))

    assert len(room.policy.types) == len(found)
    assert {"jwt-secret-key", "api-key"} == {g.type_id for g in found if g.secrets}
    assert all(g.missing for g in found if not g.secrets)


def test_what_is_denied_is_not_shown_and_counted_for_auditors_only(room: Local) -> None:
    access.grant(
        room, access.GrantRequest(("metadata",), "production", principal=room.user, deny=True)
    )
    found = ops.inventory(room, InventoryRequest())
    # Everything in production is denied; that it holds two is told, since he may read the log.
    assert ([str(WEAK)], 2, False) == ([x.address for x in found.lines], found.hidden, found.whole)
    access.grant(room, access.GrantRequest(("audit",), principal=room.user, deny=True))
    assert ops.inventory(room, InventoryRequest()).hidden is None


def test_each_environment_is_a_look_on_record(room: Local) -> None:
    ops.inventory(room, InventoryRequest(("production", "staging"), reason="an audit"))
    lines = audit.list_entries(room, audit.Filter(verb="metadata"))[-2:]

    assert ["production", "staging"] == [line.address.rstrip("/") for line in lines]
    assert {"an audit"} == {line.detail["reason"] for line in lines}


def test_consumers_are_named_in_the_inventory(room: Local) -> None:
    ops.put_consumer(room, API, "web", "Ada", 60)
    ops.put_consumer(room, API, "job", "Ada", 0)
    assert [("job", 0), ("web", 60)] == [(c.name, c.cache_s) for c in use.consumers(room, API)]
    ops.remove_consumer(room, API, "job")
    found = {line.address: line.consumers for line in ops.inventory(room, InventoryRequest()).lines}

    assert ("web",) == found[str(API)]
    with pytest.raises(NotFoundError):
        ops.remove_consumer(room, API, "job")
    access.grant(room, access.GrantRequest(("write",), principal=room.user, deny=True))
    with pytest.raises(DeniedError):
        ops.put_consumer(room, API, "job", "Ada", 0)
