"""What a room enforces of the written policy, clause by clause, on a real room.

The taxonomy names this file as the proof of the clauses below, so each test says which.
"""

import base64
from pathlib import Path

import pytest

from strongroom.errors import DeniedError, InvalidError, StrongroomError
from strongroom.model.address import Address
from strongroom.ops import access, audit, secret
from strongroom.ops.local import Local
from strongroom.policy.compiler import compile as compile_
from strongroom.secret.terms import DAY_US, terms
from strongroom.secret.value import Value

POLICY = (
    Path(__file__).parents[2] / "examples/customer-intelligence-api-before/docs/SECRETS_POLICY.md"
)
KEY = Address.parse("production/customer-api/SECRET_KEY")
CANARY = "only-for-the-laptop-of-ada-1815"


def _keep(room: Local, address: str, type_: str) -> secret.Written:
    request = secret.WriteRequest(Address.parse(address), Value.single(""), type_, "Ada Lovelace")
    return secret.generate_into(room, request)


@pytest.mark.parametrize(
    ("clause", "type_id", "days"),
    [
        ("P-2.1", "jwt-secret-key", 90),
        ("P-2.2", "api-key", 90),
        ("P-2.3", "database-password", 90),
        ("P-2.4", "redis-password", 90),
        ("P-2.5", "encryption-key", 180),
        ("P-2.6", "sentry-dsn", 365),
        ("P-2.7", "email-api-key", 90),
        ("P-2.8", "sms-api-key", 90),
        ("P-2.9", "service-account-key", 90),
    ],
)
def test_a_version_expires_within_the_period_of_its_type(
    clause: str, type_id: str, days: int
) -> None:
    """P-1.8, P-1.9, P-8.3 and the row of each type: a longer life is refused, none is impossible."""
    policy = compile_(POLICY.read_bytes())

    assert days * DAY_US == terms(policy, type_id, 0).expires_us
    assert policy.clause(clause) is not None
    with pytest.raises(InvalidError) as error:
        terms(policy, type_id, 0, days=days + 1)
    assert "expiry-too-far" == error.value.code


@pytest.mark.parametrize("owner", [None, "", "  "])
def test_a_secret_without_an_owner_is_refused(room: Local, owner: str | None) -> None:
    """P-10.3."""
    request = secret.WriteRequest(KEY, Value.single("x" * 64), "jwt-secret-key", owner)
    with pytest.raises(InvalidError) as error:
        secret.write(room, request)
    assert "owner-missing" == error.value.code


def test_no_value_stands_in_the_files_of_the_room(room: Local) -> None:
    """P-1.11, P-8.13: neither raw nor encoded."""
    address = Address.parse("development/customer-api/DATABASE_PASSWORD")
    request = secret.WriteRequest(
        address, Value.single(CANARY), "database-password", "Ada Lovelace"
    )
    secret.write(room, request)
    secret.read(room, address)
    stored = b"".join(p.read_bytes() for p in room.folder.iterdir() if p.is_file())
    raw = CANARY.encode()

    for form in (raw, raw.hex().encode(), base64.b64encode(raw)[:-4], raw[:12], raw[::-1]):
        assert form not in stored


def test_versions_are_numbered_and_the_earlier_one_stays(room: Local) -> None:
    """P-5.6, P-5.7: a new value is a new version; the old one is previous, and still readable."""
    _keep(room, str(KEY), "jwt-secret-key")
    first = secret.read(room, KEY).value.only
    second = secret.generate_into(room, secret.WriteRequest(KEY, Value.single("")))
    shown = secret.describe(room, KEY)

    assert 2 == second.version == shown.current
    assert [(2, "current"), (1, "previous")] == sorted(
        ((v.version, v.state) for v in shown.versions), reverse=True
    )
    assert first == secret.read(room, KEY, version=1).value.only


def test_without_a_rule_nothing_is_allowed(room: Local) -> None:
    """P-1.5: somebody whom the room knows and for whom no rule speaks is refused every verb."""
    _keep(room, str(KEY), "jwt-secret-key")
    access.add(room, access.PrincipalRequest("mallory"))
    for verb in ("metadata", "read", "write", "rotate", "destroy", "export", "share", "contain"):
        found = access.why(room, verb, KEY, principal="mallory")

        assert "no-rule" == str(found.decision.reason), verb  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("clause", "environment"),
    [("P-7.1", "development"), ("P-7.2", "staging"), ("P-7.3", "production")],
)
def test_roles_read_where_the_matrix_says(room: Local, clause: str, environment: str) -> None:
    """P-1.6 and the matrix: each cell, asked of the one authoriser."""
    address = Address.parse(f"{environment}/customer-api/SECRET_KEY")
    _keep(room, str(address), "jwt-secret-key")
    assert room.policy.clause(clause) is not None
    place = next(e.name for e in room.policy.environments if e.id == environment)
    for number, role in enumerate(room.policy.access.roles):
        access.add(room, access.PrincipalRequest(f"person-{number}", (role,)))
        holders = {h.principal.name for h in access.who(room, "read", address)}

        assert room.policy.access.matrix[role][place] is (f"person-{number}" in holders)


def test_every_delivery_and_refusal_is_recorded_and_no_value_is(room: Local) -> None:
    """P-8.4, P-12.4."""
    _keep(room, str(KEY), "jwt-secret-key")
    value = secret.read(room, KEY).value.only
    with pytest.raises(StrongroomError):
        secret.read(room, Address.parse("production/customer-api/NOTHING"))
    access.grant(room, access.GrantRequest(("read",), "production", principal=room.user, deny=True))
    with pytest.raises(DeniedError):
        secret.read(room, KEY)
    lines = audit.list_entries(room, audit.Filter(verb="read", limit=100))

    assert [
        ("granted", str(KEY)),
        ("refused", "production/customer-api/NOTHING"),
        ("refused", str(KEY)),
    ] == [(line.outcome, line.address) for line in lines]
    assert value is not None
    assert value.bytes.decode() not in repr(lines)
    assert audit.verify(room).ok


def test_the_folder_is_its_owners_alone(room: Local) -> None:
    """P-8.13: not even the ciphertext is for others."""
    paths = [room.folder, *room.folder.iterdir()]

    assert [0] * len(paths) == [p.stat().st_mode & 0o077 for p in paths]


def test_a_value_stands_in_one_environment_only(room: Local) -> None:
    """P-4.3, P-8.5, P-8.12: also when it is weak enough for development."""
    _keep(room, str(KEY), "jwt-secret-key")
    value = secret.read(room, KEY).value
    for environment in ("staging", "development"):
        address = Address.parse(f"{environment}/customer-api/SECRET_KEY")
        with pytest.raises(InvalidError) as error:
            secret.write(
                room, secret.WriteRequest(address, value, "jwt-secret-key", "Ada Lovelace")
            )
        assert "value-reused" == error.value.code
        assert value.only is not None
        assert value.only.bytes.decode()[:8] not in error.value.message
