"""The life of a secret: frozen, rolled back, deleted, destroyed."""

import pytest

from strongroom.errors import ConflictError, DeniedError, NotFoundError, StrongroomError
from strongroom.model.address import Address
from strongroom.ops import lifecycle as ops
from strongroom.ops import secret
from strongroom.ops.local import Local
from strongroom.secret.value import Value

PASSWORD = Address.parse("development/api/DATABASE_PASSWORD")


@pytest.fixture(autouse=True)
def _two_versions(room: Local) -> None:
    first = secret.WriteRequest(PASSWORD, Value.single("weak-1"), "database-password", "Ada")
    secret.write(room, first)
    secret.write(room, secret.WriteRequest(PASSWORD, Value.single("weak-2")))


def _text(room: Local) -> object:
    only = secret.read(room, PASSWORD).value.only
    return only.data if only else None


@pytest.mark.parametrize("text", ["development", str(PASSWORD)])
def test_a_freeze_stops_reads_until_it_is_thawed(room: Local, text: str) -> None:
    where = ops.place(room, text)
    ops.freeze(room, where, "a leak is suspected")
    with pytest.raises(DeniedError):
        secret.read(room, PASSWORD)
    ops.thaw(room, where)

    assert "weak-2" == _text(room)


def test_a_freeze_has_a_reason_and_a_place(room: Local) -> None:
    for text, reason in (("development", " "), ("mars", "x"), ("development/..", "x")):
        with pytest.raises(StrongroomError):
            ops.freeze(room, ops.place(room, text), reason)


def test_an_earlier_version_is_current_again(room: Local) -> None:
    ops.rollback(room, PASSWORD, 1)

    assert "weak-1" == _text(room)
    with pytest.raises(NotFoundError):
        ops.rollback(room, PASSWORD, 9)


def test_what_is_deleted_is_not_read_and_comes_back(room: Local) -> None:
    ops.delete(room, PASSWORD, "not needed")
    with pytest.raises(StrongroomError):
        secret.read(room, PASSWORD)
    assert [] == list(ops.tree(room, "development"))
    ops.undelete(room, PASSWORD)

    assert "weak-2" == _text(room)


def test_a_destroyed_version_is_gone_and_the_current_one_cannot_be(room: Local) -> None:
    with pytest.raises(ConflictError):
        ops.destroy(room, PASSWORD, 2)
    ops.destroy(room, PASSWORD, 1)
    with pytest.raises(StrongroomError):
        secret.read(room, PASSWORD, version=1)
    with pytest.raises(ConflictError):
        ops.rollback(room, PASSWORD, 1)

    assert "weak-2" == _text(room)


def test_a_tree_has_every_address(room: Local) -> None:
    top = Address.parse("development/TOP")
    secret.write(room, secret.WriteRequest(top, Value.single("weak"), "api-key", "Ada"))

    assert [str(top), str(PASSWORD)] == list(ops.tree(room, "development"))
    assert [str(PASSWORD)] == list(ops.tree(room, "development", "api"))
