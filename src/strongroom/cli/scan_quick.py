"""`strongroom scan --staged` without the command line's framework: each commit waits for it.

Only this command is understood here. For anything else `parse` gives None, and the full command
line answers.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from strongroom.errors import StrongroomError
from strongroom.ops import scan, scan_source
from strongroom.scan import first_look
from strongroom.scan.reporters import plain
from strongroom.scan.ruleset import load

if TYPE_CHECKING:
    from datetime import date

WORDS: Final = (["--staged"], ["--staged", "--strict"])  # as `entry` knows them too


def parse(words: Sequence[str]) -> bool | None:
    """Whether a well-formed command is strict, or None."""
    return "--strict" in words if list(words) in WORDS else None


def run(environ: Mapping[str, str], *, strict: bool) -> int:
    """Scan what is staged, print what was found, and return the exit code.

    Raises:
        StrongroomError: as `ops.scan`; nothing is known then.
    """
    chosen = scan_source.staged(Path(), environ)
    found = scan_source.project(chosen)
    entries = scan.read_baseline(found.baseline, must=True) if found.baseline else ()
    own = scan.fingerprints(environ)
    if sys.stderr is not None and sys.stderr.isatty():
        sys.stderr.write(scan.uncached(scan.cache(environ)))
    outcome = scan.scan(
        scan.ScanRequest(
            source=chosen.source,
            what=chosen.what,
            today=_today() if entries or own else None,
            baseline=entries,
            rules=found.rules,
            own=own,
            key=scan.key(environ),
            cache=scan.cache(environ),
            empty=chosen.empty,
            whole=chosen.whole,
        )
    )
    if found.rules is None:
        remember(environ)
    _say("".join(f"{line}\n" for line in plain.lines(outcome.report)))
    error = scan.nothing_scanned(outcome, strict=strict)
    if error is not None:
        return _refused(error)
    return 1 if outcome.report.leaks else 0


def remember(environ: Mapping[str, str]) -> None:
    """Note where the shipped rules are compiled, so that the next first look finds them."""
    from contextlib import suppress

    with suppress(ImportError, OSError):
        from strongroom.scan.engine import compiled, vectorscan
        from strongroom.scan.engine.engine import key

        folder = scan.cache(environ)
        rules = load.builtin()
        if folder is None or not (folder / compiled.name(key(rules))).is_file():
            return
        text = first_look.pointer(
            rules.digest, compiled.name(key(rules)), compiled.HEAD_OCTETS, vectorscan.VERSION
        )
        path = folder / first_look.POINTER
        if path.is_file() and path.read_text("ascii") == text:
            return
        from strongroom.ops.saving import save

        save(path, text.encode("ascii"), private=True)


def _today() -> "date":
    from datetime import UTC, datetime

    return datetime.now(UTC).date()  # noqa: TID251 - the door reads the clock once


def _say(text: str) -> None:
    if sys.stdout is not None:
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.flush()


def _refused(error: StrongroomError) -> int:
    from strongroom.cli.main import failure

    return failure(error, as_json=False)
