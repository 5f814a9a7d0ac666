"""What the policy admits at the moment of writing: by type, tier and bits, and in the log."""

import secrets

import pytest

from strongroom.errors import DeniedError, InvalidError
from strongroom.model.address import Address
from strongroom.model.policy import Policy
from strongroom.ops import access, audit, secret
from strongroom.ops.admission import refusal
from strongroom.ops.local import Local
from strongroom.secret.value import Field, Value

STRONG = secrets.token_hex(32)


@pytest.mark.parametrize(
    ("type_id", "environment", "value", "clauses"),
    [
        ("jwt-secret-key", "production", STRONG, ()),
        ("jwt-secret-key", "development", "x", ()),
        ("jwt-secret-key", "production", "a" * 64, ("P-3.5", "P-4.1")),
        ("jwt-secret-key", "staging", STRONG[:32], ("P-4.1",)),
        ("database-password", "production", "Shorter-1", ("P-4.7", "P-4.9")),
        ("database-password", "staging", "changeme", ("P-3.5",)),
        ("api-key", "production", f"api_dev_{STRONG}", ("P-4.5",)),
        ("encryption-key", "production", STRONG[:32], ("P-1.13",)),
        ("sentry-dsn", "production", "https://abc@sentry.example/1", ()),
    ],
)
def test_a_value_is_held_against_its_type_and_tier(
    compiled: Policy, type_id: str, environment: str, value: str, clauses: tuple[str, ...]
) -> None:
    error = refusal(compiled, type_id, environment, Value.single(value))

    assert bool(clauses) is (error is not None)
    if error is not None:
        assert "value-refused" == error.code
        assert all(clause in error.message for clause in clauses)
        assert value not in error.message


def test_fields_are_named_and_open_ones_are_not_measured(compiled: Policy) -> None:
    value = Value({"host": Field("db", secret=False), "password": Field("weak")})
    error = refusal(compiled, "database-password", "production", value)

    assert error is not None
    assert "password: " in error.message
    assert "host" not in error.message


def test_a_refused_write_is_recorded_and_writes_nothing(room: Local) -> None:
    address = Address.parse("production/api/SECRET_KEY")
    request = secret.WriteRequest(address, Value.single("a" * 64), "jwt-secret-key", "Ada")
    with pytest.raises(InvalidError) as error:
        secret.write(room, request)
    (line,) = audit.list_entries(room, audit.Filter(verb="write"))

    assert "value-refused" == error.value.code
    assert ("failed", "value-refused", str(address)) == (line.outcome, line.reason, line.address)
    assert [] == secret.list_folder(room, "production")


def test_who_may_not_write_learns_only_that(room: Local) -> None:
    access.grant(room, access.GrantRequest(("write",), principal=room.user, deny=True))
    address = Address.parse("production/api/SECRET_KEY")
    request = secret.WriteRequest(address, Value.single("a" * 64), "jwt-secret-key", "Ada")
    with pytest.raises(DeniedError) as error:
        secret.write(room, request)
    assert "denied-by-grant" == error.value.code
