"""What is rotated, where and when, read over a connection of its own: nobody waits for it."""

from collections.abc import Iterable
from typing import NamedTuple

from strongroom.db.interface import Db
from strongroom.db.tables import rotations, survey
from strongroom.db.tables.rotations import ROTATION, RULE, RotationRow, RuleRow
from strongroom.db.tables.secrets import CURRENT, SCHEDULE, SECRET, ScheduleRow, SecretRow
from strongroom.db.tables.survey import Life
from strongroom.gate.held import HELD_BACK
from strongroom.gate.rows import Seal, missing


class Scheduled(NamedTuple):
    """A secret with a value, and what there is about its rotation. `run` is the last one lately.

    The MAC of a version covers its value too, so `version` is not checked here.
    """

    secret: SecretRow
    version: Life
    schedule: ScheduleRow | None
    rule: RuleRow | None
    run: RotationRow | None


def scheduled(
    db: Db, seal: Seal, environments: Iterable[str], ended_since_us: int
) -> list[Scheduled]:
    """Every secret in use that has a value, with its rotation that goes on or ended since then.

    Raises:
        TamperedError: a row was changed, or is missing.
    """
    rules = {row.secret_id: seal.check(RULE, row) for row in RULE.where(db)}
    runs = {
        row.secret_id: seal.check(ROTATION, row) for row in rotations.lately(db, ended_since_us)
    }
    found: list[Scheduled] = []
    for place in environments:
        lives = {(life.secret_id, life.n): life for life in survey.currents_of(db, place)}
        for secret, current, schedule, _ in survey.secrets_of(db, place):
            if secret.state != "active" or seal.check(SECRET, secret).reason.startswith(HELD_BACK):
                continue
            n = seal.check(CURRENT, current).n
            if n is None:
                continue
            version = lives.get((secret.id, n))
            if version is None:
                raise missing("the current version of a secret")
            if schedule is not None:
                seal.check(SCHEDULE, schedule)
            found.append(
                Scheduled(secret, version, schedule, rules.get(secret.id), runs.get(secret.id))
            )
    return found
