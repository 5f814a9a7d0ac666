"""The values that an origin gave last, sealed on this machine, so that an outage stops no start.

It protects copies of the file: backups, images, a disk that is sold. It does not protect from the
user that the application runs as, nor from root. Whatever is wrong with it, it is left alone and
said once: it is a help, and no source.
"""

import fcntl
import os
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from time import time_ns
from typing import Final

from strongroom.errors import ConfigError
from strongroom.runtime import files, sealed
from strongroom.runtime.application import Application
from strongroom.runtime.environment import Environment
from strongroom.runtime.sealed import Kept, Key

FOLDER: Final = "STRONGROOM_CACHE"
KEY_FILE: Final = "STRONGROOM_CACHE_KEY_FILE"
OFF: Final = "off"
MACHINE_ID: Final = Path("/etc/machine-id")
# A clock may be corrected by so much without a value being taken for one from the future.
AHEAD_US: Final = 300_000_000
# How old what is kept may be before it is written again though nothing changed.
RENEW_US: Final = 3_600_000_000
_NEW: Final = ".new-"
_TAG: Final = (
    "Signature: 8a477f597d28d172789f06886806bc55\n# sealed secrets; leave out of backups\n"
)


class LastGood:
    """One file for an application, its environment and its origin. Times are microseconds."""

    def __init__(
        self,
        folder: Path,
        bound: tuple[str, ...],
        *,
        max_us: int,
        key_file: Path | None = None,
        clock_us: Callable[[], int] = lambda: time_ns() // 1_000,
        machine_id: Path = MACHINE_ID,
    ) -> None:
        self._folder = folder
        self._aad = sealed.bound_to((*bound, str(os.getuid())))
        self.path = folder / f"{sha256(self._aad).hexdigest()[:32]}.sealed"
        self._key_file = key_file
        self._max_us = max_us
        self._clock_us = clock_us
        self._machine_id = machine_id
        self._warned = False

    def __repr__(self) -> str:
        return f"<LastGood at {self.path}>"

    def now_us(self) -> int:
        """The time of its entries."""
        return self._clock_us()

    def load(self) -> Mapping[Key, Kept]:
        """What may still serve, and what must not; empty when there is nothing to be had."""
        try:
            if not self._folder.exists():
                return {}
            self._check()
            found = self._read(self._key(make=False))
        except (OSError, ConfigError) as error:
            self._warn(error)
            return {}
        return sealed.young(found, self._clock_us(), self._max_us, AHEAD_US)

    def store(self, kept: Mapping[Key, Kept]) -> bool:
        """Keep it, with what other processes of the application know. Raises nothing.

        False: another process is writing, try again.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._check()
            with (self._folder / "lock").open("ab") as lock:
                # A process that was stopped while it held it must not stop others.
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for left in self._folder.glob(f"{_NEW}*"):
                    left.unlink(missing_ok=True)  # by a process that was killed
                key = self._key(make=True)
                found, now_us = self._read(key), self._clock_us()
                if _refusals_known(kept, found, now_us):
                    return True
                whole = sealed.merged(kept, found, now_us)
                whole = sealed.young(whole, now_us, self._max_us, AHEAD_US)
                _replace(self.path, self._sealed(key, whole))
        except BlockingIOError:
            return False
        except (OSError, ConfigError) as error:
            self._warn(error)
            # Where it cannot be written that something must not serve any more, nothing serves.
            if any(not one.versions for one in kept.values()):
                with suppress(OSError):
                    self.path.unlink(missing_ok=True)
        return True

    def _read(self, key: bytes) -> Mapping[Key, Kept]:
        if not self.path.exists() or not key:
            return {}
        _owned(self.path.lstat(), self.path)
        descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as stream:
            data = stream.read(sealed.OCTETS_MAX + 1)
        found = sealed.opened(key, data, self._aad)
        if found is None:
            self._warn(ConfigError("cache-unusable", f"{self.path} is not this application's"))
        return found or {}

    def _sealed(self, key: bytes, whole: Mapping[Key, Kept]) -> bytes:
        data = sealed.seal(key, token_bytes(sealed.NONCE_BYTES), self._aad, whole)
        if len(data) <= sealed.OCTETS_MAX:
            return data
        error = ConfigError("cache-full", f"{self.path} would be over {sealed.OCTETS_MAX:,} bytes")
        self._warn(error)
        data = sealed.seal(key, token_bytes(sealed.NONCE_BYTES), self._aad, sealed.fitting(whole))
        if len(data) > sealed.OCTETS_MAX:
            raise error
        return data

    def _key(self, *, make: bool) -> bytes:
        """Empty when there is none yet."""
        path = self._key_file or self._folder / "key"
        if make and self._key_file is None and not path.exists():
            (self._folder / "CACHEDIR.TAG").write_text(_TAG, "ascii")
            _replace(path, token_bytes(sealed.KEY_BYTES))
        if not path.exists():
            return b""
        if self._key_file is None:
            _owned(path.lstat(), path)
        secret = files.octets(path)[0]
        if len(secret) < sealed.KEY_BYTES:
            raise ConfigError("cache-key-invalid", f"{path} has less than {sealed.KEY_BYTES} bytes")
        machine = b""
        with suppress(OSError):
            machine = self._machine_id.read_bytes()[:64].strip()
        return sealed.derived(secret, machine)

    def _check(self) -> None:
        """A folder in which others may write is not used: they could put an older file there."""
        _owned(self._folder.lstat(), self._folder, folder=True)
        work = Path.cwd().resolve()
        top = next((one for one in (work, *work.parents) if (one / ".git").exists()), None)
        if top is not None and self._folder.resolve().is_relative_to(top):
            raise ConfigError("cache-in-repository", f"{self._folder} is inside of the repository")

    def _warn(self, error: OSError | ConfigError) -> None:
        if self._warned:
            return
        self._warned = True
        # Here, since a start has rarely something to log.
        from strongroom.runtime.listeners import LOG  # noqa: PLC0415

        code = error.code if isinstance(error, ConfigError) else type(error).__name__
        LOG.warning("the last known values are not kept in %s (%s)", self._folder, code)


def of_process(
    environ: Mapping[str, str],
    application: Application,
    environment: Environment,
    max_stale_s: float,
) -> LastGood | None:
    """The cache of this process; None where there is to be none.

    That is in CI, where `STRONGROOM_CACHE` is `off`, where nothing may be stale, where the process
    has no folder of its own, and without an origin.
    """
    if application.origin is None or max_stale_s <= 0 or environ.get("CI", "") not in {"", "false"}:
        return None
    said = environ.get(FOLDER, "").strip()
    if said.lower() == OFF or (said and not said.startswith("/")):
        return None
    home = environ.get("HOME", "")
    tops = (environ.get("CACHE_DIRECTORY", "").partition(":")[0], environ.get("XDG_CACHE_HOME", ""))
    top = next((one for one in tops if one.startswith("/")), f"{home}/.cache" if home else "")
    if not said and not top.startswith("/"):
        return None
    key_file = environ.get(KEY_FILE, "").strip()
    return LastGood(
        Path(said or f"{top}/strongroom/last-good"),
        (
            application.name,
            application.folder,
            environment.name,
            _placed(application.origin, environ),
        ),
        max_us=int(max_stale_s * 1_000_000),
        key_file=Path(key_file) if key_file else None,
    )


def _placed(origin: str, environ: Mapping[str, str]) -> str:
    """The origin, and for a room where it is: two projects must not share what they keep.

    A room without a folder is looked for from the working directory; it may not be there now.
    """
    scheme, _, rest = origin.partition(":")
    if scheme != "room":
        return origin
    address = rest.strip() or environ.get("STRONGROOM_ROOM", "").strip()
    context = "" if address else environ.get("STRONGROOM_CONTEXT", "").strip()
    place = Path(address or ".").expanduser().resolve()
    return f"room:{place}" if address else f"room:near:{context}:{place}"


def _refusals_known(kept: Mapping[Key, Kept], found: Mapping[Key, Kept], now_us: int) -> bool:
    """Whether there are refusals alone, and the file has them: who is refused asks often."""
    return all(
        not one.versions
        and key in found
        and not found[key].versions
        and now_us - RENEW_US < found[key].at_us <= now_us
        for key, one in kept.items()
    )


def _owned(status: os.stat_result, path: Path, *, folder: bool = False) -> None:
    right = stat.S_ISDIR(status.st_mode) if folder else stat.S_ISREG(status.st_mode)
    others = 0o022 if folder else 0o077
    if not right or status.st_uid != os.getuid() or status.st_mode & others:
        raise ConfigError("cache-not-ours", f"{path} is another user's, a link, or open to others")


def _replace(path: Path, data: bytes) -> None:
    """The old file or the new one, whatever happens."""
    written = _written(path, data)
    try:
        written.replace(path)
    except OSError:
        written.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _written(path: Path, data: bytes) -> Path:
    import tempfile  # noqa: PLC0415 - it takes long to import, and the command runs by then

    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=_NEW)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
