"""Write a baseline: accept what a scan has found, or what another tool had accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from strongroom.errors import ConfigError, NotFoundError
from strongroom.ops.saving import save
from strongroom.scan.findings import peers
from strongroom.scan.findings.baseline import FILE, Entry, extended, render
from strongroom.scan.findings.collect import Gathered

PEER_OCTETS_MAX = 64 * 1024 * 1024

__all__ = ["FILE", "Accepting", "Written", "write"]


@dataclass(frozen=True, slots=True)
class Accepting:
    """Where the baseline is, and the terms of what is added. With `peers`, only what they accept."""

    path: Path
    reason: str = ""
    owner: str = ""
    expires: date | None = None
    peers: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """How many entries were there, and how many came; what could not be carried over."""

    path: Path
    kept: int
    added: int
    notes: tuple[str, ...] = ()


def write(asked: Accepting, old: Sequence[Entry], found: Sequence[Gathered]) -> Written:
    """Add an entry for each of `found` beside the `old` ones; the file is written whole.

    Raises:
        ConfigError: `scan-peer-baseline-unknown`, `scan-peer-baseline-invalid`,
            `scan-peer-baseline-unreadable`.
        NotFoundError: `scan-baseline-not-found`.
        MachineError: `output-unwritable`.
    """
    if not asked.peers:
        terms = Entry("", "", asked.reason, asked.owner, asked.expires)
        entries = extended(old, found, terms)
        notes: list[str] = []
    else:
        by_print: dict[str, Entry] = {}
        notes = []
        for peer in asked.peers:
            said = peers.carry(
                str(peer), _read(peer), found, reason=asked.reason, owner=asked.owner
            )
            by_print |= said.entries
            notes += said.notes
        dated = {
            key: Entry(e.fingerprint, e.rule, e.reason, e.owner, asked.expires)
            for key, e in by_print.items()
        }
        entries = extended(old, found, dated)
    there = {entry.fingerprint for entry in old}
    added = len({entry.fingerprint for entry in entries} - there)
    save(asked.path, render(entries).encode())
    return Written(asked.path, len(there), added, tuple(notes))


def _read(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise ConfigError("scan-peer-baseline-unreadable", f"{path} is no regular file")
        with path.open("rb") as stream:
            return stream.read(PEER_OCTETS_MAX)
    except FileNotFoundError:
        raise NotFoundError("scan-baseline-not-found", f"there is no file {path}") from None
    except OSError as error:
        raise ConfigError("scan-peer-baseline-unreadable", f"{path}: {error.strerror}") from None
