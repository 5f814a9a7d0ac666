"""Check a room against the policy that it runs: collect, judge, keep what was found."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from strongroom.audit.problem import Report as LogReport
from strongroom.check.engine import evaluate
from strongroom.check.facts import GitFacts, RepositoryFacts
from strongroom.check.room import kept_report
from strongroom.check.room.facts import RoomFacts, keep
from strongroom.check.room.kept_report import KeptReport
from strongroom.check.room.registry import ROOM_RULES
from strongroom.check.rule import Subject
from strongroom.db.tables.checks import CheckRunRow
from strongroom.errors import IntegrityError, NotFoundError
from strongroom.gate import inspect
from strongroom.gate.changes.check import RecordCheck
from strongroom.gate.inspect import verify_log
from strongroom.gate.logbook import Logbook
from strongroom.gate.operation import Refused
from strongroom.gate.overview import House, LookOverHouse
from strongroom.gate.views import ListChecks
from strongroom.model.severity import Severity
from strongroom.ops import secret
from strongroom.ops.audit import own_keys
from strongroom.ops.check import CheckResult
from strongroom.ops.inventory import surveys
from strongroom.ops.local import Local, done

DOCUMENT: Final = "the room's policy"
EVERYWHERE: Final = "all"
EARLIER_MAX: Final = 20
LOG_ENTRIES_MAX: Final = 200_000  # a longer log takes longer than anybody waits for a check


@dataclass(frozen=True, slots=True)
class RoomCheckRequest:
    """Which environments, by id; `all` or none are all of the policy. The rest as `CheckRequest`."""

    environments: tuple[str, ...] = ()
    clauses: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    reason: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether only some rules are asked for."""
        return bool(self.clauses or self.rules)


@dataclass(frozen=True, slots=True)
class RoomChecked:
    """What a check of a room found, as of when; `kept` says whether the room keeps the run."""

    result: CheckResult
    environments: tuple[str, ...]
    as_of_us: int
    kept: bool
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """A run that the room keeps. `earlier` are those before it over the same environments."""

    as_of_us: int
    environments: tuple[str, ...]
    policy_sha256: str
    run_by: str
    report: KeptReport
    earlier: tuple[tuple[int, int], ...]  # as of when, how many findings

    def at_least(self, severity: Severity) -> int:
        """How many open findings are of `severity` or worse."""
        return sum(k.finding.severity.rank <= severity.rank for k in self.report.open)


def check(room: Local, request: RoomCheckRequest) -> RoomChecked:
    """Look over the room once and judge what was seen; each look is recorded, and the run kept.

    What the caller may not see is a gap, and no clause passes over a gap. A run with gaps, or of
    only some rules, is not kept: what it did not find may be there.

    Raises:
        InvalidError: `environment-unknown`.
        NotFoundError: `rule-unknown`, `clause-unknown`.
        DeniedError: in none of the environments is there anything that the caller may see.
        TamperedError: a row was changed.
    """
    facts = collect(room, request)
    subject = Subject(
        RepositoryFacts(GitFacts()),
        room.policy,
        DOCUMENT,
        datetime.fromtimestamp(facts.now_us / 1_000_000, UTC),
        facts,
    )
    result = CheckResult(
        evaluate(
            subject,
            clauses=request.clauses,
            rules=request.rules,
            registry=ROOM_RULES,
            place="a room",
        )
    )
    places = tuple(e.id for e in facts.environments)
    why_not = _why_not_kept(facts, request)
    if not why_not:
        _keep(room, result, places, facts.now_us, request.reason)
    return RoomChecked(result, places, facts.now_us, not why_not, why_not)


def stored(room: Local, words: tuple[str, ...] = ()) -> StoredCheck:
    """The newest run that the room keeps: over these environments, or over any without words.

    Raises:
        InvalidError: `environment-unknown`. DeniedError: the caller may not audit.
        NotFoundError: `check-none`. TamperedError: the row was changed.
    """
    wanted = environments(room, words) if words else None
    newest = _runs(room, wanted, 1)
    if not newest:
        raise NotFoundError(
            "check-none",
            "the room keeps no check of those environments",
            fix="run one: strongroom check --env all",
        )
    row = newest[0]
    places = tuple(row.environments.splitlines())
    who = room.gate.consult(lambda desk: inspect.principal(desk, row.run_by))
    return StoredCheck(
        row.as_of_us,
        places,
        row.policy_sha256.hex(),
        who.name,
        kept_report.decode(row.body),
        tuple((r.as_of_us, r.found) for r in _runs(room, places, EARLIER_MAX + 1)[1:]),
    )


def _why_not_kept(facts: RoomFacts, request: RoomCheckRequest) -> str:
    if request.narrowed:
        return "only some rules were asked for"
    if facts.house is None:
        return "you may not audit the room"
    return facts.gap


def _keep(
    room: Local, result: CheckResult, places: tuple[str, ...], now_us: int, reason: str
) -> None:
    before = _runs(room, places, 1)
    kept = kept_report.follow(
        result.report, kept_report.decode(before[0].body) if before else None, now_us
    )
    change = RecordCheck(
        places,
        bytes.fromhex(room.policy.sha256),
        now_us,
        len(result.report.findings),
        kept_report.encode(kept),
    )
    done(room.gate.change(room.caller, change, reason))


def _runs(room: Local, places: tuple[str, ...] | None, limit: int) -> list[CheckRunRow]:
    rows = done(room.gate.look(room.caller, ListChecks(places, limit)))
    assert isinstance(rows, list)
    return rows


def collect(room: Local, request: RoomCheckRequest) -> RoomFacts:
    """Everything that the rules rest on. Raises as `check`."""
    asked = environments(room, request.environments)
    seen, refused = surveys(room, asked, request.reason)
    house = room.gate.look(room.caller, LookOverHouse(), request.reason)
    evidence = None if isinstance(house, Refused) else house.result
    assert evidence is None or isinstance(evidence, House)
    log, why = _log(room, evidence)
    now_us = room.now_us()
    held = [s.environment for s in seen]
    gaps = [f"you may see nothing in {place}" for place in refused]
    gaps += [f"you may not see everything in {s.environment}" for s in seen if not s.whole]
    return RoomFacts(
        kept=keep(seen, room.policy, now_us),
        environments=tuple(e for e in room.policy.environments if e.id in held),
        gaps=tuple(gaps),
        now_us=now_us,
        house=evidence,
        log=log,
        log_why=why,
    )


def environments(room: Local, words: tuple[str, ...]) -> tuple[str, ...]:
    """The ids that `words` mean, in the policy's order.

    Raises:
        InvalidError: `environment-unknown`.
    """
    every = [e.id for e in room.policy.environments]
    asked = {secret.environment(room, word).id for word in words if word != EVERYWHERE}
    if not words or EVERYWHERE in words:
        return tuple(every)
    return tuple(id_ for id_ in every if id_ in asked)


def _log(room: Local, house: House | None) -> tuple[LogReport | None, str]:
    """The log, verified up to its last signature; or why it was not read."""
    if house is None:
        return None, "you may not read the log"
    if house.log_size > LOG_ENTRIES_MAX:
        return None, f"the log has more than {LOG_ENTRIES_MAX:,} entries: strongroom audit verify"
    if room.log_public is None:
        return None, "this process does not hold the log's key: strongroom audit verify --key"
    try:
        *earlier, key = own_keys(room)
        book = partial(Logbook, keys=room.keys)
        return verify_log(room.gate.connect, key, earlier, book=book), ""
    except (IntegrityError, NotFoundError) as error:  # a segment may be elsewhere
        return None, f"the log cannot be read: {error.message}"
