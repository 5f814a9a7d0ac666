"""P-5.7, C-13: a rotation of the signing key logs nobody out, and its removal logs out everybody."""

import secrets as random
from collections.abc import Iterable, Iterator, Mapping

import joserfc.jwt
import pytest
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwk

from strongroom.errors import ConfigError, InvalidError, UnauthenticatedError
from strongroom.runtime.client import Secrets
from strongroom.runtime.jwt import Tokens
from strongroom.runtime.origin.interface import Delivery
from strongroom.runtime.origin.memory import MemoryOrigin


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def origin() -> MemoryOrigin:
    return MemoryOrigin(SECRET_KEY=random.token_hex(32))


@pytest.fixture
def secrets(origin: MemoryOrigin) -> Iterator[Secrets]:
    with Secrets(origin, environment="production", poll=3600.0) as held:
        yield held


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(secrets: Secrets, clock: Clock) -> Tokens:
    return Tokens(secrets, "SECRET_KEY", issuer="us", audience="api", clock=clock)


def test_another_library_reads_what_is_signed(tokens: Tokens, secrets: Secrets) -> None:
    text = tokens.sign({"sub": "42", "näme": "Ada"})
    key = jwk.OctKey.import_key(secrets.get("SECRET_KEY").reveal())
    theirs = joserfc.jwt.decode(text, key, algorithms=["HS256"])
    assert theirs.claims == tokens.verify(text)
    assert theirs.claims["sub"] == "42"
    assert theirs.claims["exp"] - theirs.claims["iat"] == 3600


def test_what_another_library_signs_is_read(tokens: Tokens, secrets: Secrets, clock: Clock) -> None:
    key = jwk.OctKey.import_key(secrets.get("SECRET_KEY").reveal())
    claims = {"sub": "42", "iss": "us", "aud": ["api"], "iat": clock.now, "exp": clock.now + 60}
    assert tokens.verify(joserfc.jwt.encode({"alg": "HS256"}, claims, key))["sub"] == "42"


def test_the_newest_key_signs_and_the_one_in_grace_is_accepted(
    tokens: Tokens, secrets: Secrets, origin: MemoryOrigin
) -> None:
    before = tokens.sign({"sub": "42"})
    origin.put("SECRET_KEY", random.token_hex(32))
    secrets.refresh("SECRET_KEY")
    after = tokens.sign({"sub": "42"})
    assert before.split(".")[0] != after.split(".")[0]
    assert tokens.verify(before)["sub"] == tokens.verify(after)["sub"] == "42"


def test_a_token_of_a_node_that_rotated_first_is_accepted_at_once(
    tokens: Tokens, origin: MemoryOrigin, clock: Clock
) -> None:
    assert tokens.verify(tokens.sign({}))
    origin.put("SECRET_KEY", random.token_hex(32))
    with Secrets(origin, environment="production", poll=3600.0) as other:
        text = Tokens(other, "SECRET_KEY", issuer="us", audience="api", clock=clock).sign({})
    assert tokens.verify(text)


def test_unknown_keys_do_not_become_a_storm(
    tokens: Tokens, secrets: Secrets, origin: MemoryOrigin, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = MemoryOrigin(SECRET_KEY=random.token_hex(32))
    with Secrets(foreign, environment="production", poll=3600.0) as other:
        text = Tokens(other, "SECRET_KEY", issuer="us", audience="api").sign({})
    asked = []
    fetch = origin.fetch
    tokens.sign({})

    def noted(names: Iterable[str] | None = None) -> Mapping[str, Delivery]:
        asked.append(1)
        return fetch(names)

    monkeypatch.setattr(origin, "fetch", noted)
    for _ in range(20):
        with pytest.raises(UnauthenticatedError):
            tokens.verify(text)
    assert len(asked) == 1


def test_a_key_that_is_out_of_grace_is_not_accepted(
    secrets: Secrets, origin: MemoryOrigin, clock: Clock
) -> None:
    old = Tokens(secrets, "SECRET_KEY", clock=clock).sign({})
    for _ in range(2):
        origin.put("SECRET_KEY", random.token_hex(32))
    with (
        Secrets(origin, environment="production", poll=3600.0) as anew,
        pytest.raises(UnauthenticatedError) as caught,
    ):
        Tokens(anew, "SECRET_KEY", clock=clock).verify(old)
    assert caught.value.code == "token-key-unknown"


def test_public_keys_are_published_and_nothing_private(
    secrets: Secrets, origin: MemoryOrigin, clock: Clock
) -> None:
    assert Tokens(secrets, "SECRET_KEY").jwks() == {"keys": []}
    for _ in range(2):
        pem = rsa.generate_private_key(65537, 2048).private_bytes(
            s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()
        )
        origin.put("RSA_KEY", pem.decode())
    tokens = Tokens(secrets, "RSA_KEY", clock=clock)
    published = tokens.jwks()
    assert len(published["keys"]) == 2
    assert {name for key in published["keys"] for name in key} == {"kty", "n", "e", "kid", "alg", "use"}  # fmt: skip
    theirs = jwk.KeySet.import_key_set(published)
    assert joserfc.jwt.decode(tokens.sign({"sub": "1"}), theirs, ["RS256"]).claims["sub"] == "1"


def test_a_token_that_outlives_the_grace_is_refused_at_the_start_and_when_signing(
    secrets: Secrets, tokens: Tokens
) -> None:
    """C-13, P-5.10."""
    with pytest.raises(ConfigError, match="C-13"):
        Tokens(secrets, "SECRET_KEY", life_s=8 * 24 * 3600)
    with pytest.raises(InvalidError, match="C-13"):
        tokens.sign({}, life_s=3601)
    assert tokens.sign({}, life_s=3600)
    with pytest.raises(ConfigError):
        Tokens(secrets, "SECRET_KEY", leeway_s=3600)


@pytest.mark.parametrize(
    "claims", [{"exp": 1}, {"aud": "other"}, {"a": {1}}, {"a": float("nan")}, {"a": "x" * 9000}],
    ids=range(5),
)  # fmt: skip
def test_claims_that_cannot_be_are_refused(tokens: Tokens, claims: dict[str, object]) -> None:
    with pytest.raises(InvalidError) as caught:
        tokens.sign(claims)
    assert caught.value.code == "token-claims"


def test_a_weak_key_signs_nothing_and_is_not_accepted_in_grace(
    secrets: Secrets, origin: MemoryOrigin, caplog: pytest.LogCaptureFixture
) -> None:
    origin.put("WEAK", "fake-weak-key")
    tokens = Tokens(secrets, "WEAK")
    with pytest.raises(ConfigError) as caught:
        tokens.sign({})
    assert caught.value.code == "jwt-key-weak"
    assert tokens.jwks() == {"keys": []}
    assert "jwt-key-weak" in caplog.text
    assert "fake-weak-key" not in caplog.text
