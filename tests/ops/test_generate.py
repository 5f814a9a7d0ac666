"""Tests for strongroom.ops.generate."""

import os
import re
from pathlib import Path

import pytest
from tests.ops.policies import POLICY, with_numbers

from strongroom.errors import (
    ConflictError,
    InvalidError,
    LimitError,
    MachineError,
    StrongroomError,
    UsageError,
)
from strongroom.generate import api_key
from strongroom.generate.password import Target
from strongroom.ops.generate import COUNT_MAX, GenerateRequest, generate, write


@pytest.mark.parametrize(
    ("type_", "pattern", "bits", "clause"),
    [
        ("JWT Secret Key", r"[0-9a-f]{64}", 256, "P-4.1"),
        ("API Keys", r"api_live_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}", 256, "P-4.4"),
        ("Database Passwords", r"[0-9A-Za-z][0-9A-Za-z._-]{21}", 128, "P-4.8"),
        ("Redis Password", r"[0-9A-Za-z][0-9A-Za-z._-]{31}", 128, "P-4.8"),
        ("Encryption Keys", r"[0-9A-Za-z_-]{43}=", 256, "P-1.13"),
        ("passphrase", r"[a-z-]+(\.[a-z-]+){9}", 128, "P-4.9"),
        ("ed25519", r"(?s)-----BEGIN PRIVATE KEY-----.*-----END PRIVATE KEY-----", 128, "P-1.13"),
        ("rsa", r"(?s)-----BEGIN PRIVATE KEY-----.*-----END PRIVATE KEY-----", 128, "P-1.13"),
    ],
)
def test_each_type_has_its_own_form(type_: str, pattern: str, bits: int, clause: str) -> None:
    """C-5: one command for everything makes passwords without capitals."""
    result = generate(GenerateRequest(type_), POLICY)

    assert re.fullmatch(pattern, result.values[0].value)
    assert result.bits >= bits
    assert clause == result.clause


def test_no_representation_shows_a_value() -> None:
    result = generate(GenerateRequest("jwt", count=2), POLICY)

    assert not any(made.value in f"{result!r}{result}" for made in result.values)
    assert result.values[0].value != result.values[1].value


def test_the_numbers_are_the_policys() -> None:
    policy = with_numbers(
        jwt_bits_min=380, api_key_bits_min=300, password_length_min=40, password_classes=("lower",)
    )

    assert generate(GenerateRequest("jwt"), policy).bits == 384
    assert generate(GenerateRequest("api-key"), policy).bits == 304
    password = generate(GenerateRequest("password"), policy).values[0].value
    assert re.fullmatch("[A-Za-z0-9]{40}", password)


@pytest.mark.parametrize(
    ("env", "marker"), [("prod", "live"), ("staging", "test"), ("dev", "dev"), ("qa-2", "qa-2")]
)
def test_an_api_key_names_its_environment(env: str, marker: str) -> None:
    result = generate(GenerateRequest("API token", environment=env, brand="acme"), POLICY)

    assert api_key.check(result.values[0].value) == api_key.Parts("acme", marker, 32)
    assert result.notes == ()


def test_an_api_key_for_no_named_environment_says_which_it_took() -> None:
    assert generate(GenerateRequest("api-key"), POLICY).notes == (
        "the key says Production; --env names another environment",
    )


def test_defaults_are_said_to_be_used() -> None:
    assert "no policy document" in generate(GenerateRequest("jwt"), None).notes[0]


def test_what_is_asked_for_beyond_the_policy_is_given() -> None:
    assert generate(GenerateRequest("jwt", bits=512), POLICY).bits == 512
    assert generate(GenerateRequest("rsa", bits=4096), POLICY).format == "RSA-4096, PEM"
    assert generate(GenerateRequest("data-key", bits=512), POLICY).bits == 512
    assert generate(GenerateRequest("password", bits=200), POLICY).bits >= 200
    assert len(generate(GenerateRequest("password", length=16), POLICY).values[0].value) == 16
    url = generate(GenerateRequest("password", target=Target.URL, length=64), POLICY)
    assert "a URL" in url.format


@pytest.mark.parametrize(
    ("request_", "kind", "code", "words"),
    [
        (GenerateRequest("jwt", bits=128), InvalidError, "strength-below-policy", "128 bits asked"),
        (GenerateRequest("api-key", bits=128), InvalidError, "strength-below-policy", "(P-4.4)"),
        (GenerateRequest("password", length=15), InvalidError, "strength-below-policy", "(P-4.7)"),
        (GenerateRequest("redis", length=31), InvalidError, "strength-below-policy", "(P-2.4)"),
        (GenerateRequest("passphrase", bits=64), InvalidError, "strength-below-policy", "(P-4.9)"),
        (GenerateRequest("rsa", bits=2048), InvalidError, "key-bits", "3072 or 4096"),
        (GenerateRequest("Sentry"), InvalidError, "provider-issues", "Sentry issues"),
        (GenerateRequest("Twilio token"), InvalidError, "provider-issues", "the provider issues"),
        (GenerateRequest("zebra"), InvalidError, "type-unknown", "no type"),
        (GenerateRequest("jwt", environment="moon"), InvalidError, "environment-unknown", ""),
        (GenerateRequest("jwt", length=64), UsageError, "option-unfit", "--length"),
        (GenerateRequest("jwt", target=Target.URL), UsageError, "option-unfit", "--for"),
        (GenerateRequest("jwt", brand="api"), UsageError, "option-unfit", "--brand"),
        (GenerateRequest("ed25519", bits=256), UsageError, "option-unfit", "--bits"),
        (GenerateRequest("password", length=20, bits=99), UsageError, "option-unfit", "one of"),
        (GenerateRequest("jwt", count=0), LimitError, "count-out-of-range", ""),
        (GenerateRequest("jwt", count=COUNT_MAX + 1), LimitError, "count-out-of-range", ""),
    ],
)
def test_what_cannot_be_made_is_refused(
    request_: GenerateRequest, kind: type[StrongroomError], code: str, words: str
) -> None:
    with pytest.raises(kind) as refused:
        generate(request_, POLICY)

    assert code == refused.value.code
    assert words in refused.value.message


def test_a_file_is_the_owners_alone(tmp_path: Path) -> None:
    result = generate(GenerateRequest("jwt", count=2), POLICY)
    written = write(result, tmp_path / "key")

    assert written == (tmp_path / "key",)
    assert (tmp_path / "key").read_text() == "".join(f"{v.value}\n" for v in result.values)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_a_pair_is_two_files(tmp_path: Path) -> None:
    result = generate(GenerateRequest("ed25519"), POLICY)
    written = write(result, tmp_path / "key")

    assert written == (tmp_path / "key", tmp_path / "key.pub")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "key.pub").read_text() == f"{result.values[0].public}\n"


def test_nothing_is_overwritten_and_nothing_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "key.pub").write_text("mine")
    with pytest.raises(ConflictError) as refused:
        write(generate(GenerateRequest("ed25519"), POLICY), tmp_path / "key")

    assert refused.value.code == "file-exists"
    assert [path.name for path in tmp_path.iterdir()] == ["key.pub"]
    assert (tmp_path / "key.pub").read_text() == "mine"


def test_a_link_to_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConflictError):
        write(generate(GenerateRequest("jwt"), POLICY), tmp_path / "key")

    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(MachineError) as refused:
        write(generate(GenerateRequest("jwt"), POLICY), tmp_path / "none" / "key")

    assert refused.value.code == "file-unwritable"


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value cut in half would be taken for a whole one."""

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MachineError):
        write(generate(GenerateRequest("jwt"), POLICY), tmp_path / "key")

    assert list(tmp_path.iterdir()) == []
