"""`strongroom scan`: leaked secrets in folders, histories, changes and streams."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import App, Parameter, Token

from strongroom.cli import render
from strongroom.errors import UsageError
from strongroom.model.severity import Severity
from strongroom.scan.model import Confidence

if TYPE_CHECKING:
    from strongroom.ops.scan import Outcome, ScanRequest
    from strongroom.ops.scan_source import Chosen
    from strongroom.scan.own.prints import PrintSet

_STDIN: Final = Path("-")
app = App(name="scan", help="Find leaked secrets in files, histories, changes and streams.")
app.command(
    "strongroom.cli.scan_fingerprints:app",
    name="fingerprints",
    help="Sets by which a scanner elsewhere knows the room's values.",
)
app.command(
    "strongroom.cli.scan_rules:app",
    name="rules",
    help="List, show and test the rules that the scanner looks for.",
)


def _named(kind: type[Path], tokens: Sequence[Token]) -> Path:
    """The path that was typed; an empty one would mean the folder that one is in.

    Raises:
        UsageError: `path-empty`, `option-unknown`.
    """
    (token,) = tokens
    given = token.value
    if given.startswith("-") and given != str(_STDIN):
        raise UsageError(
            "option-unknown", "there is no such option", fix="for a file of that name write ./-…"
        )
    if given.startswith("./-"):  # without its beginning it would be taken for something else
        return kind.cwd() / given
    if not given:
        raise UsageError(
            "path-empty",
            "a path is empty, as from a shell's variable that is not set",
            fix="name a file or a folder; . is the one you are in",
        )
    return kind(given)


class Format(StrEnum):
    """The forms of a report."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    SARIF = "sarif"
    GITHUB = "github"
    HTML = "html"


@Parameter(name="*")
@dataclass(frozen=True)
class What:
    """What to scan, as options."""

    history: Annotated[
        bool,
        Parameter(negative="", help="Every version of every file of a repository, and messages."),
    ] = False
    range_: Annotated[
        str | None, Parameter(name="--range", help="Only what these commits bring: main..topic.")
    ] = None
    unreachable: Annotated[
        bool, Parameter(negative="", help="With --history: what no branch or tag reaches, too.")
    ] = False
    staged: Annotated[bool, Parameter(negative="", help="What the next commit brings.")] = False
    stdin: Annotated[bool, Parameter(negative="", help="Standard input; so does a path of -.")] = (
        False
    )
    pre_receive: Annotated[
        bool, Parameter(negative="", help="What a push brings, in a pre-receive hook.")
    ] = False
    pre_push: Annotated[
        bool, Parameter(negative="", help="What a push takes along, in a pre-push hook.")
    ] = False
    follow: Annotated[
        Path | None, Parameter(help="A log, as it grows, until Ctrl-C.", converter=_named)
    ] = None
    all_files: Annotated[
        bool, Parameter(negative="", help="What is left out by default, too: other people's code.")
    ] = False


@Parameter(name="*")
@dataclass(frozen=True)
class Terms:
    """By which terms, as options."""

    baseline: Annotated[
        Path | None, Parameter(help="Accepted leaks; by default .strongroom-baseline there.")
    ] = None
    write_baseline: Annotated[
        bool, Parameter(negative="", help="Accept what is found now: add it to the baseline.")
    ] = False
    reason: Annotated[str | None, Parameter(help="With --write-baseline: why it is accepted.")] = (
        None
    )
    owner: Annotated[str | None, Parameter(help="With --write-baseline: who answers for it.")] = (
        None
    )
    expires: Annotated[
        str | None, Parameter(help="With --write-baseline: the last day, as YYYY-MM-DD.")
    ] = None
    from_: Annotated[
        tuple[Path, ...],
        Parameter(
            name="--from",
            negative="",
            help="With --write-baseline: only what this accepts: .secrets.baseline, a report of"
            " gitleaks, .gitleaksignore, .gitallowed. May be repeated.",
        ),
    ] = ()
    rules: Annotated[
        Path | None, Parameter(help="Rules of your own; by default .strongroom-scan.toml there.")
    ] = None
    own: Annotated[
        bool,
        Parameter(negative="", help="Find the values of your room too, whatever they look like."),
    ] = False
    room: Annotated[Path | None, Parameter(help="With --own: the folder of that room.")] = None
    fingerprints: Annotated[
        Path | None,
        Parameter(help="Find the values of an exported set; or $STRONGROOM_SCAN_FINGERPRINTS."),
    ] = None
    project: Annotated[
        bool, Parameter(help="Follow the baseline and rules that lie in what is scanned.")
    ] = True
    only: Annotated[tuple[str, ...], Parameter(negative="", help="Only this rule.")] = ()
    skip: Annotated[tuple[str, ...], Parameter(negative="", help="All but this rule.")] = ()
    min_confidence: Annotated[
        Confidence, Parameter(help="Leave out what is less sure than this.")
    ] = Confidence.LOW
    jobs: Annotated[int | None, Parameter(help="Processes; by default one for each processor.")] = (
        None
    )


@Parameter(name="*")
@dataclass(frozen=True)
class Out:
    """How the result is given, as options."""

    format: Annotated[Format, Parameter(help="How the report looks.")] = Format.TEXT
    json: Annotated[bool, Parameter(negative="", help="Print one JSON document.")] = False
    output: Annotated[
        Path | None, Parameter(help="Write the report into this file, for you alone to read.")
    ] = None
    show: Annotated[
        bool, Parameter(negative="", help="Show the secrets themselves, on a terminal, once asked.")
    ] = False
    fail_on: Annotated[
        Severity, Parameter(help="The mildest severity that makes the command fail.")
    ] = Severity.LOW
    exit_zero: Annotated[
        bool, Parameter(negative="", help="Exit with 0 even when secrets are found.")
    ] = False
    strict: Annotated[
        bool, Parameter(negative="", help="Exit with 8 when something could not be scanned.")
    ] = False

    @property
    def form(self) -> Format:
        """The form of the report."""
        return Format.JSON if self.json else self.format


WHAT: Final = What()
TERMS: Final = Terms()
OUT: Final = Out()


@app.default
def scan(
    *paths: Annotated[Path, Parameter(allow_leading_hyphen=True, converter=_named)],
    what: What = WHAT,
    terms: Terms = TERMS,
    out: Out = OUT,
) -> int:
    """Find leaked secrets; without a PATH in the folder that you are in.

    Secrets are never shown whole: lines are masked. Exits with 0 when nothing was found, with 1
    when something was, and with another number when it could not be looked at; a scan that had
    nothing to look at says so and exits with 8. It needs no room and no network.

    Parameters
    ----------
    paths
        Files and folders, or with --history a repository; - is standard input.
    """
    from strongroom.cli import scan_ends, scan_view
    from strongroom.ops import scan as ops

    _fits(paths, what, terms, out)
    chosen = _chosen(paths, what)
    request = _request(chosen, terms, out)
    if sys.stderr is not None and sys.stderr.isatty():
        sys.stderr.write(ops.compiling(request))
    quiet = out.form is not Format.TEXT and out.output is None
    with scan_ends.tidy(), scan_view.Bar(quiet=quiet) as bar:
        live = scan_view.live(out.form) if what.follow else None
        outcome = ops.scan(request, bar.advance, live)
    if terms.write_baseline:
        return _write_baseline(chosen, terms, outcome, request, strict=out.strict)
    if out.show:
        _confirm()
    scan_view.give(outcome, out.form, out.output)
    if out.show:
        scan_view.show_values(outcome)
    return _status(outcome, out)


def _status(outcome: "Outcome", out: Out) -> int:
    from strongroom.ops import scan as ops

    error = ops.nothing_scanned(outcome, strict=out.strict)
    if error is not None:
        render.error(error.code, error.message, error.fix, as_json=out.json)
        return error.exit
    worst = any(leak.severity.rank <= out.fail_on.rank for leak in outcome.report.leaks)
    return 1 if worst and not out.exit_zero else 0


def _fits(paths: Sequence[Path], what: What, terms: Terms, out: Out) -> None:
    """Refuse options that contradict each other.

    Raises:
        UsageError: `scan-sources-exclude`, `format-twice`, `show-unshowable`, `baseline-options`,
            `date-invalid`, `date-past`.
    """
    chosen = [
        name
        for name, given in (
            ("--history", what.history or what.range_ is not None),
            ("--staged", what.staged),
            ("--stdin", what.stdin or _STDIN in paths),
            ("--pre-receive", what.pre_receive),
            ("--pre-push", what.pre_push),
            ("--follow", what.follow is not None),
        )
        if given
    ]
    if len(chosen) > 1:
        raise UsageError("scan-sources-exclude", f"{' and '.join(chosen)} exclude each other")
    alone = {"--stdin", "--follow", "--pre-receive"} & set(chosen)
    if alone and any(path != _STDIN for path in paths):
        raise UsageError(
            "scan-sources-exclude",
            f"{alone.pop()} is scanned alone, without a path",
            fix="scan the path in a command of its own",
        )
    if what.unreachable and not what.history:
        raise UsageError("scan-sources-exclude", "--unreachable goes with --history")
    if out.json and out.format not in {Format.TEXT, Format.JSON}:
        raise UsageError("format-twice", "--json and --format exclude each other")
    _fits_baseline(terms, out)
    if out.show and (out.form is not Format.TEXT or out.output or not _terminal()):
        raise UsageError("show-unshowable", "secrets are shown on a terminal only, and as text")


def _fits_baseline(terms: Terms, out: Out) -> None:
    """Refuse terms that a later scan would complain of, and options that would do nothing.

    Raises:
        UsageError: `baseline-options`, `date-invalid`, `date-past`.
    """
    if not terms.write_baseline:
        if terms.reason or terms.owner or terms.expires or terms.from_:
            raise UsageError(
                "baseline-options",
                "--reason, --owner, --expires and --from go with --write-baseline",
            )
        return
    from strongroom.scan.findings.baseline import says_why

    if not says_why(terms.reason or "") and (terms.reason is not None or not terms.from_):
        raise UsageError(
            "baseline-options",
            "what is accepted needs a reason",
            fix='add --reason "…", or --from with the baseline of another tool',
        )
    if terms.expires is not None and _day(terms.expires) < _today():
        raise UsageError(
            "date-past",
            "--expires is over, so nothing would be accepted",
            fix="name today or a later day",
        )
    if out.output is not None or out.form is not Format.TEXT or out.show:
        raise UsageError(
            "baseline-options",
            "--write-baseline gives no report, so --output, --format, --json and --show exclude it",
            fix="scan again for the report, once the baseline is written",
        )


def _chosen(paths: Sequence[Path], what: What) -> "Chosen":
    from strongroom.ops import scan_source as sources

    one = paths[0] if paths else Path()
    if what.stdin or one == _STDIN:
        return sources.stdin(Path.cwd())
    if what.follow is not None:
        return sources.follow(what.follow, Path.cwd())
    # An empty range is refused, not taken for none.
    commits = what.history or what.range_ is not None
    if len(paths) > 1 and (commits or what.staged):
        raise UsageError("scan-one-repository", "name one repository")
    if commits:
        return sources.history(one, os.environ, what.range_, unreachable=what.unreachable)
    if what.staged:
        return sources.staged(one, os.environ)
    if what.pre_receive or what.pre_push:
        lines = _hook_lines()
        if what.pre_receive:
            return sources.pre_receive(Path(), os.environ, lines)
        remote, to = [*map(str, paths), "", ""][:2]
        return sources.pre_push(Path(), os.environ, lines, remote, to)
    return sources.folder(paths, Path.cwd(), everything=what.all_files)


def _hook_lines() -> list[str]:
    if sys.stdin is None or sys.stdin.isatty():
        from strongroom.ops.scan_source import no_hook

        raise no_hook()
    return os.fsdecode(sys.stdin.buffer.read()).split("\n")


def _request(chosen: "Chosen", terms: Terms, out: Out) -> "ScanRequest":
    from strongroom.ops import scan as ops
    from strongroom.ops import scan_source as sources

    if terms.jobs is not None and terms.jobs < 1:
        raise UsageError("scan-jobs", "--jobs is 1 or more")
    found = sources.project(chosen) if terms.project else sources.Project()
    path = terms.baseline or found.baseline
    entries = ops.read_baseline(path, must=not terms.write_baseline) if path else ()
    return ops.ScanRequest(
        source=chosen.source,
        what=chosen.what,
        today=_today(),
        repository=chosen.repository,
        revisions=chosen.revisions,
        reachable=chosen.reachable,
        baseline=entries,
        rules=terms.rules or found.rules,
        own=_own(terms),
        key=ops.key(os.environ),
        only=frozenset(terms.only),
        skip=frozenset(terms.skip),
        min_confidence=terms.min_confidence,
        jobs=ops.jobs(terms.jobs) if chosen.shares else 1,
        early=chosen.early,
        cache=ops.cache(os.environ),
        values=out.show,
        keep=bool(terms.from_),
        empty=chosen.empty,
        whole=chosen.whole,
        notes=chosen.notes,
    )


def _own(terms: Terms) -> "PrintSet | None":
    from strongroom.ops import scan as ops

    if terms.own and terms.fingerprints:
        raise UsageError("scan-own-twice", "--own and --fingerprints exclude each other")
    if terms.room and not terms.own:
        raise UsageError("scan-own-twice", "--room goes with --own")
    if not terms.own:
        return ops.fingerprints(os.environ, terms.fingerprints)
    from strongroom.cli.room import opened
    from strongroom.ops import scan_own

    with opened(terms.room) as local:
        return scan_own.of_room(local)


def _write_baseline(
    chosen: "Chosen", terms: Terms, outcome: "Outcome", request: "ScanRequest", *, strict: bool
) -> int:
    from strongroom.cli import scan_view
    from strongroom.ops import scan as ops
    from strongroom.ops import scan_baseline as baselines

    console = render.out()
    scan_view.gaps(console, outcome.report.not_scanned)
    error = ops.incomplete(outcome, strict=strict)
    if error is not None:
        raise error
    said = baselines.write(
        baselines.Accepting(
            path=terms.baseline or (chosen.root or Path()) / baselines.FILE,
            reason=terms.reason or "",
            owner=terms.owner or "",
            expires=None if terms.expires is None else _day(terms.expires),
            peers=terms.from_,
        ),
        request.baseline,
        outcome.gathered,
    )
    console.print(render.cell(f"{said.added} added to {said.path}; {said.kept} were there"))
    for note in said.notes:
        console.print(render.cell(f"note: {note}", "yellow"), soft_wrap=True)
    return 0


def _today() -> date:
    return datetime.now(UTC).date()  # noqa: TID251 - the door reads the clock


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    raise UsageError("date-invalid", "--expires is a day", fix="write YYYY-MM-DD")


def _terminal() -> bool:
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams)


def _confirm() -> None:
    sys.stderr.write("Show the secrets themselves on this screen? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise UsageError("not-confirmed", "nothing was shown")
