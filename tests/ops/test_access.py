"""Principals, grants, and why."""

from dataclasses import replace

import pytest

from strongroom.access.facts import Allow
from strongroom.errors import DeniedError, NotFoundError, StrongroomError
from strongroom.gate.operation import Caller
from strongroom.model.address import Address
from strongroom.ops import access as ops
from strongroom.ops import audit, people, secret
from strongroom.ops.local import Local
from strongroom.ops.room import principals
from strongroom.secret.value import Value

KEY = Address.parse("production/api/SECRET_KEY")


@pytest.fixture(autouse=True)
def _kept(room: Local) -> None:
    secret.generate_into(room, secret.WriteRequest(KEY, Value.single(""), "jwt-secret-key", "Ada"))


def _may(room: Local, name: str, verb: str = "read") -> bool:
    return isinstance(ops.why(room, verb, KEY, principal=name).decision, Allow)


def test_a_grant_lets_and_its_revocation_ends_it(room: Local) -> None:
    ops.add(room, ops.PrincipalRequest("grace"))
    assert not _may(room, "grace")
    made = ops.grant(
        room, ops.GrantRequest(("read",), "production", "api/*", principal="grace", days=1)
    )
    assert _may(room, "grace")
    assert ["grace", room.user] == [h.principal.name for h in ops.who(room, "read", KEY)]

    assert made.id.hex() == ops.revoke(room, made.id.hex()[:8])
    assert not _may(room, "grace")
    assert {True, False} == {bool(row.revoked) for row in people.grants(room)}


def test_a_denial_beats_everything_and_can_be_lifted(room: Local) -> None:
    made = ops.grant(room, ops.GrantRequest(("read",), principal=room.user, deny=True))
    with pytest.raises(DeniedError):
        secret.read(room, KEY)
    ops.revoke(room, made.id.hex())
    secret.read(room, KEY)


def test_a_role_is_granted_as_the_policy_spells_it(room: Local) -> None:
    ops.add(room, ops.PrincipalRequest("grace", ("Developer",)))
    ops.grant(room, ops.GrantRequest(("read",), "production", role="Developer", why="on call"))

    assert _may(room, "grace")


def test_a_workload_stays_in_its_environment(room: Local) -> None:
    who = ops.add(room, ops.PrincipalRequest("billing", environment="staging", paths=("api/*",)))
    ops.grant(room, ops.GrantRequest(("read",), principal="billing"))

    assert ("staging", ("api/*",)) == (who.environment, who.patterns)
    assert not _may(room, "billing")


def test_who_is_disabled_may_nothing(room: Local) -> None:
    ops.add(room, ops.PrincipalRequest("grace", ("DevOps",)))
    assert _may(room, "grace")
    ops.disable(room, "grace")
    assert not _may(room, "grace")
    assert [True] == [p.disabled for p in principals(room) if p.name == "grace"]


def _refusals_of(room: Local, name: str) -> int:
    return len(audit.list_entries(room, audit.Filter(principal=name, outcome="refused")))


def test_who_only_contains_can_disable_and_revoke_and_learns_nothing_else(room: Local) -> None:
    """The security team of every policy: contain without administer."""
    ops.add(room, ops.PrincipalRequest("grace", ("DevOps",)))
    sam = ops.add(room, ops.PrincipalRequest("sam", ("Security Team",)))
    dan = ops.add(room, ops.PrincipalRequest("dan", ("Developer",)))
    made = ops.grant(room, ops.GrantRequest(("export",), principal="grace"))
    team = replace(room, caller=Caller(sam.id), user="sam")
    nobody = replace(room, caller=Caller(dan.id), user="dan")

    for name in ("grace", "who"):
        with pytest.raises(DeniedError):
            ops.disable(nobody, name)
    for id_ in (made.id.hex(), "0" * 32):
        before = _refusals_of(room, "dan")
        with pytest.raises(DeniedError):
            ops.revoke(nobody, id_)
        assert before + 1 == _refusals_of(room, "dan")
    ops.disable(team, "grace")
    ops.revoke(team, made.id.hex()[:8])
    with pytest.raises(DeniedError):
        people.people(team)
    with pytest.raises(NotFoundError) as error:
        ops.disable(team, "who")
    assert error.value.fix
    assert not _may(room, "grace")


def test_why_of_oneself_is_not_recorded_and_of_others_needs_the_right(room: Local) -> None:
    before = room.gate.status().change_seq
    assert isinstance(ops.why(room, "read", KEY).decision, Allow)
    assert before == room.gate.status().change_seq
    ops.grant(room, ops.GrantRequest(("administer",), principal=room.user, deny=True))
    with pytest.raises(DeniedError):
        ops.why(room, "read", KEY, principal="somebody")
    assert ops.why(room, "read", KEY, principal=room.user).considered


def test_the_matrix_is_the_policys(room: Local) -> None:
    assert room.policy.access == ops.matrix(room)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda r: ops.add(r, ops.PrincipalRequest("Ada")), "principal-invalid"),
        (lambda r: ops.add(r, ops.PrincipalRequest("ada", ("King",))), "role-unknown"),
        (
            lambda r: ops.add(r, ops.PrincipalRequest("ada", environment="mars")),
            "environment-unknown",
        ),
        (lambda r: ops.add(r, ops.PrincipalRequest(r.user)), "principal-exists"),
        (lambda r: ops.disable(r, "nobody"), "principal-unknown"),
        (lambda r: ops.grant(r, ops.GrantRequest(("fly",), principal=r.user)), "verb-unknown"),
        (lambda r: ops.grant(r, ops.GrantRequest((), principal=r.user)), "grant-invalid"),
        (lambda r: ops.grant(r, ops.GrantRequest(("read",))), "grant-invalid"),
        (lambda r: ops.grant(r, ops.GrantRequest(("read",), role="King")), "role-unknown"),
        (
            lambda r: ops.grant(r, ops.GrantRequest(("read",), "mars", principal=r.user)),
            "environment-unknown",
        ),
        (
            lambda r: ops.grant(r, ops.GrantRequest(("read",), principal="nobody")),
            "principal-unknown",
        ),
        (
            lambda r: ops.grant(r, ops.GrantRequest(("read",), pattern="../x", principal=r.user)),
            "grant-invalid",
        ),
        *(
            (lambda r, n=n: ops.grant(r, ops.GrantRequest(("read",), role="Admin", days=n)), code)
            for n, code in [(0, "days-invalid"), (-1, "days-invalid"), (10**30, "days-invalid")]
        ),
        *(
            (lambda r, n=n: ops.grant(r, ops.GrantRequest(("read",), role="Admin", uses=n)), code)
            for n, code in [(0, "uses-invalid"), (-1, "uses-invalid"), (10**30, "uses-invalid")]
        ),
        (lambda r: ops.revoke(r, "ab"), "grant-ambiguous"),
        (lambda r: ops.revoke(r, "000000"), "grant-unknown"),
        (lambda r: ops.why(r, "read", KEY, principal="nobody"), "principal-unknown"),
        (lambda r: ops.why(r, "fly", KEY), "verb-unknown"),
        (lambda r: ops.who(r, "", KEY), "verb-unknown"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_a_code(room: Local, call, code: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    with pytest.raises(StrongroomError) as error:
        call(room)
    assert code == error.value.code
