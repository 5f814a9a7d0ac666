"""Key files on the disk: where they are looked for, read and made."""

import fcntl
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from strongroom.config import Config
from strongroom.crypto.keyfile import FILE_BYTES_MAX, KeyFile
from strongroom.errors import ConflictError, InvalidError, MachineError, SealedError

CREDENTIAL: Final = "strongroom.key"


def path_of(config: Config, environ: Mapping[str, str], room_id: bytes) -> Path:
    """Where the key file of a room is looked for and made."""
    if environ.get("STRONGROOM_KEYFILE"):
        return config.cwd / environ["STRONGROOM_KEYFILE"]
    credentials = environ.get("CREDENTIALS_DIRECTORY")
    if credentials and os.path.isfile(Path(credentials) / CREDENTIAL):  # noqa: PTH113 - never raises
        return Path(credentials) / CREDENTIAL
    return config.cwd / config.file.parent / "keys" / f"{room_id.hex()}.key"


def read(path: Path, room_id: bytes) -> KeyFile:
    """The key file of a room, if nobody but its owner can read or replace it.

    Raises:
        SealedError: `keyfile-missing`, `keyfile-unreadable`, `keyfile-exposed`,
            `keyfile-other-room`, and those of `KeyFile.decode`, each with the path.
    """
    data = read_private(path, FILE_BYTES_MAX + 1)
    try:
        key = KeyFile.decode(data)
    except InvalidError as error:
        raise SealedError(
            error.code,
            f"the room is sealed: {path}: {error.message}",
            fix=error.fix or "put the right one there, or set STRONGROOM_KEYFILE",
        ) from None
    if key.room_id != room_id:
        raise SealedError(
            "keyfile-other-room",
            f"the room is sealed: {path} is the key file of another room",
            fix="set STRONGROOM_KEYFILE to this room's own, or leave it unset",
        )
    return key


def read_private(path: Path, bytes_max: int, what: str = "key file") -> bytes:
    """The start of a file that nobody but its owner can read or replace; `what` says which.

    Raises:
        SealedError: `keyfile-missing`, `keyfile-unreadable`, `keyfile-exposed`.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK)
    except FileNotFoundError:
        raise SealedError(
            "keyfile-missing",
            f"the room is sealed: there is no {what} {path}",
            fix="put it back from its backup, set STRONGROOM_KEYFILE, or run `strongroom recover`"
            if what == "key file"
            else "set STRONGROOM_SEAL_FILE to the file that has what opens the room",
        ) from None
    except (OSError, ValueError) as error:
        raise SealedError("keyfile-unreadable", f"{path}: {_reason(error)}") from None
    with _regular(descriptor, path) as stream:
        found = os.fstat(stream.fileno())
        shared = stat.S_IMODE(found.st_mode) & 0o077
        if shared or found.st_uid not in {os.getuid(), 0}:
            raise SealedError(
                "keyfile-exposed",
                f"others can read or replace the {what} {path}",
                fix=f"chmod 600 {path}, and ask who could have read it"
                if shared
                else f"run this as the user whom the {what} belongs to",
            )
        return stream.read(bytes_max)


@contextmanager
def made(path: Path, folder: Path, key: KeyFile) -> Iterator[None]:
    """A new key file for the time of the body; it stays if the body succeeds.

    Raises:
        InvalidError: `keyfile-inside`, it would lie in the room's `folder`.
        ConflictError, MachineError: as `make`.
    """
    check_outside(path, folder)
    make(path, key)
    try:
        yield
    except BaseException:
        remove(path)
        raise


def check_outside(path: Path, folder: Path) -> None:
    """Refuse a key file in the room's folder: a copy of the folder would open the room.

    Raises:
        InvalidError: `keyfile-inside`.
        MachineError: `folder-unusable`.
    """
    try:
        inside = Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
    except (OSError, ValueError) as error:
        raise MachineError("folder-unusable", f"{path}: {_reason(error)}") from None
    if inside:
        raise InvalidError(
            "keyfile-inside",
            f"the key file {path} would lie in the room's folder, so that a copy of the"
            " folder would open the room",
            fix="choose another folder with --room, or another place for the key file",
        )


def make(path: Path, key: KeyFile) -> None:
    """Make a new key file for its owner alone; it is on the disk before this returns.

    Raises:
        ConflictError: `keyfile-exists`.
        MachineError: `keyfile-unwritable`; nothing is left of it.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise ConflictError(
            "keyfile-exists",
            f"there is a key file {path} already",
            fix="move it away if it is of no use, or set STRONGROOM_KEYFILE to another place",
        ) from None
    except (OSError, ValueError) as error:
        raise MachineError("keyfile-unwritable", f"{path}: {_reason(error)}") from None
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(key.encode())
            stream.flush()
            os.fsync(stream.fileno())
        _sync_folder(path.parent)
    except OSError as error:
        remove(path)
        raise MachineError("keyfile-unwritable", f"{path}: {_reason(error)}") from None


@contextmanager
def replacing(path: Path) -> Iterator[tuple[Path, Path]]:
    """Where a key file really stands, and beside it a name for its successor; one at a time.

    Two that replaced one file at once could leave a file there that nobody enrolled.

    Raises:
        MachineError: `keyfile-unwritable`.
    """
    try:
        path = path.resolve()
        descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise MachineError("keyfile-unwritable", f"{path}: {_reason(error)}") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        beside = path.with_name(f"{path.name}.new")
        remove(beside)  # of one that was interrupted: it is not the one in use
        yield path, beside
    finally:
        os.close(descriptor)


def move(new: Path, path: Path) -> None:
    """Put a new key file where another stands; it is on the disk before this returns.

    Raises:
        MachineError: `keyfile-unwritable`; both are still there.
    """
    try:
        new.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise MachineError("keyfile-unwritable", f"{path}: {_reason(error)}") from None


def remove(path: Path) -> None:
    """Take away a key file that opens nothing."""
    with suppress(OSError):
        path.unlink()


def _regular(descriptor: int, path: Path) -> BinaryIO:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SealedError("keyfile-unreadable", f"{path} is not a regular file")
    return os.fdopen(descriptor, "rb")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _reason(error: OSError | ValueError) -> str:
    reason = error.strerror if isinstance(error, OSError) else None
    return reason or "its name cannot be used"
