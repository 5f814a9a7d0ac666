"""P-5.7: a rotation of a data key loses nothing: new texts by the new key, old ones still open."""

import logging
from collections.abc import Callable, Iterator

import pytest

from strongroom.errors import ConfigError, InvalidError, NotFoundError
from strongroom.generate import keys as made
from strongroom.keysets import ciphertext, data_keys
from strongroom.runtime.client import Secrets
from strongroom.runtime.data_keys import DataKeys
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.secret import Secret


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def origin() -> MemoryOrigin:
    return MemoryOrigin(FIELD_KEY=made.data_key().value)


@pytest.fixture
def secrets(origin: MemoryOrigin) -> Iterator[Secrets]:
    with Secrets(origin, environment="production", poll=3600.0) as held:
        yield held


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(secrets: Secrets, clock: Clock) -> DataKeys:
    return DataKeys(secrets, "FIELD_KEY", clock=clock)


def test_a_field_goes_in_and_comes_out(keys: DataKeys) -> None:
    text = keys.encrypt("ada@example.com", "customers.email:42")
    assert "ada@example.com" == keys.decrypt_text(text, "customers.email:42")
    assert b"ada" == keys.decrypt(keys.encrypt(b"ada"))
    assert 1 == ciphertext.parse(text).version
    assert not keys.is_stale(text)
    with pytest.raises(InvalidError):
        keys.decrypt(text, "customers.email:43")


def test_after_a_rotation_old_texts_open_and_are_stale(
    keys: DataKeys, origin: MemoryOrigin, secrets: Secrets
) -> None:
    old = keys.encrypt("ada", "c")
    origin.put("FIELD_KEY", made.data_key().value)
    secrets.refresh("FIELD_KEY")
    assert keys.is_stale(old)
    assert "ada" == keys.decrypt_text(old, "c")
    new = keys.rewrap(old, "c")
    assert not keys.is_stale(new)
    assert "ada" == keys.decrypt_text(new, "c")


def test_a_text_of_a_newer_key_is_opened_at_once(keys: DataKeys, origin: MemoryOrigin) -> None:
    keys.decrypt(keys.encrypt("warm"))
    origin.put("FIELD_KEY", value := made.data_key().value)
    text = ciphertext.encrypt(data_keys.read(value, 2), b"of another node")
    assert "of another node" == keys.decrypt_text(text)


class Counting:
    """The secrets, and how often they were asked anew."""

    def __init__(self, secrets: Secrets) -> None:
        self.secrets = secrets
        self.asked = 0

    def get(self, name: str) -> Secret:
        return self.secrets.get(name)

    def versions(self, name: str) -> tuple[Secret, ...]:
        return self.secrets.versions(name)

    def refresh(self, name: str) -> Secret:
        self.asked += 1
        return self.secrets.refresh(name)


def test_garbage_makes_nobody_ask_all_the_time(secrets: Secrets, clock: Clock) -> None:
    counting = Counting(secrets)
    keys = DataKeys(counting, "FIELD_KEY", clock=clock)
    stranger = ciphertext.encrypt(data_keys.read("22" * 32), b"x")
    for seconds, asked in ((0, 1), (1, 1), (5, 2)):
        clock.now += seconds
        with pytest.raises(NotFoundError):
            keys.decrypt(stranger)
        assert asked == counting.asked


def test_an_old_version_that_is_no_key_stops_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    origin = MemoryOrigin(FIELD_KEY="fake-from-before-there-were-keys")
    with Secrets(origin, environment="production", poll=3600.0) as secrets:
        keys = DataKeys(secrets, "FIELD_KEY")
        with pytest.raises(ConfigError) as caught:
            keys.encrypt("x")
        assert caught.value.code == "data-key-unusable"
        origin.put("FIELD_KEY", made.data_key().value)
        secrets.refresh("FIELD_KEY")
        with caplog.at_level(logging.ERROR, "strongroom.runtime"):
            assert "x" == keys.decrypt_text(keys.encrypt("x"))
    assert "is not accepted: data-key-unusable" in caplog.text
    assert "fake-from-before" not in caplog.text


def test_what_is_no_text_is_said_without_it(keys: DataKeys) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: keys.encrypt("half \ud800"),
        lambda: keys.decrypt_text(keys.encrypt(b"\xff\xfe")),
    ]
    for bad in attempts:
        with pytest.raises(InvalidError) as caught:
            bad()
        assert (caught.value.code, caught.value.__context__) == ("value-not-text", None)
