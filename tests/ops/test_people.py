"""Whom the room knows and what is granted."""

from dataclasses import replace

from strongroom.ops import access, people
from strongroom.ops.local import Local
from strongroom.ops.people import PrincipalShown

DAY_US = 86_400_000_000


def test_people_come_by_name_with_their_roles_and_bounds(room: Local) -> None:
    access.add(room, access.PrincipalRequest("billing", environment="staging", paths=("api/*",)))
    access.add(room, access.PrincipalRequest("ann", ("DevOps", "Admin")))
    access.disable(room, "ann")
    known = {p.name: p for p in people.people(room)}

    assert PrincipalShown("ann", "person", ("Admin", "DevOps"), (), True) == known["ann"]
    assert ("staging/api/*",) == known["billing"].bound
    assert sorted(known) == [p.name for p in people.people(room)]


def test_a_grant_says_what_state_it_is_in(room: Local) -> None:
    access.add(room, access.PrincipalRequest("ann"))
    for request in (
        access.GrantRequest(("read",), principal="ann", days=2, why="on call"),
        access.GrantRequest(("read",), role="Admin", deny=True),
        access.GrantRequest(("read",), principal="ann", uses=1),
    ):
        made = access.grant(room, request)
    access.revoke(room, made.id.hex())
    later = replace(room, now_us=lambda: room.now_us() + 3 * DAY_US)

    assert ["in force", "in force", "in force", "revoked"] == [g.state for g in people.rules(room)]
    assert ["in force", "ended", "in force", "revoked"] == [g.state for g in people.rules(later)]
    assert [room.user, "ann", "role Admin", "ann"] == [g.to for g in people.rules(room)]
    assert "on call" == people.rules(room)[1].why


def test_a_grant_without_uses_left_is_used_up(room: Local) -> None:
    access.grant(room, access.GrantRequest(("read",), role="Admin", uses=1))
    row = people.grants(room)[-1]._replace(uses_left=0)

    assert "used up" == people._state(row, room.now_us())
