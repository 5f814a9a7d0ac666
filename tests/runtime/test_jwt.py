"""P-5.7, C-13: a rotation of the signing key logs nobody out, and its removal logs out everybody."""

import json
import secrets as random
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import joserfc.jwt
import pytest
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwk

from strongroom.errors import ConfigError, InvalidError, UnauthenticatedError, UpstreamError
from strongroom.generate import keys
from strongroom.runtime import client
from strongroom.runtime.client import Secrets
from strongroom.runtime.jwks import PublicKeys
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


def test_what_waits_its_turn_is_published_beside_and_accepted_by_nobody_yet(
    secrets: Secrets, origin: MemoryOrigin, tmp_path: Path
) -> None:
    """A key pair is known to others before it signs."""
    for name in ("NOW_KEY", "NEXT_KEY"):
        origin.put(name, keys.ed25519().value)
    current, pending = (Tokens(secrets, name) for name in ("NOW_KEY", "NEXT_KEY"))
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": pending.jwks()["keys"] + current.jwks()["keys"]}), "utf-8")
    tokens = Tokens(secrets, "NOW_KEY", published=PublicKeys(path))
    assert tokens.jwks() == {"keys": current.jwks()["keys"] + pending.jwks()["keys"]}
    with pytest.raises(UnauthenticatedError):
        tokens.verify(pending.sign({}))
    path.unlink()
    assert Tokens(secrets, "NOW_KEY", published=PublicKeys(path)).jwks() == current.jwks()


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


def test_life_leeway_and_what_a_signer_may_not_know_yet_fit_into_the_grace(
    origin: MemoryOrigin,
) -> None:
    """C-13: another node may have rotated `ttl` seconds ago, and a verifier accepts the leeway too."""
    with Secrets(origin, environment="production", poll=3600.0, ttl=600.0) as secrets:
        Tokens(secrets, "SECRET_KEY", life_s=370.0, grace_s=1000.0, leeway_s=30.0)
        with pytest.raises(ConfigError) as caught:
            Tokens(secrets, "SECRET_KEY", life_s=371.0, grace_s=1000.0, leeway_s=30.0)
    assert caught.value.code == "token-life-over-grace"


def test_while_the_origin_is_away_tokens_live_shorter_and_then_none_is_signed(
    origin: MemoryOrigin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that was rotated meanwhile is accepted for the grace, counted from what we last heard."""
    now = [1_000.0]
    monkeypatch.setattr(client, "_clock", lambda: now[0])
    with Secrets(origin, environment="production", poll=3600.0) as secrets:
        tokens = Tokens(secrets, "SECRET_KEY", life_s=3600.0, grace_s=7200.0, leeway_s=30.0)

        def lives() -> float:
            claims = tokens.verify(tokens.sign({}))
            return float(claims["exp"] - claims["iat"])

        assert lives() == 3600
        origin.failure = UpstreamError("fake-away", "away", retryable=True)
        now[0] += 3570
        assert lives() == 3600
        now[0] += 600
        assert lives() == 3000
        now[0] += 3000
        with pytest.raises(UpstreamError) as caught:
            tokens.sign({})
        assert caught.value.code == "token-key-stale"
        origin.failure = None
        now[0] += 60
        assert lives() == 3600


def test_a_strangers_key_id_is_refused_while_the_origin_is_away(
    origin: MemoryOrigin, clock: Clock
) -> None:
    foreign = MemoryOrigin(SECRET_KEY=random.token_hex(32))
    with Secrets(foreign, environment="production", poll=3600.0) as other:
        text = Tokens(other, "SECRET_KEY", clock=clock).sign({})
    with Secrets(origin, environment="production", poll=3600.0, max_stale=0) as secrets:
        tokens = Tokens(secrets, "SECRET_KEY", clock=clock)
        for _ in range(3):  # until nothing need be asked for
            assert tokens.verify(tokens.sign({}))
        origin.failure = UpstreamError("fake-away", "away", retryable=True)
        with pytest.raises(UnauthenticatedError) as caught:
            tokens.verify(text)
    assert caught.value.code == "token-key-unknown"


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
