"""Logs as export files, and the verifier run as its users run it: alone."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import _cffi_backend  # type: ignore[import-untyped]  # what `cryptography` itself is built on
import cryptography

from strongroom.audit import exported
from strongroom.audit.checkpoint import parse
from strongroom.audit.verifier import Row
from strongroom.errors import AuditBrokenError
from strongroom.ops.audit_export import verifier_source

Json = dict[str, Any]


def lines(
    rows: Sequence[Row], notes: Sequence[str], origin: str, end: int | None = None
) -> list[bytes]:
    """An export of the whole log; each note after the last entry that it says it covers."""
    found = [exported.header(origin, 0, len(rows) if end is None else end, ())]
    at = 0
    for note in notes:
        size = min(_size(note), len(rows))
        found += [exported.entry(place, rows[place]) for place in range(at, size)]
        at = max(at, size)
        found.append(exported.checkpoint(note))
    return found + [exported.entry(place, rows[place]) for place in range(at, len(rows))]


def _size(note: str) -> int:
    try:
        return parse(note.partition("\n\n")[0] + "\n").size
    except AuditBrokenError:
        return 0


def alone(folder: Path) -> list[str]:
    """The command line of the verifier where only Python and `cryptography` can be imported."""
    only = folder / "only"
    only.mkdir()
    (only / "cryptography").symlink_to(Path(cryptography.__file__).parent)
    backend = Path(_cffi_backend.__file__)
    (only / backend.name).symlink_to(backend)
    program = folder / "strongroom_verify.py"
    program.write_bytes(verifier_source())
    start = f"import sys, runpy; sys.path.append({str(only)!r}); sys.argv = sys.argv[1:]; "
    run = "runpy.run_path(sys.argv[0], run_name='__main__')"
    return [sys.executable, "-I", "-S", "-c", start + run, str(program)]


def run(command: list[str], export: Path, key: str, *more: str) -> tuple[int, Json]:
    """The exit code and the report."""
    done = subprocess.run(
        [*command, "--key", key, "--json", str(export), *more],
        capture_output=True, check=False, cwd="/",
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout) if done.stdout else {}
