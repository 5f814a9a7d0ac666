"""A drill: a backup is restored where nobody sees it, opened, tried, and thrown away.

What came of it is evidence in the room, also when the drill failed (P-5, C-27).
"""

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from strongroom.config import Config
from strongroom.db import sqlite
from strongroom.errors import ConflictError, InvalidError, StrongroomError
from strongroom.gate.rows import Seal
from strongroom.gate.shown import RecordEvidence
from strongroom.gate.trial import Tried, try_values
from strongroom.ops import backup
from strongroom.ops.backup import Progress, quiet
from strongroom.ops.drill import RESTORE
from strongroom.ops.local import Local, done
from strongroom.wiring import backups, opening, restoring
from strongroom.wiring.credentials import AskPerson, nobody, obtain, once
from strongroom.wiring.process import DATABASE

VERSIONS: Final = 25
VERSIONS_MAX: Final = 10_000
_RESERVE_BYTES: Final = 4_096  # of a room that lives for a minute


@dataclass(slots=True)
class Drilled:
    """What a drill came to. `ms` says how long each part took; `failed` where it ended."""

    backup_id: str = ""
    database_bytes: int = 0
    log_size: int = 0
    ms: dict[str, int] = field(default_factory=dict)
    environments: list[Tried] = field(default_factory=list)
    log_ok: bool = False
    state_ok: bool = False
    failed: str = ""  # the part, and the code of what it ended with
    evidence: str = ""  # the id of what was recorded

    @property
    def ok(self) -> bool:
        """Whether every part was done and nothing was wrong."""
        whole = self.log_ok and self.state_ok and bool(self.environments)
        return not self.failed and whole and all(one.ok for one in self.environments)


def drill(
    config: Config,
    environ: Mapping[str, str],
    room: Local,
    file: Path | None = None,
    versions: int = VERSIONS,
    progress: Progress = quiet,
    *,
    ask: AskPerson = nobody,
) -> Drilled:
    """Restore `file`, or a backup that is made for it, and see whether the room would live.

    Raises:
        InvalidError: `versions-invalid`.
        DeniedError: the caller may not administer the room.
    """
    if not 1 <= versions <= VERSIONS_MAX:
        raise InvalidError("versions-invalid", f"a drill tries 1 to {VERSIONS_MAX:,} versions")
    found = Drilled()
    with tempfile.TemporaryDirectory(prefix="strongroom-drill-") as name:
        folder = Path(name)
        try:
            if file is None:
                with _timed(found, "backup"):
                    file = backup.create(room, folder, progress).path
            _restore(
                config, environ, room, found, file, folder / "room", versions, progress, once(ask)
            )
        except StrongroomError as error:
            found.failed = f"{found.failed}: {error.code}"
    report = {
        "backup": found.backup_id, "database_bytes": found.database_bytes,
        "log_size": found.log_size, "ms": found.ms, "log_ok": found.log_ok,
        "state_ok": found.state_ok, "failed": found.failed,
        "environments": [one._asdict() for one in found.environments],
    }  # fmt: skip
    change = RecordEvidence(RESTORE, found.ok, report)
    found.evidence = str(done(room.gate.change(room.caller, change, "restore drill")))
    return found


def _restore(
    config: Config,
    environ: Mapping[str, str],
    room: Local,
    found: Drilled,
    file: Path,
    folder: Path,
    versions: int,
    progress: Progress,
    ask: AskPerson,
) -> None:
    with _timed(found, "restore"):
        with backups.unsealed(config, environ, file, ask) as opened:
            about, keys = opened.about, opened.keys
        found.backup_id, found.log_size = about.backup_id.hex(), about.log_size
        found.database_bytes = about.database_bytes
        if about.room_id != room.keys.room_id:
            raise ConflictError("backup-other-room", "that is a backup of another room")
        restoring.restore(
            config, environ, file, folder, "restore drill", None, progress,
            ask=ask, reserve_bytes=_RESERVE_BYTES,
        )  # fmt: skip
    seal = Seal(keys.room.row_mac)
    with _timed(found, "open"):
        closed = opening.look(folder)
        keys = closed.open(obtain(config, environ, about.room_id, tuple(closed.slots), ask))
    with _timed(found, "values"), closing(sqlite.connect(folder / DATABASE)) as db:
        progress("trying values", 0, 0)
        found.environments = try_values(db, about.room_id, seal, keys.keks, versions)
    with _timed(found, "check"):
        checked = backups.check_room(folder / DATABASE, keys, closed.instance_id, None, progress)
        found.state_ok = not checked.state
        found.log_ok = checked.log is not None and checked.log.ok


@contextmanager
def _timed(found: Drilled, part: str) -> Iterator[None]:
    """Measure a part; one that raises is where the drill failed."""
    found.failed = part
    start_ns = time.monotonic_ns()
    yield
    found.ms[part] = (time.monotonic_ns() - start_ns) // 1_000_000
    found.failed = ""
