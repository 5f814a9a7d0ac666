"""`strongroom scan PATH…` and `scan --history` with the common options, without the command line's framework.

The framework takes longer to load than most folders take to scan. Only what is common is understood
here, and what is understood is done as `cli.scan` does it; for anything else `parse` gives None, and
the full command line answers.
"""

import os
import sys
from contextlib import ExitStack
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence
    from datetime import date

    from strongroom.cli.scan_view import Bar
    from strongroom.ops.scan import Outcome, ScanRequest
    from strongroom.scan.drive import Totals

FORMS: Final = frozenset({"text", "json", "jsonl", "sarif", "github", "html"})
PATIENCE_S: Final = 0.5  # before somebody wants to see that it goes on
FOLDERS_MANY: Final = 8  # in a folder that takes more than one process
_FLAGS: Final = {
    "--json": ("form", "json"),
    "--no-project": ("project", False),
    "--strict": ("strict", True),
    "--exit-zero": ("exit_zero", True),
    "--all-files": ("everything", True),
    "--history": ("history", True),
}
_VALUES: Final = frozenset({"--format", "--output", "--jobs"})
# Below `scan`; a folder of that name is `./rules`.
_COMMANDS: Final = frozenset({"fingerprints", "rules"})


class Words(NamedTuple):
    """What was typed, understood."""

    paths: tuple[str, ...] = ()
    form: str = "text"
    output: str = ""
    jobs: int | None = None
    project: bool = True
    strict: bool = False
    exit_zero: bool = False
    everything: bool = False
    history: bool = False
    as_json: bool = False


def parse(words: "Sequence[str]") -> Words | None:
    """What `words` ask for, or None where they are not all understood."""
    said: dict[str, str] = {}
    paths: list[str] = []
    waiting = iter(words)
    for word in waiting:
        name, sign, value = word.partition("=")
        if not word.startswith("-"):
            if not word.strip() or word in _COMMANDS:
                return None
            paths.append(word)
            continue
        if name in _VALUES:
            value = value if sign else next(waiting, "")
        elif name not in _FLAGS or sign:
            return None
        if name in said or (name in _VALUES and (not value or value.startswith("-"))):
            return None
        said[name] = value
    form, jobs = said.get("--format", "text"), said.get("--jobs", "1")
    if form not in FORMS or not (jobs.isascii() and jobs.isdigit() and 0 < int(jobs[:9]) < 10**4):
        return None
    if "--json" in said and form not in {"text", "json"}:
        return None
    if "--history" in said and (len(paths) > 1 or "--all-files" in said):
        return None
    flags: dict[str, Any] = {
        field: value for flag, (field, value) in _FLAGS.items() if flag in said
    }
    found = Words(
        tuple(paths),
        form,
        said.get("--output", ""),
        int(jobs) if "--jobs" in said else None,
        as_json="--json" in said,
    )
    return found._replace(**flags)


def run(words: Words, environ: "Mapping[str, str]") -> int:
    """Scan, give the report, and return the exit code.

    Raises:
        StrongroomError: as `ops.scan`, and of what is read for it.
    """
    ready = _ready(words)
    try:
        return _run(words, environ, ready)
    finally:
        if ready:
            from strongroom.scan import starting

            for process in ready:
                starting.end(process)


def _run(words: Words, environ: "Mapping[str, str]", ready: "list[subprocess.Popen[bytes]]") -> int:
    from strongroom.cli import scan_ends
    from strongroom.ops import scan as ops

    request = _request(words, environ, ready)
    watched = sys.stderr is not None and sys.stderr.isatty()
    if watched:
        sys.stderr.write(ops.compiling(request))
    with scan_ends.tidy():
        if not watched or (words.form != "text" and not words.output):
            outcome = ops.scan(request)
        else:
            with _LateBar() as bar:
                outcome = ops.scan(request, bar.advance)
    _give(outcome, words, environ)
    error = ops.nothing_scanned(outcome, strict=words.strict)
    if error is not None:
        from strongroom.cli.main import failure

        return failure(error, as_json=words.as_json)
    return 1 if outcome.report.leaks and not words.exit_zero else 0


def _ready(words: Words) -> "list[subprocess.Popen[bytes]]":
    """A process that loads what it needs while we do, where it is likely to be needed."""
    jobs = words.jobs or len(os.sched_getaffinity(0))
    large = words.history or any(_is_large(path) for path in words.paths or (".",))
    if jobs < 2 or not large:
        return []
    from strongroom.scan import starting

    try:
        return [starting.start()]
    except OSError:  # it is tried again, and told, if one is really needed
        return []


def _is_large(path: str) -> bool:
    """A guess: whether there are many folders in it."""
    folders = 0
    try:
        with os.scandir(path) as listed:
            for entry in listed:
                folders += entry.is_dir(follow_symlinks=False)
                if folders >= FOLDERS_MANY:
                    return True
    except OSError:
        pass
    return False


def _request(
    words: Words, environ: "Mapping[str, str]", ready: "list[subprocess.Popen[bytes]]"
) -> "ScanRequest":
    from pathlib import Path

    from strongroom.ops import scan as ops
    from strongroom.ops import scan_source as sources

    paths = [Path(path) for path in words.paths]
    if words.history:
        chosen = sources.history(paths[0] if paths else Path(), environ)
    else:
        chosen = sources.folder(paths, Path.cwd(), everything=words.everything)
    found = sources.project(chosen) if words.project else sources.Project()
    entries = ops.read_baseline(found.baseline, must=True) if found.baseline else ()
    own = ops.fingerprints(environ)
    return ops.ScanRequest(
        source=chosen.source,
        what=chosen.what,
        repository=chosen.repository,
        reachable=chosen.reachable,
        today=_today() if entries or own else None,
        baseline=entries,
        rules=found.rules,
        own=own,
        key=ops.key(environ),
        jobs=ops.jobs(words.jobs),
        early=chosen.early,
        cache=ops.cache(environ),
        whole=chosen.whole,
        ready=tuple(ready),
    )


def _give(outcome: "Outcome", words: Words, environ: "Mapping[str, str]") -> None:
    report = outcome.report
    if not words.output and sys.stdout is None:
        from strongroom.errors import UsageError

        raise UsageError("no-output", "standard output is closed", fix="give it somewhere to go")
    if words.output:
        from pathlib import Path

        from strongroom.cli.scan_forms import octets
        from strongroom.ops.saving import save

        save(Path(words.output), octets(report, words.form), private=True)
        return
    if words.form != "text":
        from strongroom.cli.scan_forms import octets

        _say(octets(report, words.form))
        return
    told = report.leaks or report.warnings or outcome.gaps
    if told or "FORCE_COLOR" in environ or "TTY_COMPATIBLE" in environ or sys.stdout.isatty():
        from strongroom.cli import scan_view

        scan_view.show(report)
        return
    from strongroom.scan.reporters import words as said

    lines = filter(None, (said.left_out(report.not_scanned), said.closing(report)))
    _say("".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace"))


def _say(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


class _LateBar(ExitStack):
    """A progress bar that is not loaded before somebody has waited a while."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = monotonic()
        self._bar: Bar | None = None

    def advance(self, totals: "Totals", items: int, octets: int) -> None:
        if self._bar is None:
            if monotonic() - self._begun < PATIENCE_S:
                return
            from strongroom.cli.scan_view import Bar

            self._bar = self.enter_context(Bar())
        self._bar.advance(totals, items, octets)


def _today() -> "date":
    from datetime import UTC, datetime

    return datetime.now(UTC).date()  # noqa: TID251 - the door reads the clock once
