"""Tests for strongroom.generate.strength: what is random passes, what is not does not."""

import base64
import json
import secrets
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.generate import api_key, keys, passphrase, password
from strongroom.generate.strength import Measurer, measure, measure_bytes

RANDOM = {
    "hex": lambda: secrets.token_hex(32),
    "hex in capitals": lambda: secrets.token_hex(32).upper(),
    "base64": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    "base64url without padding": lambda: secrets.token_urlsafe(32),
    "an API key of ours": lambda: api_key.generate(brand="api", marker="live").value,
    "a data key": lambda: keys.data_key().value,
    "a password": lambda: password.generate(length=45).value,
    "a symmetric JWK": lambda: json.dumps({"kty": "oct", "k": secrets.token_urlsafe(32)}),
    "a URL's password": lambda: f"redis://:{secrets.token_hex(32)}@cache:6379/0",
}


@pytest.mark.parametrize("make", RANDOM.values(), ids=RANDOM)
def test_256_random_bits_are_never_called_fewer(make: object) -> None:
    """A generator whose output the measure refuses would be no use."""
    assert callable(make)
    for _ in range(1000):
        found = measure(make())
        assert found.bits >= 256
        assert not found.sentinel
        assert not any("words" in note for note in found.notes)


@pytest.mark.parametrize("make", RANDOM.values(), ids=RANDOM)
def test_no_representation_shows_the_value(make: object) -> None:
    assert callable(make)
    value = make()

    assert value[8:24] not in repr(measure(value))


WEAK = {
    "one letter": "a" * 64,
    "one figure": "0" * 64,
    "words": "thisismysupersecretkeyforproject",
    "words apart": "the quick brown fox jumps over the lazy dog and runs away",
    "hexadecimal digits in order": "0123456789abcdef" * 4,
    "bytes in order": bytes(range(32)).hex(),
    "bytes of one kind, encoded": base64.b64encode(b"\x07" * 32).decode(),
    "words, encoded": base64.b64encode(b"changeme-changeme-changeme-12345").decode(),
    "words, encoded as hexadecimal": b"my-own-key-that-i-made-up-myself".hex(),
    "figures, encoded": base64.b64encode(str(10**39 + secrets.randbelow(10**39)).encode()).decode(),
    "128 bits": secrets.token_hex(16),
    "128 bits twice": secrets.token_hex(16) * 2,
    "figures": "".join(str(secrets.randbelow(10)) for _ in range(64)),
    "a stand-in": "dev-secret-key-change-in-production",
    "a stand-in of a framework": "django-insecure-" + secrets.token_urlsafe(40),
    "a prefix counts for nothing": "sk_live_" + secrets.token_urlsafe(27),
    "a URL with a stand-in": "postgresql://app:change%6De@db/app",
    "a JWK of 128 bits": json.dumps({"kty": "oct", "k": secrets.token_urlsafe(16)}),
    "a UUID": str(uuid.UUID(bytes=secrets.token_bytes(16), version=4)),
}


@pytest.mark.parametrize("value", WEAK.values(), ids=WEAK)
def test_what_only_looks_long_is_less_than_256_bits(value: str) -> None:
    assert measure(value).bits < 256


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (secrets.token_hex(32), "hex"),
        (base64.b64encode(b"\xfb" + secrets.token_bytes(31)).decode(), "base64"),
        ("-_" + secrets.token_urlsafe(31), "base64url"),
        ("thisismysupersecretkeyforproject", "text"),
        ("pa ss", "text"),
        ("", "empty"),
        (str(uuid.UUID(bytes=bytes(16), version=4)), "uuid"),
        ("amqp://a:b@c", "url"),
        ("https://key@host/1", "text"),
        ("https://host:443/a:b@c", "text"),
        (keys.ed25519().value, "pem"),
        ('{"kty": "OKP", "crv": "Ed25519"}', "jwk"),
        (api_key.generate(brand="api", marker="test").value, "api-key"),
    ],
)
def test_the_kind_is_named(value: str, kind: str) -> None:
    assert measure(value).kind == kind


def test_a_uuid_of_time_is_no_secret() -> None:
    found = measure(str(uuid.UUID(int=secrets.randbits(128), version=1)))

    assert found.bits == 14
    assert found.notes


def test_bytes_count_and_not_characters() -> None:
    """P-4.1."""
    assert measure(secrets.token_hex(16)).bits == 128
    assert measure(secrets.token_urlsafe(16)).bits == 128


def test_length_and_classes_are_those_of_the_password_in_a_url() -> None:
    found = measure("postgresql://app:Aa1%2Dx@db/app")

    assert (found.length, found.classes) == (5, ("upper", "lower", "digits", "symbols"))


def test_keys_carry_their_algorithm_and_its_note() -> None:
    pair = json.dumps({"keys": [{"kty": "EC", "crv": "P-192"}, {"kty": "OKP", "crv": "Ed25519"}]})

    assert measure(keys.ed25519().value).bits == 128
    weakest = measure(pair).algorithm
    assert weakest is not None
    assert weakest.name == "EC P-192"
    assert "2030" in measure('{"kty": "EC", "crv": "P-224"}').notes[0]
    unreadable = measure('{"kty": "oct"}')
    assert unreadable.algorithm is not None
    assert unreadable.algorithm.strength is None


def test_api_keys_carry_their_parts_or_their_flaw() -> None:
    key = api_key.generate(brand="api", marker="live").value
    broken = key[:-1] + ("0" if key[-1] != "0" else "1")

    assert measure(key).key == api_key.Parts("api", "live", 32)
    assert measure(broken).key is api_key.Flaw.CHECKSUM
    assert measure("sk_live_abc").key is api_key.Flaw.SHAPE
    assert measure(secrets.token_hex(32)).key is None
    assert measure(api_key.build("api", "live", bytes(32))).bits < 256


def test_raw_bytes_are_eight_bits_each() -> None:
    raw = b"\xff" + secrets.token_bytes(31)

    assert (measure_bytes(raw).kind, measure_bytes(raw).bits) == ("bytes", 256)
    assert measure_bytes(raw).length == 32
    assert measure_bytes(b"changeme").sentinel


def test_control_characters_are_seen() -> None:
    assert measure("a\nb").controls
    assert measure("a\x7fb").controls
    assert not measure("a b").controls


def test_a_long_value_is_measured_by_its_beginning_and_says_so() -> None:
    long = measure(secrets.token_hex(4096))

    assert long.bits > 256
    assert "first 512" in long.notes[0]
    assert measure("a" * 1_000_000).bits < 20


def test_a_passphrase_has_the_bits_of_its_words() -> None:
    # Four words of the list have a hyphen and are held for two: such a one is drawn again.
    drawn = (passphrase.generate(words=10).value for _ in range(1_000))
    value = next(text for text in drawn if "-" not in text)

    assert 127 <= measure(value).bits <= 131


def test_beyond_ascii_a_character_is_a_byte() -> None:
    assert measure("éàüñøßæ").bits <= 7 * 8


HOSTILE = {
    "a URL of separators": "a://" + ":" * 1_000_000,
    "a URL of signs": "a://:" + "@" * 1_000_000,
    "a key that never ends": "-----BEGIN PRIVATE KEY-----\n" + "A" * 1_000_000,
    "deep JSON": '{"a":' * 200_000,
    "a long number": '{"kty": "RSA", "n": "' + "A" * 1_000_000 + '"}',
    "words without end": "ab " * 300_000,
    "an API key without end": "api_live_" + "0" * 1_000_000,
    "bars": "_" * 1_000_000,
    "half a character": "\ud800" * 9 + "-----BEGIN ",
    "half a character in a URL": "a://:\ud800@",
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_hostile_values_are_measured_too(value: str) -> None:
    """Those that take quadratic time or too deep a stack elsewhere; each ends at once here."""
    assert measure(value).bits >= 0


@given(st.text(max_size=100))
def test_any_text_can_be_measured(text: str) -> None:
    found = measure(text)

    assert found.bits >= 0
    assert found.length == len(text) or found.kind == "url"


@given(st.binary(max_size=100))
def test_any_bytes_can_be_measured(data: bytes) -> None:
    assert 0 <= measure_bytes(data).bits <= 8 * max(1, len(data))


@given(st.text(alphabet='ab1-_=/:@{}"%$', max_size=40))
def test_any_text_of_our_own_separators_can_be_measured(text: str) -> None:
    assert measure(text).bits >= 0


def test_who_asks_twice_is_answered_the_same() -> None:
    once = Measurer()

    assert once(b"plainly-fake-1815") is once(b"plainly-fake-1815")
    assert once(b"plainly-fake-1815") == measure(b"plainly-fake-1815".decode())
