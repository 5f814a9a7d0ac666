"""What leaves, for whom, and what is recorded of it."""

from dataclasses import replace

import pytest
from tests.conftest import Place
from tests.ops.importing.conftest import strong

from strongroom.errors import DeniedError, NotFoundError, StrongroomError
from strongroom.gate.changes.people import AddGrant
from strongroom.model.address import Address
from strongroom.model.principal import Effect, Grant, Verb
from strongroom.ops import audit, export, secret
from strongroom.ops.importing import plan as plans
from strongroom.ops.importing import run
from strongroom.ops.importing.request import ImportRequest
from strongroom.ops.local import Local, done
from strongroom.secret.exporting import formats
from strongroom.secret.value import Field, Value

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def keep(room: Local, address: str, value: Value, type_: str = "database-password") -> None:
    where = Address.parse(address)
    secret.write(room, secret.WriteRequest(where, value, type_, "Ada", description="for tests"))


def allow(room: Local, effect: Effect = Effect.ALLOW, pattern: str = "*", id_: int = 1) -> None:
    grant = Grant(
        bytes([id_]) * 16, effect, frozenset({Verb.EXPORT}), "*", pattern,
        principal=room.caller.principal,
    )  # fmt: skip
    done(room.gate.change(room.caller, AddGrant(grant, "")))


@pytest.fixture
def filled(room: Local) -> Local:
    keep(room, "development/api/ONE", Value.single("weak-1"))
    keep(
        room,
        "development/api/TWO",
        Value({"user": Field("u", secret=False), "key": Field(b"\0\1")}),
    )
    keep(room, "development/other/THREE", Value.single("weak-3"))
    keep(room, "production/api/FOUR", Value.single(strong()))
    return room


def names(taken: export.Taken) -> list[str]:
    return [str(record.address) for record in taken.records]


@pytest.mark.parametrize(
    ("places", "count"),
    [
        (["development"], 3),
        (["development/api"], 2),
        (["development/api/ONE"], 1),
        (["development/api", "development/api/ONE", "production"], 3),
    ],
)
def test_addresses_folders_and_environments(filled: Local, places: list[str], count: int) -> None:
    assert count == len(names(export.take(filled, places)))


@pytest.mark.parametrize("format_id", ["json", "yaml", "csv"])
def test_an_export_can_be_imported_again(filled: Local, format_id: str, place: Place) -> None:
    """P-3.8: values, fields, types, owners and descriptions; into an emptied place."""
    taken = export.take(filled, ["development"])
    data = formats.write(taken.records, format_id)
    moved = data.replace(b"development/", b"development/again/")
    request = ImportRequest(moved, f"x.{format_id}")
    plan = plans.make(filled, request)
    assert plan.ok, plan.issues
    run.carry_out(filled, request, plan)
    again = export.take(filled, ["development/again"])

    assert [
        replace(r, address=Address("development", f"again/{r.address.path}")) for r in taken.records
    ] == list(again.records)


def test_every_address_is_recorded_with_the_verb(filled: Local) -> None:
    export.take(filled, ["development"], reason="a move")
    lines = audit.list_entries(filled, audit.Filter(verb="export"))

    assert ["development/api/ONE", "development/api/TWO", "development/other/THREE"] == [
        line.address for line in lines
    ]
    assert {"a move"} == {line.detail["reason"] for line in lines}


def test_one_refusal_ends_it_or_is_left_out(filled: Local) -> None:
    allow(filled, Effect.DENY, "api/ONE", 2)
    with pytest.raises(DeniedError) as error:
        export.take(filled, ["development"])
    assert "export-refused" == error.value.code
    taken = export.take(filled, ["development"], leave_out=True)

    assert ["development/api/TWO", "development/other/THREE"] == names(taken)
    assert [("development/api/ONE", "denied-by-grant")] == [
        (str(left.address), left.code) for left in taken.left
    ]


def test_to_read_is_not_to_export(filled: Local) -> None:
    """The founder may do everything; whoever has only the ticks of a role may not."""
    allow(filled, Effect.DENY)
    secret.read(filled, Address.parse("development/api/ONE"))
    with pytest.raises(DeniedError):
        export.take(filled, ["development/api/ONE"])


def test_encryption_keys_never_leave(filled: Local) -> None:
    """P-2.5."""
    (type_,) = [t.id for t in filled.policy.types if "encryption" in t.id]
    keep(filled, "development/api/DEK", Value.single(KEY), type_)
    with pytest.raises(DeniedError) as error:
        export.take(filled, ["development/api"])
    assert "export-never" == error.value.code
    assert "P-2.5" in error.value.message
    taken = export.take(filled, ["development/api"], leave_out=True)

    assert "development/api/DEK" not in names(taken)
    assert ["export-never"] == [left.code for left in taken.left]


def test_a_secret_without_a_value_is_said(filled: Local, document: bytes) -> None:
    request = ImportRequest(document, "POLICY.md")
    run.carry_out(filled, request, plans.make(filled, request))
    taken = export.take(filled, ["production"])

    assert ["production/api/FOUR"] == names(taken)
    assert len(taken.empty) == 5


@pytest.mark.parametrize("nowhere", ["development/none", "staging"])
def test_nothing_there_is_said(filled: Local, nowhere: str) -> None:
    with pytest.raises(NotFoundError):
        export.take(filled, ["development", nowhere])


def test_no_place_at_all(filled: Local) -> None:
    with pytest.raises(StrongroomError):
        export.take(filled, [])
