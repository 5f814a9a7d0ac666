"""Tokens of people who log in: signed by the newest key, accepted from every key in grace.

    tokens = Tokens(secrets, "SECRET_KEY", issuer="https://api.example.com", audience="api")
    text = tokens.sign({"sub": "42"})
    claims = tokens.verify(text)

The key set is the secret's versions, so a rotation logs nobody out as long as a token lives no longer than
its key is accepted (C-13). Whoever signs may not have heard of a rotation yet, by `ttl`, and accepts clocks
that differ by the leeway: so a token's life and both together fit into the grace, which is checked at the
start. While the origin is away tokens live shorter, by as much as nothing was heard of it.
"""

import json
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Final, Protocol

from strongroom.errors import ConfigError, InvalidError, StrongroomError, UpstreamError
from strongroom.runtime import jwt_keys, jwt_verify
from strongroom.runtime.jwks import PublicKeys
from strongroom.runtime.jwt_keys import Key
from strongroom.runtime.jwt_verify import Expected
from strongroom.runtime.listeners import LOG, identical
from strongroom.runtime.secret import Secret

HOUR_S: Final = 3600.0
GRACE_S: Final = 24 * HOUR_S
LEEWAY_S: Final = 30.0
LEEWAY_S_MAX: Final = 300.0
ASK_AGAIN_S: Final = 5.0
_OURS: Final = frozenset({"iss", "aud", "exp", "iat", "nbf"})


class Holder(Protocol):
    """What is asked of `strongroom.Secrets`."""

    def get(self, name: str, /) -> Secret:
        """The current value."""
        ...

    @property
    def ttl(self) -> float:
        """How old a value may be before it is asked for again, while the origin answers."""
        ...

    def age(self, name: str, /) -> float:
        """How many seconds ago the origin last said what `get` gives."""
        ...

    def refresh(self, name: str, /) -> Secret:
        """The value as it is now."""
        ...

    def versions(self, name: str, /) -> tuple[Secret, ...]:
        """All values that are still accepted, the current one first."""
        ...


class Tokens:
    """Threads share it. Times are seconds; `clock` gives them since 1970.

    `life_s` is how long a token is valid, `grace_s` how long a key is accepted after its successor
    came, as the policy has it (24 hours and more, P-5.10). `published` are public keys that `jwks` gives
    beside those of the versions in use: what `strongroom key jwks` has written while a key waits its turn.

    Raises:
        ConfigError: `token-life-over-grace` (C-13), `token-leeway`.
    """

    def __init__(
        self,
        secrets: Holder,
        name: str,
        *,
        issuer: str | None = None,
        audience: str | None = None,
        life_s: float = HOUR_S,
        grace_s: float = GRACE_S,
        leeway_s: float = LEEWAY_S,
        published: PublicKeys | None = None,
        clock: Callable[[], float] = time.time,  # noqa: TID251 - it is given to be called
    ) -> None:
        if not 0 <= leeway_s <= LEEWAY_S_MAX:
            raise ConfigError("token-leeway", f"`leeway_s` is 0 to {LEEWAY_S_MAX:g}")
        longest = grace_s - leeway_s - secrets.ttl
        if not 0 < life_s <= longest:
            raise ConfigError(
                "token-life-over-grace",
                f"tokens of {life_s:g} seconds may outlive a key's grace of {grace_s:g}: {longest:g} are"
                f" left without a leeway of {leeway_s:g} and a `ttl` of {secrets.ttl:g}, and a rotation"
                " would log people out (C-13, P-5.10)",
                fix="let tokens live shorter and renew them",
            )
        self._secrets = secrets
        self._name = name
        self._life_s = life_s
        self._accepted_s = grace_s - leeway_s
        self._expected = Expected(issuer, audience, life_s, leeway_s)
        self._published = published
        self._clock = clock
        self._lock = Lock()
        self._asked_at = float("-inf")
        self._read: tuple[tuple[Secret, Key | None], ...] = ()
        self._signing: tuple[Secret, Key] | None = None

    def sign(self, claims: Mapping[str, Any], *, life_s: float | None = None) -> str:
        """A token with `claims`, valid from now for `life_s`. The times and whom it is for are added.

        It is valid shorter while the origin is away: its key may be in grace without our knowing.

        Raises:
            InvalidError: `token-claims`, `token-life`.
            ConfigError: `jwt-key-unusable`, `jwt-key-weak`, `jwt-key-public`.
            UpstreamError: `token-key-stale`.
            StrongroomError: the key cannot be had.
        """
        life = self._life_s if life_s is None else life_s
        if not 0 < life <= self._life_s:
            raise InvalidError("token-life", f"a token lives up to {self._life_s:g} seconds (C-13)")
        if _OURS & set(claims):
            raise InvalidError("token-claims", f"{', '.join(sorted(_OURS))} are set here")
        left, key = self._left_s(), self._current()
        now = int(self._clock())
        expected = {"iss": self._expected.issuer, "aud": self._expected.audience}
        whole = {
            **claims,
            **{name: value for name, value in expected.items() if value is not None},
            "iat": now,
            "exp": now + max(1, int(min(life, left))),
        }
        head = jwt_keys.encode(_json({"alg": key.algorithm, "kid": key.id, "typ": "JWT"}))
        signed = f"{head}.{jwt_keys.encode(_json(whole))}"
        token = f"{signed}.{jwt_keys.encode(key.sign(signed.encode('ascii')))}"
        if len(token) > jwt_verify.TOKEN_CHARS_MAX:
            raise InvalidError("token-claims", "the claims are too large for a token")
        return token

    def verify(self, token: str) -> dict[str, Any]:
        """The claims of a token that is ours and valid now.

        Raises:
            UnauthenticatedError: it is not; the code says why: `token-malformed`, `token-expired` …
            StrongroomError: the keys cannot be had.
        """
        parsed, keys = jwt_verify.parse(token), self._keys()
        if parsed.key_id is not None and all(key.id != parsed.key_id for key in keys):
            keys = self._keys_anew(keys)  # another node may sign with a newer one already
        return jwt_verify.verify(parsed, keys, self._expected, now=self._clock())

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public keys as a JWK set (RFC 7517), to be published. It is empty for HMAC.

        Those of `published` are in it too, such as that of a key that does not sign yet.
        """
        keys = self._keys()
        if self._published is not None:
            try:
                own = {key.id for key in keys}
                keys += [key for key in self._published.current() if key.id not in own]
            except StrongroomError as error:
                LOG.warning("%s is left out: %s", self._published.label, error.code)
        return {"keys": [key.public for key in keys if key.public is not None]}

    def _left_s(self) -> float:
        """For how long the key that signs is accepted at least; asked before it is taken, so not for longer."""
        self._secrets.get(self._name)
        left = self._accepted_s - self._secrets.age(self._name)
        if left < 1:
            raise UpstreamError(
                "token-key-stale",
                f"nothing was heard of {self._name} for so long that its key may be out of grace",
                fix="look at the origin of the secrets and at the way to it",
                retryable=True,
            )
        return left

    def _current(self) -> Key:
        secret = self._secrets.get(self._name)
        known = self._signing
        if known is None or known[0] is not secret:
            known = self._signing = secret, jwt_keys.read(secret)
        return known[1]

    def _keys_anew(self, keys: list[Key]) -> list[Key]:
        """`keys`, while the origin is away: any stranger can make up an id, so that is no failure."""
        try:
            if self._may_ask():
                self._secrets.refresh(self._name)
            return self._keys()
        except StrongroomError as error:
            LOG.warning("%s could not be asked for anew: %s", self._name, error.code)
            return keys

    def _keys(self) -> list[Key]:
        found: list[Secret] = []
        # The current one may be newer than the list, which is remembered for a while.
        for secret in (self._secrets.get(self._name), *self._secrets.versions(self._name)):
            if all(one is not secret for one in found):
                found.append(secret)
        known = self._read
        if not identical(tuple(secret for secret, _ in known), tuple(found)):
            known = tuple((secret, self._usable(secret, known)) for secret in found)
            self._read = known
        keys = {key.id: key for _, key in known if key is not None}
        return list(keys.values())

    def _usable(self, secret: Secret, known: tuple[tuple[Secret, Key | None], ...]) -> Key | None:
        for one, key in known:
            if one is secret:
                return key
        try:
            return jwt_keys.read(secret)
        except StrongroomError as error:
            LOG.error("%s is not accepted: %s", secret, error.code)
            return None

    def _may_ask(self) -> bool:
        with self._lock:
            now = self._clock()
            if 0 <= now - self._asked_at < ASK_AGAIN_S:
                return False
            self._asked_at = now
            return True


def _json(value: Mapping[str, Any]) -> bytes:
    try:
        text = json.dumps(value, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
        return text.encode("utf-8")
    except (TypeError, ValueError, RecursionError):
        pass
    raise InvalidError("token-claims", "the claims cannot be written as JSON")
