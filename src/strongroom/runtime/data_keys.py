"""Fields that are encrypted by an application: the newest key encrypts, every key in grace decrypts.

    keys = DataKeys(secrets, "FIELD_KEY")
    row["email"] = keys.encrypt("ada@example.com", "customers.email:42")
    email = keys.decrypt_text(row["email"], "customers.email:42")

The key set is the secret's versions, so a rotation loses nothing: what an old key made is opened by
it until it is retired, and `rewrap` moves a row to the newest. docs/spec/data-ciphertext.md has the form.
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Final, Protocol

from strongroom.errors import InvalidError, StrongroomError
from strongroom.keysets import ciphertext, data_keys
from strongroom.keysets.data_keys import DataKey
from strongroom.runtime.secret import Secret

LOG: Final = logging.getLogger("strongroom.runtime")
ASK_AGAIN_S: Final = 5.0


class Holder(Protocol):
    """What is asked of `strongroom.Secrets`."""

    def get(self, name: str, /) -> Secret:
        """The current value."""
        ...

    def refresh(self, name: str, /) -> Secret:
        """The value as it is now."""
        ...

    def versions(self, name: str, /) -> tuple[Secret, ...]:
        """All values that are still accepted, the current one first."""
        ...


class DataKeys:
    """Threads share it. `name` is a secret that `strongroom key create` made."""

    def __init__(
        self,
        secrets: Holder,
        name: str,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._secrets = secrets
        self._name = name
        self._clock = clock
        self._lock = Lock()
        self._asked_at = float("-inf")
        self._read: tuple[tuple[Secret, DataKey | None], ...] = ()

    def encrypt(self, data: str | bytes, context: str = "") -> str:
        """A text for a column. `context` says which place it belongs to; no other one opens it.

        Raises:
            StrongroomError: as `ciphertext.encrypt`, or the key cannot be had.
        """
        octets = data
        if isinstance(data, str):
            octets = b""
            with suppress(UnicodeEncodeError):  # an error of it would hold the text
                octets = data.encode("utf-8")
            if bool(octets) != bool(data):
                raise InvalidError("value-not-text", "a field holds half of a character")
        assert isinstance(octets, bytes)
        return ciphertext.encrypt(self._current(), octets, context)

    def decrypt(self, text: str, context: str = "") -> bytes:
        """What was encrypted.

        Raises:
            StrongroomError: as `ciphertext.decrypt`, or the keys cannot be had.
        """
        parsed, keys = ciphertext.parse(text), self._keys()
        if all(key.id != parsed.key_id for key in keys) and self._may_ask():
            self._secrets.refresh(self._name)  # another node may use a newer one already
            keys = self._keys()
        return ciphertext.decrypt(keys, text, context)

    def decrypt_text(self, text: str, context: str = "") -> str:
        """As `decrypt`, of what was text.

        Raises:
            InvalidError: `value-not-text`, and as `decrypt`.
        """
        data, found = self.decrypt(text, context), None
        with suppress(UnicodeDecodeError):  # its error would hold the data
            found = data.decode("utf-8")
        if found is None:
            raise InvalidError("value-not-text", "what was encrypted is not text")
        return found

    def is_stale(self, text: str) -> bool:
        """Whether an older key made it; then it is to be written anew by `rewrap`.

        Raises:
            InvalidError: `ciphertext-malformed`.
        """
        return ciphertext.parse(text).key_id != self._current().id

    def rewrap(self, text: str, context: str = "") -> str:
        """The same data under the newest key; raises as `decrypt`."""
        return self.encrypt(self.decrypt(text, context), context)

    def _current(self) -> DataKey:
        secret = self._secrets.get(self._name)
        known = next((key for one, key in self._read if one is secret), None)
        return known or _read(secret)

    def _keys(self) -> list[DataKey]:
        found: list[Secret] = []
        # The current one may be newer than the list, which is remembered for a while.
        for secret in (self._secrets.get(self._name), *self._secrets.versions(self._name)):
            if all(one is not secret for one in found):
                found.append(secret)
        known = self._read
        if [id(one) for one, _ in known] != [id(one) for one in found]:
            known = tuple((secret, self._usable(secret, known)) for secret in found)
            self._read = known
        return [key for _, key in known if key is not None]

    def _usable(
        self, secret: Secret, known: tuple[tuple[Secret, DataKey | None], ...]
    ) -> DataKey | None:
        for one, key in known:
            if one is secret:
                return key
        try:
            return _read(secret)
        except StrongroomError as error:
            LOG.error("%s is not accepted: %s", secret, error.code)  # noqa: TRY400 - the traceback tells nothing
            return None

    def _may_ask(self) -> bool:
        with self._lock:
            now = self._clock()
            if 0 <= now - self._asked_at < ASK_AGAIN_S:
                return False
            self._asked_at = now
            return True


def _read(secret: Secret) -> DataKey:
    return data_keys.read(secret.reveal(), secret.version or 0)
