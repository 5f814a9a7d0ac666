"""Looks at targets and rotations, and what an engine should take up next."""

from dataclasses import dataclass
from typing import NamedTuple

from strongroom.db.tables import rotations
from strongroom.db.tables.rotations import (
    ROTATION,
    RULE,
    TARGET,
    RotationRow,
    RuleRow,
    StepRow,
    TargetRow,
)
from strongroom.db.tables.secrets import SCHEDULE, SECRET, ScheduleRow
from strongroom.errors import NotFoundError
from strongroom.gate.changes.target import unknown
from strongroom.gate.desk import Desk
from strongroom.gate.look import View
from strongroom.gate.rows import missing
from strongroom.model.address import Address


class Turn(NamedTuple):
    """A rotation that an engine should look at."""

    address: Address
    rotation: bytes
    emergency: bool


class Rotated(NamedTuple):
    """Everything about the rotation of one secret but values; `runs` has the newest first."""

    secret_id: bytes
    type: str
    current: int | None
    rule: RuleRow | None
    target: TargetRow | None
    schedule: ScheduleRow | None
    runs: tuple[RotationRow, ...]
    steps: dict[bytes, tuple[StepRow, ...]]
    now_us: int


@dataclass(frozen=True)
class ListTargets(View):
    """The targets of an environment, and how many secrets are rotated at each."""

    place: str
    lists = True

    @property
    def environment(self) -> str:
        """Where."""
        return self.place

    @property
    def path(self) -> str:
        """A name inside: to list targets is to know any secret there."""
        return "-"

    def look(self, desk: Desk) -> list[tuple[TargetRow, int]]:
        """All that are in use, by name."""
        seal = desk.snapshot.seal
        return [
            (seal.check(TARGET, row), len(rotations.rules_at(desk.db, row.id)))
            for row in rotations.targets(desk.db)
            if row.environment == self.place
        ]


@dataclass(frozen=True)
class ShowRotation(View):
    """The rule, the target and the last rotations of a secret."""

    address: Address
    limit: int = 10

    @property
    def environment(self) -> str:
        """Where."""
        return self.address.environment

    @property
    def path(self) -> str:
        """What."""
        return self.address.path

    def look(self, desk: Desk) -> Rotated:
        """All of it.

        Raises:
            NotFoundError: `secret-unknown`. TamperedError: a row was changed.
        """
        held = desk.snapshot.secret(desk.db, self.address.environment, self.address.path)
        if held is None:
            raise NotFoundError("secret-unknown", "there is no secret at that address")
        seal, id_ = desk.snapshot.seal, held.row.id
        rule = RULE.get(desk.db, id_)
        runs = rotations.last(desk.db, id_, self.limit)
        schedule = SCHEDULE.get(desk.db, id_)
        place = rule.target_id if rule else (runs[0].target_id if runs else None)
        target = None if place is None else TARGET.get(desk.db, place)
        return Rotated(
            held.row.id,
            held.row.type,
            held.current.n,
            None if rule is None else seal.check(RULE, rule),
            None if target is None else seal.check(TARGET, target),
            None if schedule is None else seal.check(SCHEDULE, schedule),
            tuple(seal.check(ROTATION, row) for row in runs),
            {row.id: tuple(rotations.steps(desk.db, row.id)) for row in runs},
            desk.db.clock_us(),
        )


def target_named(desk: Desk, name: str) -> TargetRow:
    """The target of that name.

    Raises:
        NotFoundError: `target-unknown`. TamperedError: the row was changed.
    """
    row = rotations.target_named(desk.db, name)
    if row is None:
        raise unknown()
    return desk.snapshot.seal.check(TARGET, row)


def rotated_at(desk: Desk, name: str) -> list[Address]:
    """The secrets that are rotated at a target, in order.

    Raises:
        NotFoundError: `target-unknown`. TamperedError: a row was changed.
    """
    target, seal = target_named(desk, name), desk.snapshot.seal
    found: list[Address] = []
    for rule in rotations.rules_at(desk.db, target.id):
        secret = SECRET.get(desk.db, seal.check(RULE, rule).secret_id)
        if secret is not None and secret.state == "active":
            found.append(Address(secret.environment, secret.path))
    return sorted(found)


def turns(desk: Desk, limit: int) -> list[Turn]:
    """Rotations that no engine works on and that are due to be looked at."""
    now_us = desk.db.clock_us()
    return [_turn(desk, row) for row in rotations.due(desk.db, now_us, limit)]


def running(desk: Desk, limit: int) -> list[Turn]:
    """Every rotation that has not ended, the oldest first."""
    return [_turn(desk, row) for row in rotations.all_live(desk.db, limit)]


def _turn(desk: Desk, row: RotationRow) -> Turn:
    secret = SECRET.get(desk.db, row.secret_id)
    if secret is None:
        raise missing("the secret of a rotation")
    return Turn(Address(secret.environment, secret.path), row.id, bool(row.emergency))
