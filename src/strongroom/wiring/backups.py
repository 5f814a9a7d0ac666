"""Opening a backup with what opens the room, and looking whether all of it is good."""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from strongroom.audit.note import VerifierKey
from strongroom.audit.problem import Report
from strongroom.config import Config
from strongroom.crypto import seal
from strongroom.crypto.keyring import LogKey
from strongroom.crypto.ring import open_ring
from strongroom.db import sqlite
from strongroom.errors import IntegrityError, InvalidError, MachineError
from strongroom.gate.backup import contents
from strongroom.gate.fsck import Kind, Problem, fsck
from strongroom.gate.inspect import verify_log
from strongroom.gate.lineage import lineage
from strongroom.gate.logbook import Logbook, moved_rows
from strongroom.gate.rows import Seal
from strongroom.ops import audit, backup
from strongroom.ops.backup import Progress, quiet
from strongroom.ops.fsck import Checked
from strongroom.secret.backup import body
from strongroom.secret.backup.manifest import Manifest
from strongroom.wiring.credentials import AskPerson, nobody, obtain
from strongroom.wiring.process import DATABASE, Keys

PRIVATE: Final = 0o600


@dataclass(frozen=True, slots=True)
class Unsealed:
    """A backup whose manifest is the room's own; its body is read next, once."""

    file: BinaryIO
    about: Manifest
    keys: Keys
    credential: seal.Credential

    def extract(self, to: Path, progress: Progress = quiet) -> None:
        """Write the database to the new file `to`, mode 0600, synced.

        Raises:
            IntegrityError: `backup-body-changed`, `backup-cut-short`.
            MachineError: `restore-unwritable`; what was written so far is the caller's to remove.
        """
        _, key = self.keys.room.backup(self.about.backup_id)
        at, total = 0, self.about.database_bytes
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            with os.fdopen(os.open(to, flags, PRIVATE), "wb") as out:
                for chunk in body.opened(self.file, self.about, key):
                    out.write(chunk)
                    at += len(chunk)
                    progress("reading", at, total)
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise MachineError("restore-unwritable", f"{to}: {error.strerror}") from None


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in the database of a backup; `log` is None where it could not be read."""

    about: Manifest
    state: tuple[Problem, ...]
    log: Report | None
    unchecked: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything that was looked at is as it was left."""
        return not self.state and self.log is not None and self.log.ok


@contextmanager
def unsealed(
    config: Config, environ: Mapping[str, str], path: Path, ask: AskPerson = nobody
) -> Iterator[Unsealed]:
    """Open a backup with what opens the room.

    Raises:
        NotFoundError: `backup-missing`.
        SealedError: `keyfile-missing` and its like; `slot-missing`.
        those of `manifest.read` and `Head.check`.
    """
    with backup.open_file(path) as file:
        head = backup.read_head(file)
        about = head.manifest
        slots = about.seal_slots()
        credential = obtain(config, environ, about.room_id, tuple(slots), ask)
        ring = open_ring(slots, about.room_id, credential)
        keys = Keys.of(ring, about.instance_id)
        head.check(keys.room.backup(about.backup_id)[0])
        yield Unsealed(file, about, keys, credential)


def verify(
    config: Config,
    environ: Mapping[str, str],
    path: Path,
    key: str | None = None,
    progress: Progress = quiet,
    *,
    ask: AskPerson = nobody,
) -> Examined:
    """Read a backup whole, and its database in a temporary folder; no room is needed.

    `key` is the log's public key as it was noted, with those of earlier instances before it.

    Raises:
        as `unsealed`, `Unsealed.extract`, `examine`.
    """
    given = audit.parse_keys(key) if key else None
    with (
        unsealed(config, environ, path, ask) as found,
        tempfile.TemporaryDirectory(prefix="strongroom-") as folder,
    ):
        database = Path(folder) / DATABASE
        found.extract(database, progress)
        return examine(database, found, given, progress)


def examine(
    database: Path,
    found: Unsealed,
    given: Sequence[VerifierKey] | None,
    progress: Progress = quiet,
) -> Examined:
    """Check the database that came out of a backup: storage, rows, changes, log, manifest.

    Raises:
        IntegrityError: `backup-not-its-manifests`: it is not the database that the manifest
            describes.
        InvalidError: `log-key-missing`: nothing says by which key the log is signed.
    """
    about = found.about
    checked = check_room(database, found.keys, about.instance_id, given, progress)
    if checked.log is not None:
        with closing(sqlite.connect(database)) as db:
            told = contents(db, Seal(found.keys.room.row_mac))
        if told[1:4] != (about.change_seq, about.log_size, about.checkpoint):
            raise IntegrityError(
                "backup-not-its-manifests",
                "the database is not the one that the manifest describes",
            )
    return Examined(about, checked.state, checked.log, _unchecked(given, checked))


def check_room(
    database: Path,
    keys: Keys,
    instance_id: bytes,
    given: Sequence[VerifierKey] | None,
    progress: Progress = quiet,
) -> Checked:
    """`fsck` of a room that nobody has opened.

    Raises:
        InvalidError: `log-key-missing`.
    """
    seal_ = Seal(keys.room.row_mac)
    progress("checking storage, rows and changes", 0, 0)
    with closing(sqlite.connect(database)) as db:
        state = tuple(fsck(db, seal_, lambda: moved_rows(db, keys.room)))
        if any(one.kind is Kind.STORAGE or one.table == "segment" for one in state):
            return Checked(state, None)
        origins = [] if given else lineage(db, seal_)
    *earlier, wanted = given or [
        *(origin.key for origin in origins), _own(instance_id, keys.log)
    ]  # fmt: skip
    progress("checking the log", 0, 0)
    connect = partial(sqlite.connect, database)
    report = verify_log(connect, wanted, earlier, book=lambda db: Logbook(db, keys.room))
    return Checked(state, report)


def _own(instance_id: bytes, key: LogKey | None) -> VerifierKey:
    if key is None:
        raise InvalidError(
            "log-key-missing",
            "this credential does not hold the log's key",
            fix="give the public key that was noted when the room was made: --key KEY",
        )
    return audit.key_of(instance_id, key.public)


def _unchecked(given: Sequence[VerifierKey] | None, checked: Checked) -> tuple[str, ...]:
    if checked.log is None:
        return ("the log, the rows and the changes, since the storage is damaged",)
    moved = (f"{checked.moved:,} entries that were moved into segments: those are not in a backup",)
    own = "whether the log's history is the only one: bring the key that you noted with --key"
    return (
        "whether values can be opened: `strongroom drill restore` opens some of each environment",
        "whether there is a later backup, or entries that were never in one",
        *(() if given else (own,)),
        *(moved if checked.moved else ()),
    )
