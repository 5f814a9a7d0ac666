"""The room as a whole: where it stands, who one is."""

import pytest

from strongroom.ops import room as ops
from strongroom.ops.local import Local


def test_status_says_where_the_room_stands(room: Local) -> None:
    found = ops.status(room)

    assert (True, None, False) == (found.ready, found.trouble, found.killed)
    assert ("development", "production", "staging") == found.open_environments
    assert room.policy.sha256 == found.policy_sha256
    assert str(found.log_key).startswith(f"strongroom/{found.instance_id}+")
    assert found.signed_size == found.log_size >= 1


def test_whoami_is_the_user_of_the_machine(room: Local) -> None:
    me = ops.whoami(room)

    assert (room.user, "person", ("Developer",)) == (me.name, me.kind, me.roles)
    assert room.caller.principal.hex() == me.id


def test_principals_are_listed_by_name(room: Local) -> None:
    assert [room.user] == [p.name for p in ops.principals(room)]


def test_a_closed_room_says_that_it_is(room: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    room.gate.close()
    found = ops.status(room)

    assert (False, "gate-closed") == (found.ready, found.trouble)
