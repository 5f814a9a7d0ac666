"""Tokens that somebody else signs: checked by the public keys that he publishes as a JWK set (RFC 7517).

    keys = PublicKeys("https://login.example.com/.well-known/jwks.json")  # or the path of a file
    claims = Verifier(keys, issuer="https://login.example.com", audience="api").verify(text)

A service that only checks needs no secret for it. What was read is kept for a while, and for longer while
the place is silent. A key id that is not known has the place asked at once, though not at every stranger's
word. TLS is verified, no redirect is followed, and a set that holds a private key is refused whole.
"""

import os
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

from strongroom.errors import ConfigError, StrongroomError, UpstreamError
from strongroom.keysets import strict_json, token_keys
from strongroom.keysets.token_keys import Key
from strongroom.runtime import jwt_verify
from strongroom.runtime.jwt_verify import Expected
from strongroom.runtime.listeners import LOG
from strongroom.runtime.origin.wire import Wire

TTL_S: Final = 300.0
MAX_STALE_S: Final = 24 * 3600.0
DEADLINE_S: Final = 5.0
ASK_AGAIN_S: Final = 5.0
LIFE_S_MAX: Final = 3600.0
LEEWAY_S: Final = 30.0
KEYS_MAX: Final = 64
BYTES_MAX: Final = 256 * 1024
_PORT: Final = {"http": 80, "https": 443}
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "k", "oth"})


class PublicKeys:
    """The keys that are published at `place`, a URL or a path. Threads share it; a fork may.

    Times are seconds: what was read is asked for again after `ttl`, serves on for `max_stale` while the
    place cannot be read, and a question ends within `deadline`. `cafile` has authorities of your own.

    Raises:
        ConfigError: `jwks-place-invalid`, `jwks-not-encrypted`, `jwks-cafile-invalid`.
    """

    def __init__(
        self,
        place: str | Path,
        *,
        ttl: float = TTL_S,
        max_stale: float = MAX_STALE_S,
        deadline: float = DEADLINE_S,
        cafile: str | Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ttl, self._max_stale, self._deadline, self._clock = ttl, max_stale, deadline, clock
        self._known: tuple[Key, ...] = ()
        self._read_at = self._tried_at = float("-inf")
        self._pid, self._lock = os.getpid(), Lock()
        text = str(place)
        if "://" in text:
            self.label, self._read = _url(text, deadline, cafile)
        else:
            self.label = "the file of the key set"
            self._read = _file(Path(place))

    def __repr__(self) -> str:
        return f"PublicKeys({self.label})"

    def current(self) -> tuple[Key, ...]:
        """The keys as they were published a moment ago.

        Raises:
            UpstreamError: `jwks-unavailable`, `jwks-invalid`, `jwks-private`, `jwks-empty`, `origin-…`.
        """
        return self._fresh(self._ttl)

    def anew(self) -> tuple[Key, ...]:
        """The keys as they are published now, if nobody has asked in the last seconds; raises as `current`."""
        return self._fresh(ASK_AGAIN_S)

    def _fresh(self, most_s: float) -> tuple[Key, ...]:
        now = self._clock()
        if self._known and now - self._read_at < most_s:
            return self._known
        # While it fails it is not asked at the rate of requests either.
        if self._serves(now) and now - self._tried_at < ASK_AGAIN_S:
            return self._known
        if self._pid != os.getpid():  # a lock that a thread held at the fork would stay locked
            self._pid, self._lock = os.getpid(), Lock()
        if not self._lock.acquire(blocking=not self._serves(now)):
            return self._known  # somebody asks already
        try:
            return self._ask(now, most_s)
        finally:
            self._lock.release()

    def _ask(self, now: float, most_s: float) -> tuple[Key, ...]:
        if self._known and self._clock() - self._read_at < most_s:
            return self._known  # whoever was before us has asked
        self._tried_at = now
        try:
            self._known = read(self._read(), self.label)
        except StrongroomError as error:
            if not self._serves(now):
                raise
            LOG.warning("%s could not be read anew (%s)", self.label, error.code)
        else:
            self._read_at = now
        return self._known

    def _serves(self, now: float) -> bool:
        return bool(self._known) and now - self._read_at < self._max_stale


class Verifier:
    """Checks tokens of `issuer` for `audience`. Times are seconds; `clock` gives them since 1970.

    A token that is valid for longer than `life_s_max` is refused.
    """

    def __init__(
        self,
        keys: PublicKeys,
        *,
        issuer: str | None,
        audience: str | None,
        life_s_max: float = LIFE_S_MAX,
        leeway_s: float = LEEWAY_S,
        clock: Callable[[], float] = time.time,  # noqa: TID251 - it is given to be called
    ) -> None:
        self._keys = keys
        self._expected = Expected(issuer, audience, life_s_max, leeway_s)
        self._clock = clock

    def verify(self, token: str) -> dict[str, Any]:
        """The claims of a token that one of the keys signed and that is valid now.

        Raises:
            UnauthenticatedError: it is not; the code says why, as of `Tokens.verify`.
            UpstreamError: the keys cannot be had.
        """
        parsed = jwt_verify.parse(token)
        keys = self._keys.current()
        if all(key.id != parsed.key_id for key in keys):
            keys = self._keys.anew()
        return jwt_verify.verify(parsed, keys, self._expected, now=self._clock())


def read(data: bytes, label: str) -> tuple[Key, ...]:
    """The keys of a JWK set that check signatures which are known here; others are left out.

    Raises:
        UpstreamError: `jwks-invalid`, `jwks-private`, `jwks-empty`. Nothing of it is repeated.
    """
    said: Any = None
    if len(data) <= BYTES_MAX:
        with suppress(ValueError, RecursionError):  # a decoder's error holds the text
            said = strict_json.loads(data.decode("utf-8"))
    listed = said.get("keys") if isinstance(said, dict) else None
    if not isinstance(listed, list) or len(listed) > KEYS_MAX:
        raise UpstreamError("jwks-invalid", f"{label} is no JWK set of usual size")
    if any(isinstance(one, dict) and _PRIVATE & set(one) for one in listed):
        raise UpstreamError(
            "jwks-private",
            f"{label} publishes a private key",
            fix="whoever publishes it must replace that key: it is known to everybody",
        )
    found: dict[str, Key] = {}
    for one in listed:
        key = token_keys.published(one) if isinstance(one, dict) else None
        if key is not None:
            found.setdefault(key.id, key)
    if not found:
        raise UpstreamError("jwks-empty", f"{label} has no key for EdDSA or RS256")
    return tuple(found.values())


def _file(path: Path) -> Callable[[], bytes]:
    def get() -> bytes:
        with suppress(OSError, ValueError):
            if path.is_file():  # a pipe would be waited for
                with path.open("rb") as stream:
                    return stream.read(BYTES_MAX + 1)
        raise UpstreamError("jwks-unavailable", "the file of the key set cannot be read")

    return get


def _url(
    text: str, deadline_s: float, cafile: str | Path | None
) -> tuple[str, Callable[[], bytes]]:
    split, host, port = None, "", None
    with suppress(ValueError):  # its message repeats the address
        found = urlsplit(text.strip())
        name, port = found.hostname or "", found.port
        name.encode("idna")
        split, host = found, name
    if split is None or not host or split.scheme not in _PORT or "@" in split.netloc:
        raise ConfigError(
            "jwks-place-invalid", "a key set is at https://HOST/PATH without a user, or in a file"
        )
    if split.scheme == "http" and not _is_here(host):
        raise ConfigError(
            "jwks-not-encrypted",
            "http is for this machine only: whoever is on the way could publish keys of his own",
            fix="https://…",
        )
    port = port or _PORT[split.scheme]
    label = f"the key set at {split.scheme}://{f'[{host}]' if ':' in host else host}:{port}"
    context = _context(cafile) if split.scheme == "https" else None
    wire = Wire(host, port, context, label)
    path = f"{split.path or '/'}{f'?{split.query}' if split.query else ''}"
    if not (path.isascii() and path.isprintable() and " " not in path):
        raise ConfigError("jwks-place-invalid", "the path of the key set's URL is not encoded")

    def get() -> bytes:
        try:
            answer = wire.get(path, {"Accept": "application/json"}, time.monotonic() + deadline_s)
        except UpstreamError as error:
            if error.code == "origin-certificate":
                error.fix = "`cafile` names the file of the authority that signed it"
            raise
        finally:
            wire.close()  # the next question is minutes away
        if answer.status != 200:
            raise UpstreamError(
                "jwks-unavailable",
                f"{label} answers {answer.status}",
                fix="name the place itself: a redirect is not followed",
                retryable=answer.status >= 500,
            )
        return answer.body

    return label, get


def _context(cafile: str | Path | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=cafile)
    except OSError:
        raise ConfigError("jwks-cafile-invalid", "`cafile` names no file of certificates") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _is_here(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"
