"""Which version of a secret is the true one? Asked of the target, after a restore or a change by hand."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from strongroom.errors import InvalidError, StrongroomError
from strongroom.gate.changes.version import Promote, Retire
from strongroom.gate.rotations import Rotated
from strongroom.gate.rows import Meta, Seal
from strongroom.gate.scheduled import scheduled
from strongroom.gate.views import Shown, ShowSecret
from strongroom.model.address import Address
from strongroom.ops import room as rooms
from strongroom.ops import rotate
from strongroom.ops.local import Local, done
from strongroom.rotation.machine import ENDED, Seen, State

KEPT: Final = ("current", "pending", "previous", "retired")
PROMOTED: Final = ("pending", "previous")


class Truth(StrEnum):
    """What a target said of the versions that the room keeps."""

    CURRENT = "current"  # it accepts the current one
    PROMOTED = "promoted"  # it accepts another one, which is current now
    RETIRED = "retired"  # it accepts only one that the room has retired
    LOST = "lost"  # it refuses them all
    UNKNOWN = "unknown"  # it did not say
    RUNNING = "running"  # a rotation goes on, and finds out by itself
    FAULT = "fault"  # it could not be asked; the code says why


WELL: Final = frozenset({Truth.CURRENT, Truth.PROMOTED, Truth.RUNNING})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a target said to one version: `accepted`, `refused` or `unknown`."""

    version: int
    state: str
    said: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What is true of a secret. `version` is the one that the target accepts, where there is one."""

    address: str
    target: str
    truth: Truth
    version: int | None
    answers: tuple[Answer, ...] = ()
    code: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What is true of each secret that is rotated; `unplaced` ones have no target to ask.

    `serves` says that a restored room serves again by this.
    """

    found: tuple[Reconciled, ...]
    unplaced: tuple[str, ...]
    serves: bool = False

    @property
    def well(self) -> bool:
        """Whether every current version is one that works."""
        return all(one.truth in WELL for one in self.found)


def reconcile(room: Local, address: Address) -> Reconciled:
    """Ask the target with every version that is kept, and make the one that it accepts current.

    Nothing is changed at the target.

    Raises:
        NotFoundError: `secret-unknown`, `version-none`, `rotation-unplaced`.
        DeniedError: this principal may not rotate it.
    """
    seen = rotate.look(room, address)
    settings = rotate.settings(seen)
    where = (str(address), settings.target.name)
    if seen.runs and State(seen.runs[0].state) not in ENDED:
        fix = f"`strongroom rotate explain {address}`, and `resume` where it waits for you"
        return Reconciled(*where, Truth.RUNNING, seen.current, fix=fix)
    shown = done(room.gate.look(room.caller, ShowSecret(address)))
    assert isinstance(shown, Shown)
    kept = [row for row in shown.versions if row.state in KEPT and row.deleted_us is None]
    kept.sort(key=lambda row: (KEPT.index(row.state), -row.n))
    answers: list[Answer] = []
    for row in kept:
        if row.compromised and row.n != seen.current:
            continue  # never made current again
        said = _ask(room, address, seen, row.n)
        answers.append(Answer(row.n, row.state, said.value))
        # Two values may be valid at once: the current one keeps its place unless it is refused.
        torn = answers[0].version == seen.current and answers[0].said == Seen.UNKNOWN
        if said is Seen.ACCEPTED and not torn:
            return _accepted(room, where, answers, seen.current)
    if any(one.said == Seen.UNKNOWN for one in answers):
        fix = f"start the target, then `strongroom rotate reconcile {address}`"
        return Reconciled(*where, Truth.UNKNOWN, None, tuple(answers), fix=fix)
    fix = (
        f"`strongroom rotate start {address} --emergency` gives it a new value, or write the one"
        f" that is valid: `strongroom secret set {address}`"
    )
    return Reconciled(*where, Truth.LOST, None, tuple(answers), fix=fix)


def reconcile_all(room: Local, reason: str) -> Report:
    """Every secret that is rotated; a restored room whose values are true serves again.

    Raises:
        InvalidError: `reason-missing`, of a room that was restored.
    """
    restored = room.gate.status().state.encode() == Meta.RESTORED
    if restored and not reason.strip():
        raise InvalidError(
            "reason-missing", "a confirmation has a reason", fix="give one with --reason"
        )
    with closing(room.gate.connect()) as db, db.moment():
        places = [one.id for one in room.policy.environments]
        lines = scheduled(db, Seal(room.keys.row_mac), places, room.now_us())
    named = [(Address(one.secret.environment, one.secret.path), one.rule) for one in lines]
    found = tuple(_each(room, (address for address, rule in named if rule is not None)))
    report = Report(found, tuple(str(address) for address, rule in named if rule is None))
    if restored and report.well:
        rooms.confirm_restore(room, reason)
        return Report(report.found, report.unplaced, serves=True)
    return report


def _each(room: Local, addresses: Iterable[Address]) -> Iterable[Reconciled]:
    for address in addresses:
        try:
            yield reconcile(room, address)
        except StrongroomError as error:
            yield Reconciled(str(address), "", Truth.FAULT, None, (), error.code, error.fix or "")


def _ask(room: Local, address: Address, seen: Rotated, n: int) -> Seen:
    bench = rotate.bench_of(room, address, seen, n)
    return bench.seen(bench.old)


def _accepted(
    room: Local, where: tuple[str, str], answers: list[Answer], current: int | None
) -> Reconciled:
    """The target accepts the last of `answers`: it is the current one, or becomes that."""
    one = answers[-1]
    if one.version == current:
        return Reconciled(*where, Truth.CURRENT, one.version, tuple(answers))
    address = Address.parse(where[0])
    if one.state not in PROMOTED:
        fix = f"`strongroom rotate start {address} --emergency` gives it a new value"
        return Reconciled(*where, Truth.RETIRED, one.version, tuple(answers), fix=fix)
    done(room.gate.change(room.caller, Promote(address, one.version, after=current), "reconcile"))
    for before in answers[:-1]:
        # It was refused, so it is out of use: nobody has to wait for the end of a grace.
        if before.said == Seen.REFUSED and before.state in {"current", *PROMOTED}:
            done(room.gate.change(room.caller, Retire(address, before.version), "reconcile"))
    return Reconciled(*where, Truth.PROMOTED, one.version, tuple(answers))
