"""A room with a few secrets and tokens, a backup of it, and restores of that."""

import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import RESERVE_BYTES, Place

from strongroom import wiring
from strongroom.gate.changes.token import AddToken
from strongroom.model.address import Address
from strongroom.ops import audit, backup, secret
from strongroom.ops.local import Local, done
from strongroom.secret.value import Value
from strongroom.wiring import Restored

A = Address.parse("development/a")
VALUE = "fake-a1"


@dataclass(frozen=True)
class Saved:
    """A room, a backup of it, and the log key as somebody noted it."""

    place: Place
    file: Path
    log_key: str

    def at(self, folder: Path) -> Place:
        return Place(folder, self.place.environ, self.place.settings)

    def restored(self, to: Path, key: str | None = None, file: Path | None = None) -> Restored:
        return wiring.restore(
            self.place.settings, self.place.environ, file or self.file, to, "a test", key,
            reserve_bytes=RESERVE_BYTES,
        )  # fmt: skip

    def verified(self, file: Path | None = None, key: str | None = None) -> object:
        return wiring.verify_backup(self.place.settings, self.place.environ, file or self.file, key)


def save(place: Place, to: Path) -> Saved:
    """Fill a founded room a little, and back it up to `to`."""
    with place.opened() as local:
        secret.write(local, secret.WriteRequest(A, Value.single(VALUE), "api-key", "Ada"))
        add_token(local)
        made = backup.create(local, to)
        return Saved(place, made.path, str(audit.verifier_key(local)))


def add_token(local: Local) -> None:
    expires_us = time.time_ns() // 1_000 + 10**12
    change = AddToken(local.caller.principal, secrets.token_bytes(32), "t", expires_us)
    done(local.gate.change(local.caller, change))


def value(local: Local) -> object:
    only = secret.read(local, A).value.only
    return only and only.data
