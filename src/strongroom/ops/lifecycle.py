"""Operations on the life of secrets: freeze, roll back, delete, destroy, look around."""

from collections.abc import Iterator
from dataclasses import dataclass

from strongroom.errors import ConflictError, InvalidError
from strongroom.gate.changes.describe import DeleteSecret, RestoreSecret
from strongroom.gate.changes.freeze import (
    FreezeEnvironment,
    FreezeSecret,
    ThawEnvironment,
    ThawSecret,
)
from strongroom.gate.changes.version import Destroy, Promote
from strongroom.model.address import Address
from strongroom.ops import secret
from strongroom.ops.local import Local, done


@dataclass(frozen=True, slots=True)
class Place:
    """What is frozen or thawed: one secret, or a whole environment when `address` is None."""

    environment: str
    address: Address | None


def place(room: Local, text: str) -> Place:
    """Read an address, or the id of an environment.

    Raises:
        InvalidError: `address-invalid`, `environment-unknown`.
    """
    address = Address.parse(text) if "/" in text else None
    known = secret.environment(room, address.environment if address else text)
    return Place(known.id, address)


def freeze(room: Local, where: Place, reason: str) -> None:
    """Stop every delivery and change of values there, at once, until it is thawed.

    Raises:
        InvalidError: `reason-missing`.
    """
    if not reason.strip():
        raise InvalidError("reason-missing", "a freeze has a reason", fix="give one with --reason")
    if where.address is None:
        done(room.gate.change(room.caller, FreezeEnvironment(where.environment, reason), reason))
    else:
        done(room.gate.change(room.caller, FreezeSecret(where.address, reason), reason))


def thaw(room: Local, where: Place, reason: str = "") -> None:
    """End a freeze."""
    if where.address is None:
        done(room.gate.change(room.caller, ThawEnvironment(where.environment), reason))
    else:
        done(room.gate.change(room.caller, ThawSecret(where.address), reason))


def rollback(room: Local, address: Address, version: int, reason: str = "") -> None:
    """Make an earlier version current again; the one that is current becomes previous.

    Raises:
        InvalidError: `version-invalid`.
        ConflictError: `version-state`: retired, destroyed, deleted or compromised.
    """
    done(room.gate.change(room.caller, Promote(address, secret.version_number(version)), reason))


def delete(room: Local, address: Address, reason: str = "") -> None:
    """Take a secret out of use; its versions stay, and `undelete` brings it back."""
    done(room.gate.change(room.caller, DeleteSecret(address), reason))


def undelete(room: Local, address: Address, reason: str = "") -> None:
    """Bring a deleted secret back into use."""
    done(room.gate.change(room.caller, RestoreSecret(address), reason))


def destroy(room: Local, address: Address, version: int, reason: str = "") -> None:
    """Destroy the key of a version that is not current. Nothing brings its value back.

    Copies in backups stay readable until those expire.

    Raises:
        InvalidError: `version-invalid`.
        ConflictError: `version-current`, of a secret that is in use.
    """
    version = secret.version_number(version)
    shown = secret.show(room, address)
    if shown.current == version and shown.secret.state == "active":
        raise ConflictError(
            "version-current",
            "that version is current, and destroying it would leave its readers with nothing",
            fix="write or roll back to another version, or delete the secret first",
        )
    done(room.gate.change(room.caller, Destroy(address, version), reason))


def tree(room: Local, environment: str, folder: str = "") -> Iterator[str]:
    """Every address below a folder, in order; each folder that is opened is recorded."""
    for name in secret.list_folder(room, environment, folder):
        path = f"{folder}/{name}" if folder else name
        if name.endswith("/"):
            yield from tree(room, environment, path.removesuffix("/"))
        else:
            yield f"{environment}/{path}"
