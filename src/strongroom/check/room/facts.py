"""A room as a check sees it: secrets with their dates, the house, the log. No value."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from strongroom.audit.problem import Report
from strongroom.check.rules.inventory_dates import group
from strongroom.db.tables.survey import Life as Version
from strongroom.gate.overview import House
from strongroom.gate.survey import Seen, Survey
from strongroom.model.policy import Environment, Policy, SecretType
from strongroom.policy.source import kind_of
from strongroom.secret.life import Life, life


class Kept(NamedTuple):
    """A secret in use, its dates, and what the policy says of its type and its environment.

    `version` is the current one. `shared` is how many environments hold its value, 0 where no
    other secret does. `kind` and `line` are what the type is in the clauses of P-2 and of P-5.
    """

    seen: Seen
    version: Version | None
    life: Life
    type: SecretType | None
    environment: Environment
    shared: int
    kind: str | None
    line: str

    @property
    def address(self) -> str:
        """Where it stands."""
        return f"{self.seen.secret.environment}/{self.seen.secret.path}"


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """What was collected. `gaps` say what of the secrets the caller could not see, in words.

    `environments` are those that were looked over. `house` is None for who may not audit;
    `log` is None where the log was not read, and `log_why` says why.
    """

    kept: tuple[Kept, ...]
    environments: tuple[Environment, ...]
    gaps: tuple[str, ...]
    now_us: int
    house: House | None = None
    log: Report | None = None
    log_why: str = ""

    @property
    def gap(self) -> str:
        """What of the secrets is missing; empty when nothing is."""
        return "; ".join(self.gaps)


def keep(surveys: Iterable[Survey], policy: Policy, now_us: int) -> tuple[Kept, ...]:
    """Every secret in use of `surveys`, with what the policy says of it."""
    types = {t.id: t for t in policy.types}
    found = []
    for survey in surveys:
        environment = next((e for e in policy.environments if e.id == survey.environment), None)
        if environment is None:
            continue
        shared = {(s.secret_id, s.n): s.environments for s in survey.shared}
        for seen in survey.seen:
            if seen.secret.state != "active":
                continue
            type_ = types.get(seen.secret.type)
            found.append(
                Kept(
                    seen,
                    seen.version,
                    life(seen, type_, now_us, frozen=survey.frozen),
                    type_,
                    environment,
                    shared.get((seen.secret.id, seen.current or 0), 0),
                    *_words(type_),
                )
            )
    return tuple(found)


@lru_cache(maxsize=256)
def _words(known: SecretType | None) -> tuple[str | None, str]:
    if known is None:
        return None, group(None)
    spoken = (known.name, known.service or "", known.example or "")
    return next(filter(None, map(kind_of, spoken)), None), group(known)
