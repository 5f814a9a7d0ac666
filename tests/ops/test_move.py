"""Moving and copying: within an environment, and as the policy decides."""

import pytest
from tests.conftest import Place

from strongroom.errors import ConflictError, DeniedError, InvalidError, StrongroomError
from strongroom.model.address import Address
from strongroom.model.label import Label
from strongroom.ops import access, audit, secret
from strongroom.ops import move as ops
from strongroom.ops.local import Local
from strongroom.secret.value import Value

HERE = Address.parse("development/api/KEY")
THERE = Address.parse("development/api/v2/KEY")
PROD = Address.parse("production/api/KEY")


@pytest.fixture(autouse=True)
def _key(room: Local) -> None:
    label = Label(("pci",), "Bob", "")
    request = secret.WriteRequest(
        HERE, Value.single("weak-1"), "database-password", "Ada", days=9, label=label
    )
    secret.write(room, request)


def test_a_move_is_seen_by_the_next_process(room: Local, place: Place) -> None:
    ops.move(room, HERE, THERE, "tidy")
    with place.opened() as again:
        assert {"value": "weak-1"} == secret.read(again, THERE).value.texts
        with pytest.raises(StrongroomError):
            secret.read(again, HERE)


def test_a_copy_ends_when_the_original_does_and_says_what_it_said(room: Local) -> None:
    written = ops.copy(room, HERE, THERE)
    original, copy = secret.describe(room, HERE), secret.describe(room, THERE)

    assert written.expires_us == original.versions[0].expires_us
    assert (original.type, original.owner, original.tags, original.backup) == (
        copy.type, copy.owner, copy.tags, copy.backup,
    )  # fmt: skip
    assert "human" == copy.versions[0].origin
    assert {"value": "weak-1"} == secret.read(room, THERE).value.texts


def test_p_4_3_no_value_goes_to_another_environment_and_the_attempt_is_recorded(
    room: Local,
) -> None:
    for act, code in ((ops.copy, "copy-across"), (ops.move, "move-across")):
        with pytest.raises(InvalidError, match=r"P-4\.3") as error:
            act(room, HERE, PROD)
        assert code == error.value.code
    audit.sequence(room)
    outcomes = [line.reason for line in audit.list_entries(room, audit.Filter())]

    assert {"copy-across", "move-across"} <= set(outcomes)


def test_a_copy_does_not_write_over_anything(room: Local) -> None:
    secret.write(room, secret.WriteRequest(THERE, Value.single("weak-2"), "api-key", "Ada"))
    with pytest.raises(ConflictError):
        ops.copy(room, HERE, THERE)

    assert {"value": "weak-2"} == secret.read(room, THERE).value.texts


def test_whoever_may_not_read_copies_nothing(room: Local) -> None:
    access.grant(room, access.GrantRequest(("read",), principal=room.user, deny=True))
    with pytest.raises(DeniedError):
        ops.copy(room, HERE, THERE)
