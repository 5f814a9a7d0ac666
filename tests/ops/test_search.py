"""Finding secrets across environments."""

from dataclasses import replace

import pytest

from strongroom.crypto.keyring import new_id
from strongroom.errors import DeniedError, StrongroomError
from strongroom.gate.operation import Caller
from strongroom.model.address import Address
from strongroom.model.label import Label
from strongroom.ops import access, secret
from strongroom.ops import search as ops
from strongroom.ops.local import Local
from strongroom.ops.search import SearchRequest
from strongroom.secret.value import Value

A = Address.parse("development/a")
B = Address.parse("development/b")


@pytest.fixture(autouse=True)
def _two(room: Local) -> None:
    for at, days, tags in ((A, 3, ("pci",)), (B, 80, ())):
        request = secret.WriteRequest(
            at, Value.single(f"weak-{days}"), "api-key", "Ada", days, label=Label(tags)
        )
        secret.write(room, request)


def found(room: Local, **wanted: object) -> list[Address]:
    return [hit.address for hit in ops.search(room, SearchRequest(**wanted)).hits]  # type: ignore[arg-type]


def test_what_holds_of_a_secret_finds_it(room: Local) -> None:
    assert [A, B] == found(room)
    assert [A] == found(room, tags=("pci",), environments=("development",))
    assert [A] == found(room, expiring=14)
    assert [] == found(room, environments=("production",))
    assert [A, B] == found(room, type="api-key", owner="ADA")
    assert [] == found(room, words=("weak",))


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"environments": ("mars",)}, "environment-unknown"),
        ({"type": "none"}, "type-unknown"),
        ({"tags": ("A B",)}, "tag-invalid"),
        ({"words": ("x",) * 33}, "search-too-long"),
        ({"expiring": -1}, "expiring-invalid"),
        ({"expiring": 10**9}, "expiring-invalid"),
    ],
)
def test_what_cannot_be_looked_for(room: Local, wanted: dict[str, object], code: str) -> None:
    with pytest.raises(StrongroomError) as error:
        found(room, **wanted)
    assert code == error.value.code


def test_nobody_finds_what_he_may_not_see(room: Local) -> None:
    deny = access.GrantRequest(("metadata",), "development", principal=room.user, deny=True)
    access.grant(room, deny)
    assert [] == found(room)
    stranger = replace(room, caller=Caller(new_id()))
    with pytest.raises(DeniedError):
        found(stranger)
