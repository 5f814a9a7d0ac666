"""The policy at the moment of writing, clause by clause, on a real room.

Each row: what is written where, and which clause refuses it. No refusal holds a character of
the value, each is an entry of the log, and nothing is written.
"""

import base64
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from tests.conftest import Place

from strongroom.errors import ConflictError, InvalidError, LimitError, StrongroomError
from strongroom.gate.changes.secret import Origin
from strongroom.model.address import Address
from strongroom.model.label import Label
from strongroom.ops import access, alarm, audit, describe, secret
from strongroom.ops import room as rooms
from strongroom.ops.generate import GenerateRequest, generate
from strongroom.ops.local import Local
from strongroom.secret.value import Value

PART = 6  # no run of so many characters of a value may stand in a refusal
PROD, STAGE, DEV = "production", "staging", "development"
JWT, API, DB, REDIS, DATA, MAIL = (
    "jwt-secret-key", "api-key", "database-password", "redis-password", "encryption-key",
    "email-api-key",
)  # fmt: skip


def pem(key: rsa.RSAPrivateKey | dsa.DSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


SMALL = rsa.generate_private_key(65537, 1024)
GOOD = ec.generate_private_key(ec.SECP256R1())
LOCKED = GOOD.private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"not-a-real-passphrase")
).decode()
SECRET = secrets.token_hex(32)
BODY = secrets.token_hex(24)

REFUSED = [
    ("P-1.13", PROD, JWT, pem(SMALL)),
    ("P-1.13", STAGE, JWT, pem(SMALL)),
    ("P-1.13", PROD, JWT, pem(dsa.generate_private_key(2048))),
    ("P-1.13", PROD, JWT, LOCKED),
    ("P-1.13", PROD, JWT, pem(GOOD) + pem(SMALL)),
    ("P-1.13", PROD, MAIL, json.dumps({"private_key": pem(SMALL)})),
    ("P-1.13", PROD, JWT, '{"kty": "EC", "crv": "P-192", "x": "AA", "y": "AA"}'),
    ("P-1.13", PROD, JWT, json.dumps({"kty": "RSA", "n": b64(b"\x80" + secrets.token_bytes(127))})),
    ("P-1.13", PROD, DATA, secrets.token_hex(16)),
    ("P-2.4", PROD, REDIS, "Aa1!" + secrets.token_urlsafe(15)),
    ("P-3.5", PROD, JWT, "dev-secret-key-change-in-production"),
    ("P-3.5", STAGE, API, "dev-api-key"),
    ("P-3.5", PROD, MAIL, "changeme"),
    ("P-4.1", PROD, JWT, secrets.token_hex(16)),
    ("P-4.1", PROD, JWT, "correct horse battery staple and some more words"),
    ("P-4.1", STAGE, JWT, json.dumps({"kty": "oct", "k": b64(secrets.token_bytes(16))})),
    (
        "P-4.1",
        PROD,
        JWT,
        json.dumps({"keys": [{"kty": "oct", "k": b64(secrets.token_bytes(n))} for n in (32, 9)]}),
    ),
    ("P-4.4", PROD, API, f"api_live_{secrets.token_hex(8)}"),
    ("P-4.5", PROD, API, f"api_test_{SECRET}"),
    ("P-4.5", PROD, API, f"other_live_{SECRET}"),
    ("P-4.5", PROD, API, SECRET),
    ("P-4.5", DEV, API, f"api_live_{SECRET}"),
    ("P-4.5", STAGE, MAIL, f"sk_live_{BODY}"),
    ("P-4.5", DEV, MAIL, f"sk_live_{BODY}"),
    ("P-4.5", PROD, MAIL, f"sk_test_{BODY}"),
    ("P-4.7", PROD, DB, "Aa1!" + secrets.token_urlsafe(7)),
    ("P-4.7", PROD, DB, "Aa1!\n" + secrets.token_urlsafe(24)),
    ("P-4.8", PROD, DB, secrets.token_hex(16)),
    ("P-4.8", STAGE, DB, "xQzRtYpLkJvWmBnHsDfGaCeUiO"),
    ("P-4.9", PROD, DB, "Aa1!Aa1!Aa1!Aa1!Aa1!"),
]
ADMITTED = [
    (PROD, JWT, pem(GOOD)),
    (PROD, JWT, json.dumps({"kty": "oct", "k": b64(secrets.token_bytes(32))})),
    (PROD, MAIL, f"sk_live_{BODY}"),
    (STAGE, MAIL, f"sk_test_{BODY}"),
    (DEV, MAIL, f"sk_test_{BODY}"),
    (DEV, DB, "changeme"),
    (DEV, JWT, "dev-secret-key-change-in-production"),
    (DEV, API, "my_test_key"),
    (PROD, DB, "aA1!" + secrets.token_urlsafe(24)),
]


def put(
    room: Local, address: str, type_: str | None, value: str, client: str = ""
) -> secret.Written:
    owner = None if type_ is None else "Ada Lovelace"
    label = Label(client=client)
    where = Address.parse(address)
    return secret.write(
        room, secret.WriteRequest(where, Value.of_bytes(value.encode()), type_, owner, label=label)
    )


def no_part(value: str, shown: str) -> bool:
    return not any(value[i : i + PART] in shown for i in range(len(value) - PART + 1))


@pytest.mark.parametrize(
    ("clause", "environment", "type_", "value"),
    REFUSED,
    ids=[f"{clause} {number}" for number, (clause, *_) in enumerate(REFUSED)],
)
def test_it_is_refused_with_its_clause_and_without_the_value(
    room: Local, clause: str, environment: str, type_: str, value: str
) -> None:
    with pytest.raises(InvalidError) as error:
        put(room, f"{environment}/a", type_, value)
    (line,) = audit.list_entries(room, audit.Filter(verb="write"))

    assert "value-refused" == error.value.code
    assert f"({clause})" in error.value.message
    # The words of a stand-in are words of ours too.
    assert clause == "P-3.5" or no_part(value, f"{error.value.message} {error.value.fix}")
    assert ("failed", "value-refused") == (line.outcome, line.reason)
    assert [] == secret.list_folder(room, environment)


@pytest.mark.parametrize(
    ("environment", "type_", "value"),
    ADMITTED,
    ids=[f"{e} {t} {n}" for n, (e, t, _) in enumerate(ADMITTED)],
)
def test_its_neighbour_is_admitted(room: Local, environment: str, type_: str, value: str) -> None:
    assert 1 == put(room, f"{environment}/a", type_, value).version


SPELT: dict[str, tuple[str, Callable[[str], str]]] = {
    "as it is": (STAGE, lambda v: v),
    "for a laptop": (DEV, lambda v: v),
    "with a line's end": (DEV, lambda v: f"{v}\n"),
    "in a URL": (STAGE, lambda v: f"postgresql://app:{v}@elsewhere/app"),
    "in a URL, encoded": (STAGE, lambda v: f"postgresql://app:{v.replace('-', '%2D')}@db/app"),
}


@pytest.mark.parametrize(("environment", "spell"), SPELT.values(), ids=SPELT)
def test_one_environment_for_each_value(
    room: Local, environment: str, spell: Callable[[str], str]
) -> None:
    """P-4.3, P-2.10, P-8.5, P-8.12: however it is spelt there."""
    value = "aA1-" + secrets.token_hex(24)
    put(room, "production/db", DB, value)
    with pytest.raises(InvalidError) as error:
        put(room, f"{environment}/db", DB, spell(value))
    assert "value-reused" == error.value.code
    assert "(P-4.3)" in error.value.message
    assert no_part(value, error.value.message)


def api_key(room: Local, environment: str = PROD) -> str:
    return generate(GenerateRequest(API, environment=environment), room.policy).values[0].value


def test_a_key_is_one_clients(room: Local) -> None:
    """P-4.6: in the same environment too."""
    value = api_key(room)
    put(room, "production/keys/acme", API, value, "acme")
    for client in ("", "globex"):
        with pytest.raises(InvalidError) as error:
            put(room, "production/keys/globex", API, value, client)
        assert "value-reused" == error.value.code
        assert "(P-4.6)" in error.value.message
    assert ["acme"] == secret.list_folder(room, PROD, "keys")


def test_a_client_has_one_key_and_two_versions_of_it(room: Local) -> None:
    """P-4.6: versions overlap while one replaces the other, secrets do not."""
    acme = Address.parse("production/keys/acme")
    put(room, str(acme), API, api_key(room), "acme")
    assert 2 == put(room, str(acme), None, api_key(room)).version
    with pytest.raises(ConflictError) as error:
        put(room, "production/keys/acme-2", API, api_key(room), "acme")
    assert "client-taken" == error.value.code
    put(room, "staging/keys/acme", API, api_key(room, STAGE), "acme")
    put(room, "production/keys/other", API, api_key(room))
    with pytest.raises(ConflictError):
        describe.update(
            room, describe.UpdateRequest(Address.parse("production/keys/other"), client="acme")
        )


def test_two_clients_have_two_values_of_any_type(room: Local) -> None:
    """P-4.6: also where one client may have several secrets, and when he is named later."""
    value = "aA1-" + secrets.token_hex(24)
    put(room, "production/db/acme", DB, value, "acme")
    with pytest.raises(InvalidError) as error:
        put(room, "production/db/globex", DB, value, "globex")
    assert "(P-4.6)" in error.value.message
    put(room, "production/db/shared", DB, value)
    with pytest.raises(InvalidError) as late:
        describe.update(
            room, describe.UpdateRequest(Address.parse("production/db/shared"), client="globex")
        )
    assert "value-reused" == late.value.code


def guess(room: Local, value: str, number: int) -> str:
    try:
        put(room, f"development/guess-{number}", DB, value)
    except StrongroomError as error:
        return error.code
    return "admitted"


def test_nobody_finds_out_values_by_writing(room: Local) -> None:
    """P-4.3: five answers an hour that a value is in use, then none; each is an alarm."""
    there = "aA1-" + secrets.token_hex(24)
    put(room, "production/db", DB, there)
    codes = [guess(room, there, number) for number in range(7)]
    lines = audit.list_entries(room, audit.Filter(verb="write", limit=100))
    alarms = alarm.list_alarms(room)

    assert ["value-reused"] * 5 + ["reuse-limited"] * 2 == codes
    assert codes == [line.reason for line in lines if line.reason]
    assert 5 == rooms.status(room).alarms == len(alarms)
    assert ("value-reused", room.user, 5) == (alarms[0].code, alarms[0].principal, alarms[0].tries)
    assert no_part(there, repr(alarms) + repr(lines))


def test_after_the_limit_the_answer_is_the_same_for_every_value(room: Local) -> None:
    """P-4.3: whether it is in use, is not compared any more; what is generated still goes in."""
    there, fresh = ("aA1-" + secrets.token_hex(24) for _ in range(2))
    put(room, "production/db", DB, there)
    for number in range(5):
        guess(room, there, number)

    assert "reuse-limited" == guess(room, fresh, 8) == guess(room, there, 9)
    assert "admitted" == guess(room, "weak", 10)
    request = secret.WriteRequest(
        Address.parse("development/g"), Value.single(""), DB, "Ada Lovelace"
    )
    assert 1 == secret.generate_into(room, request).version


def test_the_limit_outlives_the_process_and_is_one_persons(room: Local, place: Place) -> None:
    """P-4.3."""
    there = "aA1-" + secrets.token_hex(24)
    put(room, "production/db", DB, there)
    for number in range(5):
        guess(room, there, number)
    access.add(room, access.PrincipalRequest("grace", ("Developer",)))
    holders = {holder.principal.name: holder for holder in access.who(room, "write", DEV_ADDRESS)}
    with place.opened() as again:
        assert "reuse-limited" == guess(again, there, 7)
        other = replace(
            again, caller=again.caller._replace(principal=holders["grace"].principal.id)
        )
        assert "value-reused" == guess(other, there, 8)


DEV_ADDRESS = Address.parse("development/guess-8")


def test_a_weak_value_is_refused_before_anything_is_compared(room: Local) -> None:
    """P-4.3: otherwise a short list of likely values would be answered one by one."""
    put(room, "development/db", DB, "weak-1")
    with pytest.raises(InvalidError) as error:
        put(room, "production/db", DB, "weak-1")
    assert "value-refused" == error.value.code
    assert 0 == rooms.status(room).alarms


def test_alarms_stay_until_somebody_has_seen_them(room: Local) -> None:
    there = "aA1-" + secrets.token_hex(24)
    put(room, "production/db", DB, there)
    guess(room, there, 1)

    assert 1 == alarm.seen(room, "it was me")
    assert 0 == rooms.status(room).alarms
    assert ["value-reused"] == [
        line.reason for line in audit.list_entries(room, audit.Filter(verb="write")) if line.reason
    ]


@pytest.mark.parametrize(
    ("environment", "type_", "value", "finding"),
    [
        (PROD, DB, "aA1!" + secrets.token_urlsafe(24), True),
        (PROD, MAIL, f"sk_live_{BODY}", False),
        (STAGE, DB, "aA1!" + secrets.token_urlsafe(24), False),
        (DEV, DB, "weak-1", False),
    ],
)
def test_where_a_value_came_from_is_recorded_and_said(
    room: Local, environment: str, type_: str, value: str, finding: bool
) -> None:
    """P-4.9: production from a human hand is a finding, unless only its provider could make it."""
    address = f"{environment}/a"
    written = put(room, address, type_, value)
    (version,) = secret.describe(room, Address.parse(address)).versions

    assert "human" == version.origin
    assert finding is (written.finding is not None and "P-4.9" in written.finding)


@pytest.mark.parametrize("origin", [Origin.GENERATED, Origin.IMPORTED])
def test_other_hands_are_named(room: Local, origin: Origin) -> None:
    """P-4.9."""
    request = secret.WriteRequest(
        Address.parse("production/a"), Value.single("aA1!" + secrets.token_urlsafe(24)), DB, "Ada"
    )
    assert None is secret.write(room, request, origin).finding
    (version,) = secret.describe(room, request.address).versions
    assert origin.value == version.origin


def test_a_refusal_does_not_stop_the_next_write(room: Local) -> None:
    for value in ("a" * 64, "changeme"):
        with suppress(InvalidError):
            put(room, "production/a", JWT, value)
    assert 1 == put(room, "production/a", JWT, SECRET).version
    with pytest.raises(LimitError):
        put(room, "production/a", None, "x" * (2 * 1024 * 1024))
