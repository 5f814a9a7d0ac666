"""Rooms as a check sees them, made by hand: one secret, whole in every respect, to be spoiled."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace
from tests.check import build

from strongroom.audit.problem import Kind as Wrong
from strongroom.audit.problem import Problem, Report
from strongroom.check.engine import evaluate
from strongroom.check.facts import GitFacts, RepositoryFacts
from strongroom.check.report import Report as CheckReport
from strongroom.check.room.facts import Kept, RoomFacts, keep
from strongroom.check.room.registry import ROOM_RULES
from strongroom.check.rule import Subject
from strongroom.db.tables import survey
from strongroom.db.tables.archive import AnchorRow
from strongroom.db.tables.evidence import EvidenceRow
from strongroom.db.tables.house import EnvironmentRow, KekRow, SealRow
from strongroom.db.tables.people import GrantRow
from strongroom.db.tables.secrets import SecretRow
from strongroom.db.tables.survey import Print
from strongroom.gate.overview import EVIDENCE_KINDS, Adopted, House
from strongroom.gate.survey import Seen, Survey
from strongroom.model.label import Label
from strongroom.model.policy import Access, Policy
from strongroom.model.principal import Kind, Principal
from strongroom.secret.terms import DAY_US

NOW = build.NOW
NOW_US = int(NOW.timestamp()) * 1_000_000
HOUR_US = DAY_US // 24
ADA, BEN, BOT = b"a" * 16, b"b" * 16, b"c" * 16
KEK = b"k" * 16
IDS = tuple(dict.fromkeys(c for rule in ROOM_RULES for c in (*rule.clauses, *rule.otherwise)))
POLICY: Policy = replace(
    build.POLICY,
    clauses=tuple(
        replace(build.POLICY.clauses[0], id=id_, lines=(5,)) for id_ in IDS
    ),
    access=Access(("DevOps",), {"DevOps": {"Production": True, "Staging": True, "Development": True}}),
    types=build.POLICY.types[:1],
    review=replace(build.POLICY.review, approvers=()),
    generation=replace(build.POLICY.generation, password_classes=("upper", "lower")),
)  # fmt: skip


def version(n: int = 1, born_us: int = NOW_US - DAY_US, **more: Any) -> survey.Life:
    made = survey.Life(
        b"s" * 16, n, "current", 0, None, "jwt-secret-key", "generated", KEK, born_us,
        born_us + 90 * DAY_US, born_us,
    )  # fmt: skip
    return made._replace(**more)


def seen(path: str = "api/SECRET_KEY", type_: str = "jwt-secret-key", **more: Any) -> Seen:
    """A generated key of production with an owner and his stand-in, both there."""
    row = SecretRow(
        path.encode().ljust(16, b".")[:16], "production", path, type_, "ada", "room", "active", 0,
        "", "", NOW_US, ADA,
    )  # fmt: skip
    prints = (Print(row.id, 1, "value", 1, 64, "upper lower digits symbols"),)
    made = Seen(row, 1, (version(),), None, (), prints, None, Label((), "ben", ""))
    return made._replace(**more)


def spoiled(**columns: Any) -> Seen:
    """The secret with other columns of its own row."""
    whole = seen()
    return whole._replace(secret=whole.secret._replace(**columns))


def surveyed(*found: Seen, environment: str = "production", **more: Any) -> Survey:
    return Survey(environment, False, found, True, 0, (), 1)._replace(**more)


def grant(id_: bytes = b"g" * 16, **more: Any) -> GrantRow:
    """What DevOps may do anyway, given to Ada a day ago."""
    made = GrantRow(
        id_, "allow", ADA, None, "metadata read", "production", "*", None, None, 0, 0, None, "", 0,
        "", NOW_US - DAY_US, ADA,
    )  # fmt: skip
    return made._replace(**more)


def shown(kind: str, days: int = 1, outcome: str = "passed") -> EvidenceRow:
    return EvidenceRow(b"e" * 16, kind, outcome, NOW_US - days * DAY_US, ADA, "{}", bytes(32))


def house(**more: Any) -> House:
    """Two people of DevOps, a robot, one key for each environment, two ways in."""
    made = House(
        principals=(
            Principal(ADA, Kind.PERSON, "ada", frozenset({"DevOps"})),
            Principal(BEN, Kind.PERSON, "ben", frozenset({"DevOps"})),
            Principal(BOT, Kind.WORKLOAD, "bot", frozenset(), "production", ("*",)),
        ),
        grants=(grant(),),
        environments=(EnvironmentRow("production", "Production", "strong", 0, "", 1, ADA),),
        keks=(KekRow(KEK, "production", "active", 1),),
        slots=tuple(
            SealRow(kind.encode().ljust(16, b".")[:16], kind, "room", "active", b"", 1, ADA)
            for kind in ("keyfile", "recovery")
        ),
        policies=(Adopted(1, bytes(32), NOW_US - DAY_US, ADA),),
        used={},
        wraps={KEK: 1},
        log_size=9,
        killed=False,
        anchors=(AnchorRow(b"n" * 16, "file", "checkpoints", "active", 1, ADA),),
        evidence={kind: shown(kind) for kind in EVIDENCE_KINDS},
        unfinished=(),
    )
    return made._replace(**more)


def log(*kinds: Wrong, entries: int = 9, signed: int = 9) -> Report:
    problems = tuple(Problem(kind, 3, f"it is {kind}") for kind in kinds)
    return Report(entries, signed, 1, 1, entries, 0, 0, problems)


def facts(
    *found: Seen, policy: Policy = POLICY, places: tuple[str, ...] = ("production",), **more: Any
) -> RoomFacts:
    surveys = more.pop("surveys", (surveyed(*(found or (seen(),))),))
    made = RoomFacts(
        kept=keep(surveys, policy, NOW_US),
        environments=tuple(e for e in policy.environments if e.id in places),
        gaps=(),
        now_us=NOW_US,
        house=house(),
        log=log(),
    )
    return dataclasses.replace(made, **more)


def kept(found: Seen) -> Kept:
    (one,) = keep((surveyed(found),), POLICY, NOW_US)
    return one


def subject(room: RoomFacts, policy: Policy = POLICY) -> Subject:
    now = datetime.fromtimestamp(NOW_US / 1e6, UTC)
    return Subject(RepositoryFacts(GitFacts()), policy, "policy", now, room)


def judged(room: RoomFacts, policy: Policy = POLICY, rule: str = "") -> CheckReport:
    rules = frozenset({rule}) if rule else frozenset()
    return evaluate(subject(room, policy), rules=rules, registry=ROOM_RULES, place="a room")
