"""C-13, P-5.10: keys that sign tokens are rotated by their kind, and log nobody out by accident."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from strongroom.errors import InvalidError
from strongroom.generate import keys
from strongroom.keysets import token_keys
from strongroom.rotation.contract import Bench, RotatorContract
from strongroom.rotation.rotators.interface import Credential, Step, TargetDeniedError
from strongroom.rotation.rotators.jwt import JwtRotator
from strongroom.rotation.rotators.registry import find
from tests.rotation.rotators.test_versions import a_bench, a_job

ED = keys.ed25519().value
LEAD = {"lead_s": "600"}


def small_rsa() -> str:
    """2048 bits: what a policy may still accept, and quick to make."""
    key = rsa.generate_private_key(65537, 2048)
    return key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()).decode()


class TestHs256(RotatorContract):
    @pytest.fixture
    def bench(self) -> Bench:
        return a_bench(JwtRotator, keys.jwt().value)


class TestEdDsa(RotatorContract):
    @pytest.fixture
    def bench(self) -> Bench:
        return a_bench(JwtRotator, keys.ed25519().value, LEAD)


def test_it_is_found_by_its_name() -> None:
    assert isinstance(find("jwt"), JwtRotator)


@pytest.mark.parametrize(
    ("value", "algorithm"),
    [(keys.jwt().value, "HS256"), (ED, "EdDSA"), (small_rsa(), "RS256")],
    ids=["text", "ed25519", "rsa"],
)
def test_the_next_key_is_of_the_same_kind_and_another_one(value: str, algorithm: str) -> None:
    rotator, job = JwtRotator(), a_job(value, LEAD)
    rotator.check(job)
    going = replace(job, pending=Credential(2, rotator.mint(job)))
    rotator.test(going)
    assert going.pending is not None
    key = token_keys.read(going.pending.fields["value"])
    assert (key.algorithm, True) == (algorithm, key.signs)


def test_a_pending_value_of_another_kind_is_refused() -> None:
    rotator, job = JwtRotator(), a_job(ED, LEAD)
    for value in (ED, keys.jwt().value):
        with pytest.raises(TargetDeniedError):
            rotator.test(replace(job, pending=Credential(2, {"value": value})))


DAY = "86400"


@pytest.mark.parametrize(
    ("options", "refused"),
    [
        ({}, None),
        ({"grace_s": DAY, "token_life": "86070"}, None),
        ({"grace_s": DAY, "token_life": "86071"}, "C-13"),
        ({"grace_s": DAY, "token_life": "86040", "leeway": "300"}, "C-13"),
        ({"grace_s": DAY, "token_life": "43200", "ttl": "43201"}, "C-13"),
        ({"grace_s": "0", "token_life": "604800"}, None),
        ({"grace_s": "172800", "token_life": DAY}, None),
        ({"token_life": "8 days"}, "whole number"),
        ({"token_life": "-1"}, "whole number"),
        ({"leeway": "301"}, "whole number"),
        ({"token_life": "9" * 40}, "whole number"),
    ],
    ids=range(11),
)
def test_tokens_must_fit_into_the_grace(options: Mapping[str, str], refused: str | None) -> None:
    rotator, job = JwtRotator(), a_job(keys.jwt().value, options)
    if refused is None:
        rotator.check(job)
        return
    with pytest.raises(InvalidError, match=refused) as caught:
        rotator.check(job)
    assert caught.value.code == "target-option"
    assert "--option" in (caught.value.fix or "")


def test_a_pair_is_published_before_it_signs() -> None:
    rotator = JwtRotator()
    for options in ({}, {"lead_s": "59"}):
        with pytest.raises(InvalidError, match="JWKS"):
            rotator.check(a_job(ED, options))
    rotator.check(a_job(ED, {"lead_s": "60"}))
    rotator.check(a_job(ED, {"grace_s": "0"}))
    rotator.check(a_job(keys.jwt().value, {}))
    said = {one.step: one.text for one in rotator.statements(a_job(ED, LEAD))}
    assert "strongroom key jwks production/app/SECRET_KEY" in said[Step.SET]
    assert "600 seconds" in said[Step.SET]


def test_an_emergency_says_that_everybody_is_logged_out() -> None:
    said = {
        grace: [
            one.text
            for one in JwtRotator().statements(a_job(keys.jwt().value, {"grace_s": grace}))
            if one.step is Step.RETIRE
        ]
        for grace in ("0", DAY)
    }
    assert "everybody" in said["0"][0]
    assert "everybody" not in said[DAY][0]


@pytest.mark.parametrize(
    "value",
    [
        "fake-weak-key",
        "-----BEGIN PRIVATE KEY-----\nfake\n-----END PRIVATE KEY-----",
        ed25519.Ed25519PrivateKey.generate()
        .public_key()
        .public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
        "half \ud800",
    ],
    ids=["weak", "pem", "public", "surrogate"],
)
def test_what_signs_nothing_is_refused_and_not_repeated(value: str) -> None:
    with pytest.raises(InvalidError) as caught:
        JwtRotator().check(a_job(value, LEAD))
    assert caught.value.code == "target-field"
    assert value.splitlines()[0] not in f"{caught.value} {caught.value.fix}"
