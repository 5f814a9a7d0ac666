"""A server as an origin: Vault's KV version 2, of OpenBao, Vault, or whoever speaks it.

https://HOST[:PORT]          each environment is a mount of its id: production/data/customer-api/…
https://HOST[:PORT]/MOUNT    one mount for all, the environment before the folder

`http` is for this machine only. The token is in the file that STRONGROOM_TOKEN_FILE names, in
$CREDENTIALS_DIRECTORY/strongroom-token, or in VAULT_TOKEN; it is looked at for each call, since
others renew it. STRONGROOM_CACERT names the authority's certificate.
"""

import json
import os
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from hashlib import blake2b
from ipaddress import ip_address
from pathlib import Path
from time import monotonic
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlsplit

from strongroom.errors import ConfigError, DeniedError, LimitError, SealedError, UpstreamError
from strongroom.model.address import is_path
from strongroom.runtime import files
from strongroom.runtime.application import Application
from strongroom.runtime.environment import Environment
from strongroom.runtime.masking.known import MASKER
from strongroom.runtime.origin.interface import Delivery
from strongroom.runtime.origin.names import SINGLE, candidates, name_of, together
from strongroom.runtime.origin.wire import Answer, Wire

CALL_S: Final = 10.0
PATHS_MAX: Final = 2_000
DEPTH_MAX: Final = 8
AT_ONCE: Final = 4  # as many connections as are kept
TOKEN_CHARS_MAX: Final = 8_192
TOKEN_FILE: Final = "STRONGROOM_TOKEN_FILE"  # noqa: S105 - a variable's name
CREDENTIAL: Final = "strongroom-token"
CACERT: Final = "STRONGROOM_CACERT"
T = TypeVar("T")
PORT: Final = {"http": 80, "https": 443}


class VaultOrigin:
    """See the module. Every call ends within `seconds`, however slowly the server answers."""

    def __init__(
        self,
        address: str,
        application: Application,
        environment: Environment,
        seconds: float = CALL_S,
    ) -> None:
        self._scheme, self._host, self._port, mount = _parsed(address)
        place = [environment.name, *filter(None, application.folder.split("/"))]
        if mount:
            place = [mount, *place]
        if not is_path("/".join(place)):
            raise ConfigError("environment-unknown", "the environment is no part of a path")
        self._mount, self._below = place[0], "/".join(place[1:])
        self._seconds = seconds

    @property
    def label(self) -> str:
        """`the server at …`."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"the server at {self._scheme}://{host}:{self._port}"

    def fetch(self, names: Iterable[str] | None = None) -> Mapping[str, Delivery]:
        """As the interface says.

        Raises:
            UpstreamError: `origin-failed`, `origin-garbled`, `origin-redirects`,
                `origin-request-refused`, and as `Wire.get`.
            SealedError: `origin-sealed`. DeniedError: `origin-denied`.
            ConflictError: `name-collision`. LimitError: `folder-too-large`.
            ConfigError: `origin-token-missing`, `origin-token-invalid`, `origin-cacert-invalid`.
        """
        call = _Call(self)
        if names is None:
            found = [one for held in call.each(call.current, call.paths()) for one in held]
            together((one.name, one.place) for one in found)
            return {one.name: one for one in found}
        asked = list(dict.fromkeys(names))
        if not asked:
            return {}
        paths = call.paths_for(asked)
        made = {name: call.named(name, paths) for name in asked}
        return {name: one for name, one in made.items() if one is not None}

    def versions(self, name: str) -> tuple[Delivery, ...]:
        """The current version and the one before it, which KV keeps; raises as `fetch`."""
        call = _Call(self)
        current = call.named(name, call.paths_for([name]))
        if current is None:
            return ()
        before = call.before(current)
        return (current,) if before is None else (current, before)

    def mark(self) -> str:
        """A digest over the versions of all paths: one question for each; raises as `fetch`."""
        call = _Call(self)
        digest = blake2b(digest_size=16)
        paths = call.paths()
        for path, state in zip(paths, call.each(call.state, paths), strict=True):
            digest.update(f"{path}\0{state}\0".encode())
        return digest.hexdigest()

    def acknowledge(self, instance: str, used: Mapping[str, int]) -> None:
        """KV has no place that ends by itself, so nothing is said (docs/adr/0263)."""

    def close(self) -> None:
        """As the interface says."""
        if "wire" in self.__dict__:
            self.wire.close()

    @cached_property
    def wire(self) -> Wire:
        """The connections; made when they are first used, since a TLS context takes a while."""
        context = _context() if self._scheme == "https" else None
        return Wire(self._host, self._port, context, self.label)

    @property
    def mount(self) -> str:
        """The mount."""
        return self._mount

    @property
    def below(self) -> str:
        """The folder in it, `` for all of it."""
        return self._below

    @property
    def seconds(self) -> float:
        """How long a call may take."""
        return self._seconds


class _Call:
    """One call of the interface: one token, one deadline, each secret read once."""

    def __init__(self, origin: VaultOrigin) -> None:
        self._origin = origin
        self._headers = {
            "X-Vault-Token": _token(),
            "X-Vault-Request": "true",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        self._deadline = monotonic() + origin.seconds
        self._read: dict[tuple[str, int], tuple[Delivery, ...]] = {}

    def paths(self) -> list[str]:
        """All paths below the folder."""
        found: list[str] = []
        folders = [("", 0)]
        while folders:
            folder, depth = folders.pop()
            body = self._get("metadata", folder, "?list=true", folder=True)
            keys = [] if body is None else _member(body, "data", "keys")
            if not isinstance(keys, list):
                raise self._garbled()
            for key in keys:
                name = key.removesuffix("/") if isinstance(key, str) else ""
                path = f"{folder}{name}"
                if not is_path(path):
                    continue  # nothing of ours has such a name
                if key.endswith("/") and depth < DEPTH_MAX:
                    folders.append((f"{path}/", depth + 1))
                elif not key.endswith("/"):
                    found.append(path)
                if len(found) + len(folders) > PATHS_MAX:
                    raise LimitError("folder-too-large", f"over {PATHS_MAX} secrets in the folder")
        return sorted(found)

    def each(self, ask: Callable[[str], T], paths: list[str]) -> list[T]:
        """What `ask` gives for each path, in their order; of many, a few at once."""
        if len(paths) <= AT_ONCE:
            return [ask(path) for path in paths]
        pool = ThreadPoolExecutor(AT_ONCE, "strongroom-origin")
        try:
            return list(pool.map(ask, paths))
        finally:
            # The first failure is the call's; what has not begun is not asked.
            pool.shutdown(cancel_futures=True)

    def paths_for(self, names: list[str]) -> list[str]:
        """All paths; where only reading is allowed, the names as they are."""
        try:
            return self.paths()
        except DeniedError:
            return [name for name in names if is_path(name)]

    def current(self, path: str, version: int = 0) -> tuple[Delivery, ...]:
        """What the secret at `path` has, one for each field; nothing when there is no value."""
        key = (path, version)
        if key not in self._read:
            body = self._get("data", path, f"?version={version}" if version else "")
            self._read[key] = () if body is None else tuple(self._fields(path, body, not version))
        return self._read[key]

    def named(self, name: str, paths: list[str]) -> Delivery | None:
        """The current version of what the application calls `name`."""
        places = list(candidates(name, paths))
        together((name, path) for path, part in places if part is None)
        for path, _ in places:
            found = [one for one in self.current(path) if one.name == name]
            together((name, one.place) for one in found)
            if found:
                return found[0]
        return None

    def before(self, one: Delivery) -> Delivery | None:
        """The version before a current one, if it still has a value."""
        if one.version <= 1:
            return None
        path = one.place.partition("#")[0].removeprefix(self._place(""))
        older = self.current(path, one.version - 1)
        return next((other for other in older if other.name == one.name), None)

    def state(self, path: str) -> str:
        """A text that changes with the versions of a secret."""
        body = self._get("metadata", path, "")
        if body is None:
            return ""
        return json.dumps(
            [_member(body, "data", key) for key in ("current_version", "updated_time", "versions")]
        )

    def _fields(self, path: str, body: Any, is_current: bool) -> Iterator[Delivery]:
        data, version = _member(body, "data", "data"), _member(body, "data", "metadata", "version")
        if not isinstance(data, dict) or type(version) is not int:
            raise self._garbled()
        for field, value in data.items():
            place = self._place(path) + ("" if field == SINGLE else f"#{field}")
            text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
            yield Delivery(name_of(path, field), text, version, place, current=is_current)

    def _place(self, path: str) -> str:
        return "/".join(filter(None, (self._origin.mount, self._origin.below))) + f"/{path}"

    def _get(self, kind: str, path: str, query: str, *, folder: bool = False) -> Any:
        """The JSON of an answer, None where there is nothing."""
        whole = "/".join(filter(None, (self._origin.below, path.removesuffix("/"))))
        target = (
            f"/v1/{quote(self._origin.mount)}/{kind}/{quote(whole)}{'/' if folder else ''}{query}"
        )
        answer = self._origin.wire.get(target, self._headers, self._deadline)
        if answer.status == 404:
            # Also of a deleted version, whose answer says so with an envelope. A proxy's page is
            # no answer of the server: what is held would be dropped for it.
            body = _json(answer)
            if isinstance(body, dict) and ({"errors", "data"} & body.keys()):
                return None
            raise UpstreamError(
                "origin-failed", f"{self._origin.label} is not found (404)", retryable=True
            )
        if answer.status == 200:
            body = _json(answer)
            if isinstance(body, dict):
                return body
            raise self._garbled()
        raise self._failure(answer)

    def _garbled(self) -> UpstreamError:
        return UpstreamError("origin-garbled", f"{self._origin.label} answers what is no KV v2")

    def _failure(self, answer: Answer) -> Exception:
        label, status = self._origin.label, answer.status
        if status in {401, 403}:
            return DeniedError(
                "origin-denied",
                f"{label} denies this: the token is not valid, or may not read there",
                fix=f"a policy that reads and lists {self._origin.mount}/…, and a token that lives",
            )
        if status == 503 and b"sealed" in answer.body[:4096]:
            return SealedError("origin-sealed", f"{label} is sealed")
        if 300 <= status < 400:
            return UpstreamError(
                "origin-redirects",
                f"{label} sends elsewhere, where the token does not go",
                fix="name the server that answers itself",
            )
        if 400 <= status < 500 and status not in {408, 412, 425, 429}:
            return UpstreamError(
                "origin-request-refused",
                f"{label} does not understand this ({status})",
                fix="is there a KV version 2 at that mount?",
            )
        return UpstreamError("origin-failed", f"{label} fails ({status})", retryable=True)


def connect(address: str, application: Application, environment: Environment) -> VaultOrigin:
    """The server at `address`; nothing is asked of it yet.

    Raises:
        ConfigError: `origin-address-invalid`, `origin-not-encrypted`.
    """
    return VaultOrigin(address, application, environment)


def _parsed(address: str) -> tuple[str, str, int, str]:
    split, port, host = None, None, None
    with suppress(ValueError):  # its message repeats the address
        split = urlsplit(address.strip())
        port, host = split.port, split.hostname
    mount = "" if split is None else split.path.strip("/")
    good = split is not None and host and not (split.query or split.fragment or "@" in split.netloc)
    if split is None or not host or not good or (mount and not is_path(mount)) or "/" in mount:
        raise ConfigError(
            "origin-address-invalid",
            "the address of the server is https://HOST, :PORT and /MOUNT if needed",
            fix="no user, password or query belongs into it",
        )
    try:
        host.encode("idna")
    except UnicodeError:  # its message repeats the name
        raise ConfigError(
            "origin-address-invalid",
            "the host in the address of the server is no name: each part between the dots has 1 to"
            " 63 characters",
        ) from None
    if split.scheme == "http" and not _is_here(host):
        raise ConfigError(
            "origin-not-encrypted",
            "http is for a server on this machine only: tokens and values would be read on the way",
            fix="https://…",
        )
    return split.scheme, host, port or PORT[split.scheme], mount


def _is_here(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


def _context() -> ssl.SSLContext:
    cafile = os.environ.get(CACERT) or None
    try:
        context = ssl.create_default_context(cafile=cafile)
    except OSError:
        raise ConfigError(
            "origin-cacert-invalid", f"{CACERT} names no file of certificates"
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _token() -> str:
    path = os.environ.get(TOKEN_FILE)
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not path and folder and (Path(folder) / CREDENTIAL).is_file():
        path = str(Path(folder) / CREDENTIAL)
    token = files.value(Path(path)) if path else os.environ.get("VAULT_TOKEN", "")
    token = token.strip()
    if not token:
        raise ConfigError(
            "origin-token-missing",
            "there is no token for the server",
            fix=f"{TOKEN_FILE} names the file that holds it",
        )
    if len(token) > TOKEN_CHARS_MAX or not all("!" <= c <= "~" for c in token):
        raise ConfigError("origin-token-invalid", "the token for the server is none")
    MASKER.add("STRONGROOM_TOKEN", token)
    return token


def _json(answer: Answer) -> Any:
    if answer.kind == "application/json":
        # The decoder's error holds the whole text.
        with suppress(ValueError, RecursionError):
            return json.loads(answer.body)
    return None


def _member(body: Any, *keys: str) -> Any:
    for key in keys:
        body = body.get(key) if isinstance(body, dict) else None
    return body
