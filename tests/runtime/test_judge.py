"""What is said of one value, in each environment."""

import secrets

import pytest

from strongroom.generate import api_key
from strongroom.generate.kinds import Kind
from strongroom.model.floor import Floor, Unit
from strongroom.runtime.declaration import Declared
from strongroom.runtime.environment import Environment
from strongroom.runtime.judge import VALUE_CHARS_MAX, judge
from strongroom.runtime.problems import Level

LIVE = api_key.generate(brand="api", marker="live").value
TEST = api_key.generate(brand="api", marker="test").value
STRONG = secrets.token_hex(32)
WORDS = "correct horse battery staple"


def said(
    value: str, kind: Kind | None = None, environment: str = "production"
) -> list[tuple[str, str, str]]:
    found = list(judge(Declared("KEY", kind), value, Environment(environment)))
    assert not any(value[i : i + 6] in str(p) for p in found for i in range(len(value[:200]) - 5))
    return [(p.code, p.clause, p.level.value) for p in found]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (STRONG, Kind.JWT),
        (LIVE, Kind.API_KEY),
        ("aB3-" + secrets.token_urlsafe(20), Kind.PASSWORD),
        (f"postgresql://app:{STRONG}@db/x", Kind.PASSWORD),
        (STRONG, None),
    ],
)
def test_a_good_value_has_no_problem(value: str, kind: Kind | None) -> None:
    assert said(value, kind) == []


@pytest.mark.parametrize(
    ("value", "kind", "problem"),
    [
        ("changeme", None, ("placeholder", "P-3.5", "error")),
        ("dev-secret-key-change-in-production", Kind.JWT, ("placeholder", "P-3.5", "error")),
        ("postgresql://app:password@db/x", Kind.PASSWORD, ("placeholder", "P-3.5", "error")),
        (STRONG[:32], Kind.JWT, ("weak", "P-4.1", "error")),
        ("a" * 64 + "b", Kind.JWT, ("weak", "P-4.1", "error")),
        (STRONG[:32], Kind.API_KEY, ("weak", "P-4.4", "error")),
        ("xK3-vbq9Lm2", Kind.PASSWORD, ("weak", "P-4.7", "error")),
        (STRONG[:20], Kind.REDIS_PASSWORD, ("weak", "P-2.4", "error")),
        (WORDS, None, ("weak", "P-2.12", "warning")),
        (STRONG + "\n", None, ("blanks", "P-8.6", "warning")),
        (STRONG + "\0", None, ("control-characters", "P-4.7", "error")),
        ("x" * (VALUE_CHARS_MAX + 1), None, ("oversized", "P-4.7", "error")),
        (TEST, Kind.API_KEY, ("wrong-environment", "P-4.5", "error")),
        ("sk_test_" + STRONG, None, ("wrong-environment", "P-4.5", "error")),
    ],
)
def test_a_bad_value_is_named_with_its_clause(
    value: str, kind: Kind | None, problem: tuple[str, str, str]
) -> None:
    assert problem in said(value, kind)


@pytest.mark.parametrize("value", ["changeme", "dev-api-key", "abc", "x7Kq9z2b"])
def test_weak_values_are_accepted_for_local_work(value: str) -> None:
    """P-3.4."""
    assert said(value, Kind.JWT, "development") == []


@pytest.mark.parametrize("environment", ["development", "staging"])
def test_a_production_key_is_an_error_everywhere_else(environment: str) -> None:
    assert said(LIVE, Kind.API_KEY, environment) == [("wrong-environment", "P-4.5", "error")]
    assert said(TEST, Kind.API_KEY, environment) == []


def test_a_key_pair_is_judged_by_its_algorithm() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
        form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return key.private_bytes(*form).decode()

    assert said(pem(ec.generate_private_key(ec.SECP256R1())))[0:1] == [
        ("blanks", "P-8.6", "warning")
    ]
    weak = said(pem(ec.generate_private_key(ec.SECP192R1())), Kind.RSA)
    assert ("weak", "P-1.13", "error") in weak


def test_levels_are_what_the_problem_says() -> None:
    assert {level.value for level in Level} == {"error", "warning"}


def test_what_the_origin_says_counts_before_the_floors_of_every_policy() -> None:
    """C-10: the policy's own numbers, with its clause."""
    stricter = (Floor(Unit.CHARACTERS, 24, "P-4.7"), Floor(Unit.BITS, 80, "P-4.9"))
    value = "xK3-vbq9Lm2-8Pq4Rt7z"

    def said_with(floors: tuple[Floor, ...] | None, environment: str) -> list[str]:
        secret = Declared("KEY", Kind.PASSWORD)
        return [str(p) for p in judge(secret, value, Environment(environment), floors)]

    assert said_with(None, "production") == []
    assert said_with(stricter, "production") == ["KEY has 20 characters, 24 required (P-4.7)"]
    assert said_with((), "production") == []
    assert said_with(stricter, "development") == []
    weak = list(judge(Declared("KEY", Kind.PASSWORD), "short", Environment("qa"), ()))
    assert weak == []
