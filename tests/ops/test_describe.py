"""What is said about a secret, and what the policy says to that."""

import pytest

from strongroom.errors import ConflictError, StrongroomError
from strongroom.model.address import Address
from strongroom.model.label import Label
from strongroom.ops import describe as ops
from strongroom.ops import secret
from strongroom.ops.local import Local
from strongroom.secret.value import Value

KEY = Address.parse("development/api/KEY")


@pytest.fixture(autouse=True)
def _key(room: Local) -> None:
    label = Label(("pci",), "", "acme")
    secret.write(
        room, secret.WriteRequest(KEY, Value.single("weak-1"), "api-key", "Ada", label=label)
    )


def test_labels_are_there_from_the_start_and_change(room: Local) -> None:
    request = ops.UpdateRequest(
        KEY, owner=" Bob ", backup=" Ada ", add_tags=("x",), drop_tags=("pci",)
    )
    changed = ops.update(room, request)
    found = secret.describe(room, KEY)

    assert ("owner", "tags", "backup") == changed
    assert ("Bob", "Ada", "acme", ("x",)) == (found.owner, found.backup, found.client, found.tags)
    assert () == ops.update(room, request)


def test_a_new_version_keeps_the_labels_and_gets_none(room: Local) -> None:
    secret.write(room, secret.WriteRequest(KEY, Value.single("weak-2")))
    assert "acme" == secret.describe(room, KEY).client
    other = secret.WriteRequest(KEY, Value.single("weak-3"), label=Label(client="other"))
    with pytest.raises(ConflictError):
        secret.write(room, other)
    assert "acme" == secret.describe(room, KEY).client


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, "nothing-to-change"),
        ({"owner": " "}, "owner-missing"),
        ({"add_tags": ("A B",)}, "tag-invalid"),
        ({"days": 9999}, "expiry-too-far"),
        ({"days": 0}, "expiry-past"),
        ({"days": -(10**12)}, "expiry-past"),
        ({"days": 10**15}, "expiry-too-far"),
        ({"description": "a\nb"}, "text-invalid"),
    ],
)
def test_what_cannot_be_said(room: Local, more: dict[str, object], code: str) -> None:
    with pytest.raises(StrongroomError) as error:
        ops.update(room, ops.UpdateRequest(KEY, **more))  # type: ignore[arg-type]
    assert code == error.value.code


def test_an_expiry_is_moved(room: Local) -> None:
    assert ("expires",) == ops.update(room, ops.UpdateRequest(KEY, days=3))
    (version,) = secret.describe(room, KEY).versions
    assert 2 * 86_400_000_000 < version.expires_us - version.created_us < 4 * 86_400_000_000
