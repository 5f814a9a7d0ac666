"""Scan a source for leaked secrets. It works without a room; the quick start of the command uses it."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from strongroom.errors import ConfigError, MachineError, NotFoundError
from strongroom.scan import first_look
from strongroom.scan.drive import Totals, Watch, drive
from strongroom.scan.findings import fingerprint
from strongroom.scan.findings.collect import Collector, Gathered
from strongroom.scan.findings.masking import readable
from strongroom.scan.findings.report import Accepted, Report
from strongroom.scan.model import Confidence, Hit, NotScanned, Place, without
from strongroom.scan.ruleset import load
from strongroom.scan.sources.interface import Source
from strongroom.scan.worker import Recipe

if TYPE_CHECKING:
    import subprocess
    from datetime import date

    from strongroom.scan.findings.baseline import Entry, Judged
    from strongroom.scan.findings.found import Found
    from strongroom.scan.own.prints import PrintSet
    from strongroom.scan.ruleset.model import Rule, RuleSet
    from strongroom.scan.sources.attribution import Seen
    from strongroom.scan.sources.git import Repository

KEY: Final = "STRONGROOM_SCAN_KEY"
KEY_FILE: Final = "STRONGROOM_SCAN_KEY_FILE"
JOBS_MAX: Final = 16
NOTES_MAX: Final = 10
POOR_MARKS_MAX: Final = 10
OWN_RULE: Final = "own-value"
Progress = Callable[[Totals, int, int], None]


class ScanRequest(NamedTuple):
    """What to scan, and by which terms.

    `what` names the source for people. `today` is the day that entries of `baseline` expire by. `repository`
    is asked where a history's blobs are from, by `revisions` or by all that it has. `only` and `skip` are ids of rules; `values` keeps
    what was found, for `--show`. `own` are values of a room to look for. `empty` says that a source without anything in it is fine.
    `ready` are processes that were started to scan in; whoever started them ends them, too.
    """

    source: Source
    what: str
    today: "date | None" = None
    repository: "Repository | None" = None
    revisions: tuple[str, ...] = ()
    reachable: bool = False
    baseline: "tuple[Entry, ...]" = ()
    rules: Path | None = None
    own: "PrintSet | None" = None
    key: bytes = fingerprint.COMMON_KEY
    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    min_confidence: Confidence = Confidence.LOW
    jobs: int = 1
    early: bool = False
    cache: Path | None = None
    values: bool = False
    keep: bool = False
    empty: bool = False
    whole: bool = True
    ready: "tuple[subprocess.Popen[bytes], ...]" = ()
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return without(self, "key")


class Outcome(NamedTuple):
    """The report; with `values` what was found by fingerprint, with `keep` all that is gathered."""

    report: Report
    gaps: tuple[NotScanned, ...] = ()
    nothing: bool = False
    values: Mapping[str, bytes] = MappingProxyType({})
    gathered: tuple[Gathered, ...] = ()

    def __repr__(self) -> str:
        return without(self, "values", "gathered")


def scan(
    request: ScanRequest,
    progress: Progress | None = None,
    live: Callable[[Sequence["Found"]], None] | None = None,
) -> Outcome:
    """Look at all of the source. `live` is told of everything at once, baseline or not.

    Raises:
        NotFoundError: `scan-rule-unknown`, `scan-rules-not-found`, or as the source.
        ConfigError: `scan-rules-invalid`.
        MachineError: `scan-worker-failed`, `scan-worker-died`, or as the source.
    """
    with _logged(request) as logged:
        return _scan(logged, progress, live)


@contextmanager
def _logged(request: ScanRequest) -> Iterator[ScanRequest]:
    """With a file for the log of a history, which says where findings are from at no cost."""
    if request.repository is None:
        yield request
        return
    from strongroom.scan.sources.history import History  # noqa: PLC0415 - a history's

    if not isinstance(request.source, History):
        yield request
        return
    from dataclasses import replace  # noqa: PLC0415 - a history's
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - a history's

    from strongroom.scan.sources.spool import spooled  # noqa: PLC0415 - a history's

    try:
        folder = TemporaryDirectory(prefix="strongroom-scan-", ignore_cleanup_errors=True)
    except OSError:  # no room: git is asked twice
        yield request
        return
    with folder as name:
        spool = Path(name) / "log"
        with spooled(request.repository, spool):
            yield request._replace(source=replace(request.source, spool=spool))


def _scan(
    request: ScanRequest,
    progress: Progress | None,
    live: Callable[[Sequence["Found"]], None] | None,
) -> Outcome:
    custom = load.combined(request.rules) if request.rules else None
    if custom is not None and not custom.rules and request.own is None:
        raise _no_rules(request.rules, custom)
    wanted = _wanted(request, custom)
    passes = _passes(custom)
    recipe = Recipe(custom, request.cache, request.own, keep=request.keep or passes is not None)
    rules = custom or load.builtin()
    by_id: dict[str, Rule] = {}
    collector = Collector(by_id, request.key, passes)
    poor: set[str] = set()

    def take(found: Sequence["Found"]) -> None:
        those = [one for one in found if wanted(one)]
        if not those:
            return
        _learn(by_id, {one.rule for one in those}, rules)
        collector.add(those)
        poor.update(_where(one) for one in those if one.mark and one.mark.poor)
        if live:
            live(those)

    watch = Watch(take, progress) if progress else Watch(take)
    totals = drive(
        request.source, recipe, watch, request.jobs, early=request.early, ready=request.ready
    )
    seen = _seen(request, collector)
    gathered = collector.gathered(seen, values=request.values)
    warnings = [*request.notes, *_told(custom), *_old(request), *_poor(poor)]
    if request.reachable and seen is not None and not _broken(totals):
        gathered, lost = _reached(request, gathered)
        if lost:
            warnings.append(
                f"{lost} more in what no branch or tag reaches; --unreachable tells of them too"
            )
    cover = collector.cover([request.what, *(one.path for one in totals.missed), *warnings])
    if cover is not None:
        request = request._replace(what=cover(request.what))
        totals.missed = [one._replace(path=cover(one.path)) for one in totals.missed]
        warnings = [cover(one) for one in warnings]
    return _outcome(request, gathered, totals, (len(rules.rules), rules.digest), warnings)


def _no_rules(path: Path | None, custom: "RuleSet") -> ConfigError:
    why = f": {custom.notes[0]}" if custom.notes else ""
    return ConfigError(
        "scan-rules-invalid",
        f"{path}: it leaves no rule to look for, so nothing would ever be found{why}",
        fix="`strongroom scan rules test FILE` says what is wrong with each rule",
    )


def _told(custom: "RuleSet | None") -> Sequence[str]:
    """What of another scanner's rules is not carried over."""
    notes = custom.notes if custom else ()
    if len(notes) <= NOTES_MAX:
        return notes
    more = len(notes) - NOTES_MAX
    return (*notes[:NOTES_MAX], f"{more} more: `strongroom scan rules test FILE` names them all")


def _learn(by_id: dict[str, "Rule"], ids: set[str], rules: "RuleSet") -> None:
    """Add the rules of `ids`; those that find nothing need not be read at all."""
    from strongroom.scan.ruleset.packed import Lines  # noqa: PLC0415 - loaded by `load` already

    for ident in ids - by_id.keys():
        if ident == OWN_RULE:
            from strongroom.scan.engine.engine import OWN  # noqa: PLC0415 - where there is a room

            by_id[ident] = OWN
        elif isinstance(rules.rules, Lines):
            found = rules.rules.named(ident)
            if found is not None:
                by_id[ident] = found
        else:
            by_id.update((rule.id, rule) for rule in rules.rules if rule.id == ident)


def _seen(request: ScanRequest, collector: Collector) -> "Mapping[str, tuple[Seen, ...]] | None":
    oids = collector.oids()
    if request.repository is None or not oids:
        return None
    from strongroom.scan.sources.attribution import attribute  # noqa: PLC0415 - a history's

    if request.revisions:
        return attribute(request.repository, oids, revisions=request.revisions)
    return attribute(request.repository, oids, spool=getattr(request.source, "spool", None))


def _broken(totals: Totals) -> bool:
    """Whether git could not tell of all commits, so that what seems unreachable may be in one."""
    return any(one.code == "history-broken" for one in totals.missed)


def _reached(
    request: ScanRequest, gathered: tuple[Gathered, ...]
) -> tuple[tuple[Gathered, ...], int]:
    """Those of which a place is in what a reference reaches, or in no object, and how many are not."""
    doubtful = {p.oid for one in gathered for p in one.leak.places if p.oid and not p.commit}
    if not doubtful:
        return gathered, 0
    from strongroom.scan.sources.attribution import reached as asked  # noqa: PLC0415 - few have any

    assert request.repository is not None
    lost = doubtful - asked(request.repository, doubtful)
    reached = tuple(
        one._replace(leak=one.leak._replace(places=places))
        for one in gathered
        if (places := tuple(p for p in one.leak.places if p.commit or p.oid not in lost))
    )
    return reached, len(gathered) - len(reached)


def _outcome(
    request: ScanRequest,
    gathered: tuple[Gathered, ...],
    totals: Totals,
    rules: tuple[int, str],
    poor: list[str],
) -> Outcome:
    standing = tuple(one for one in gathered if not one.allowed)
    accepted: tuple[Accepted, ...] = ()
    warnings = list(poor)
    if request.baseline:
        from strongroom.scan.findings.baseline import judge  # noqa: PLC0415 - most have none

        assert request.today is not None
        judged = judge(standing, request.baseline, request.today)
        standing = judged.open
        accepted = tuple(
            Accepted(one.leak, entry.reason, entry.owner, entry.expires)
            for one, entry in judged.accepted
        )
        warnings += _of_baseline(judged, whole=request.whole)
    gaps = tuple(one for one in totals.missed if not one.by_choice)
    report = Report(
        what=readable(request.what),
        leaks=tuple(one.leak for one in standing),
        accepted=accepted,
        allowed=tuple(one.leak for one in gathered if one.allowed),
        not_scanned=tuple(one._replace(path=readable(one.path)) for one in totals.missed),
        warnings=tuple(warnings),
        items=totals.items,
        octets=totals.octets,
        rules=rules[0],
        rules_sha256=rules[1],
    )
    values = {one.leak.fingerprint: one.secret for one in standing} if request.values else {}
    nothing = totals.items == 0 and not request.empty
    return Outcome(report, gaps, nothing, values, standing)


def nothing_scanned(outcome: Outcome, *, strict: bool) -> MachineError | None:
    """What is said where the status is 8; with findings it is not."""
    return None if outcome.report.leaks else incomplete(outcome, strict=strict)


def incomplete(outcome: Outcome, *, strict: bool) -> MachineError | None:
    """What is said where nothing was scanned; where `strict`, or not all of it was."""
    if outcome.nothing:
        return MachineError(
            "scan-nothing-scanned",
            f"nothing of {outcome.report.what} was scanned, so nothing is known about it",
            fix="name a folder, a history or changes that hold something",
        )
    if strict and outcome.gaps:
        return MachineError(
            "scan-incomplete",
            f"{len(outcome.gaps)} things could not be scanned, so nothing is known about them",
            fix="mend what is named above, or leave out --strict",
        )
    return None


def key(environ: Mapping[str, str]) -> bytes:
    """The key of fingerprints: of the environment, of the file that it names, or everybody's.

    Raises:
        ConfigError: `scan-key-invalid`.
    """
    if environ.get(KEY):
        return fingerprint.key_of(os.fsencode(environ[KEY]))
    if not environ.get(KEY_FILE):
        return fingerprint.COMMON_KEY
    try:
        with Path(environ[KEY_FILE]).open("rb") as stream:
            return fingerprint.key_of(stream.read(fingerprint.KEY_OCTETS_MAX * 2))
    except OSError as error:
        raise ConfigError(
            "scan-key-invalid", f"{KEY_FILE} names a file that cannot be read: {error.strerror}"
        ) from None


def fingerprints(environ: Mapping[str, str], path: Path | None = None) -> "PrintSet | None":
    """The set of own values that `path` or the environment names, if one does.

    Raises:
        ConfigError: `fingerprints-unreadable`. InvalidError: `fingerprints-invalid`.
    """
    named = path or (
        Path(environ[first_look.FINGERPRINTS]) if environ.get(first_look.FINGERPRINTS) else None
    )
    if named is None:
        return None
    from strongroom.scan.own import prints  # noqa: PLC0415 - most have none

    try:
        if named.exists() and not named.is_file():
            raise ConfigError("fingerprints-unreadable", f"{named} is no regular file")
        with named.open("rb") as stream:
            return prints.read(stream.read(prints.OCTETS_MAX + 1))
    except OSError as error:
        raise ConfigError(
            "fingerprints-unreadable",
            f"the fingerprint set cannot be read: {named}: {error.strerror}",
            fix="make it with: strongroom scan fingerprints export --to FILE",
        ) from None


def cache(environ: Mapping[str, str]) -> Path | None:
    """Where compiled rules are kept; None where there is no place for them."""
    folder = first_look.cache(environ)
    return None if folder is None else Path(folder)


def compiling(request: ScanRequest) -> str:
    """What to tell people of rules that are compiled first, which takes a while; empty if none are.

    Raises:
        NotFoundError: `scan-rules-not-found`.
        ConfigError: `scan-rules-invalid`.
    """
    from strongroom.scan.engine.engine import is_kept  # noqa: PLC0415 - it loads Vectorscan

    said = uncached(request.cache)
    if said or is_kept(load.combined(request.rules), request.cache):
        return said
    return "the rules are compiled for this machine, once\n"


def uncached(folder: Path | None) -> str:
    """What to tell people where compiled rules are not kept, as others may reach them; else empty."""
    from strongroom.scan.engine.kept import distrusted  # noqa: PLC0415 - only before a wait
    from strongroom.scan.reporters.plain import safe  # noqa: PLC0415 - only before a wait

    why = distrusted(folder) if folder else ""
    return (
        safe(f"rules are compiled each time: {folder} is not used, as {why}") + "\n" if why else ""
    )


def jobs(asked: int | None) -> int:
    """How many processes scan: as many as there are processors for us."""
    return asked or min(len(os.sched_getaffinity(0)), JOBS_MAX)


def read_baseline(path: Path, *, must: bool) -> "tuple[Entry, ...]":
    """The entries of a baseline; one that is not there has none, unless there `must` be one.

    Raises:
        ConfigError: `scan-baseline-invalid`, `scan-baseline-unreadable`.
        NotFoundError: `scan-baseline-not-found`.
    """
    from strongroom.scan.findings.baseline import OCTETS_MAX, parse  # noqa: PLC0415 - most have none

    try:
        if path.exists() and not path.is_file():
            raise ConfigError("scan-baseline-unreadable", f"{path} is no regular file")
        with path.open("rb") as stream:
            data = stream.read(OCTETS_MAX + 1)
    except FileNotFoundError:
        if not must:
            return ()
        raise NotFoundError("scan-baseline-not-found", f"there is no baseline {path}") from None
    except OSError as error:
        raise ConfigError("scan-baseline-unreadable", f"{path}: {error.strerror}") from None
    if len(data) > OCTETS_MAX:
        raise ConfigError("scan-baseline-unreadable", f"{path} is larger than {OCTETS_MAX} octets")
    return parse(data.decode("utf-8", "replace"), str(path))


def _wanted(request: ScanRequest, custom: "RuleSet | None") -> "Callable[[Found], bool]":
    named = request.only | request.skip
    if named:
        there = {rule.id for rule in (custom or load.builtin()).rules} | {OWN_RULE}
        if named - there:  # which is not repeated: people type secrets into the wrong place
            raise NotFoundError(
                "scan-rule-unknown",
                "there is no rule of a name that was given",
                fix="`strongroom scan rules list` shows them all",
            )
    only, skip, least = request.only, request.skip, request.min_confidence.rank
    return lambda found: (
        (not only or found.rule in only)
        and found.rule not in skip
        and found.confidence.rank <= least
    )


def _passes(custom: "RuleSet | None") -> Callable[[Hit, Place], object] | None:
    if custom is None or not custom.allows:
        return None
    from strongroom.scan.ruleset.allow import Allowing  # noqa: PLC0415 - most have none

    allowing = Allowing(custom.allows)
    return lambda hit, place: allowing.why(hit, place.path, place.commit)


def _of_baseline(judged: "Judged", *, whole: bool) -> list[str]:
    said = [
        f"the baseline's entry {entry.fingerprint} ({entry.rule}) has expired on {entry.expires}"
        for entry in judged.expired
    ]
    return said + [
        f"the baseline's entry {entry.fingerprint} ({entry.rule}) fits nothing that was found"
        for entry in (judged.unused if whole else ())
    ]


def _old(request: ScanRequest) -> list[str]:
    ends = request.own and request.own.expires
    if not ends or not request.today or request.today <= ends:
        return []
    return [f"the fingerprint set has expired on {ends}: what was made since is not in it"]


def _where(found: "Found") -> str:
    return f"{found.place.path or found.place.oid[:12]}:{found.place.line}"


def _poor(where: set[str]) -> list[str]:
    said = [f"{name}: strongroom:allow gives no reason" for name in sorted(where)]
    more = len(said) - POOR_MARKS_MAX
    return [
        *said[:POOR_MARKS_MAX],
        *([f"... and {more} more marks without one"] if more > 0 else ()),
    ]
