"""A rotation's values, read from the room, with the rotator that works on them: one drive's worth."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeVar

from strongroom.crypto.keyring import RoomKeys
from strongroom.db.tables.rotations import RULE, TARGET, RotationRow, RuleRow, TargetRow
from strongroom.errors import InvalidError, NotFoundError, StrongroomError
from strongroom.gate import reading
from strongroom.gate.changes.secret import Origin
from strongroom.gate.changes.secret import Value as Kept
from strongroom.gate.desk import Desk
from strongroom.gate.gate import Gate
from strongroom.gate.operation import Caller, Delivered, Failed, ReadRequest, Refused
from strongroom.generate import password
from strongroom.generate.strength import Measurer
from strongroom.model.address import Address
from strongroom.model.policy import Policy
from strongroom.model.principal import Verb
from strongroom.rotation.machine import Seen
from strongroom.rotation.rotators.interface import (
    Credential,
    Fields,
    Job,
    Rotator,
    Target,
    TargetError,
)
from strongroom.secret.prints import fingerprints
from strongroom.secret.terms import terms
from strongroom.secret.value import Value

LENGTH_MIN: Final = 32
REASON: Final = "rotation"


@dataclass(frozen=True, slots=True)
class Room:
    """What rotation needs of a room that is open."""

    gate: Gate
    caller: Caller
    keys: RoomKeys
    policy: Policy
    now_us: Callable[[], int]


class Bench:
    """The rotator, its job, and the value that the new one is made from.

    In the job, `current` is the version that is replaced and `pending` the one that replaces it,
    before the promotion and after it.
    """

    def __init__(
        self, room: Room, rotator: Rotator, job: Job, old: Value, *, own_admin: bool = False
    ) -> None:
        self._room = room
        self._old = old
        self.rotator = rotator
        self.job = job
        self.own_admin = own_admin  # the secret is the admin credential of its own target

    @property
    def old(self) -> Credential:
        """The version that is replaced."""
        assert self.job.current is not None
        return self.job.current

    @property
    def pending(self) -> Credential:
        """The version that replaces it."""
        assert self.job.pending is not None
        return self.job.pending

    def pend(self, n: int, fields: Fields) -> None:
        """The pending version is this one."""
        self.job = replace(self.job, pending=Credential(n, fields))

    def promoted(self, at_us: int) -> None:
        """It became current then."""
        self.job = replace(self.job, promoted_us=at_us)

    def seen(self, credential: Credential) -> Seen:
        """What the target says to it."""
        return Seen(safe(self.rotator, lambda: self.rotator.probe(self.job, credential)).answer)

    def kept(self, fields: Fields) -> Kept:
        """The next value as the gate takes it: the old one with other fields, composites and all.

        Raises:
            InvalidError: `target-field`; the rotator gave what the secret does not have.
        """
        strange = set(fields) - set(self._old.fields)
        if strange:
            raise InvalidError("target-field", "the rotator gave fields that the secret has not")
        value = Value(
            {
                name: replace(one, data=fields[name]) if name in fields else one
                for name, one in self._old.fields.items()
            }
        ).resolved({})
        found = terms(self._room.policy, self.job.type, self._room.now_us())
        prints = fingerprints(self._room.keys, value, Origin.GENERATED, Measurer())
        return Kept(value.encode(), found.expires_us, Origin.GENERATED, prints)


# Before a step's name, what a person's word for it is kept as: `confirmed-set`.
CONFIRMED: Final = "confirmed-"


class Settings(NamedTuple):
    """Where a secret is rotated, and how: rows that were checked."""

    target: TargetRow
    rule: RuleRow | None


def open_bench(
    room: Room,
    find: Callable[[str], Rotator],
    address: Address,
    row: RotationRow,
    wait: Callable[[float], None],
) -> Bench:
    """Read what a rotation needs; each read is recorded.

    Raises:
        NotFoundError: `target-unknown`, `rotator-unknown`. TamperedError: a row was changed.
        DeniedError: one of the values may not be used by this principal.
    """
    settings = room.gate.consult(lambda desk: _settings(desk, row))
    promoted_us = row.promoted_us or None
    options = {"grace_s": str(row.grace_us // 1_000_000)}
    wanted = (row.old_n, row.new_n) if row.new_n is not None else (row.old_n,)
    bench = make_bench(room, find, address, settings, wanted, wait, promoted_us, options)
    if row.confirmed and row.code.startswith(CONFIRMED):
        bench.job = replace(bench.job, by_hand=row.code.removeprefix(CONFIRMED))
    return bench


def make_bench(
    room: Room,
    find: Callable[[str], Rotator],
    address: Address,
    settings: Settings,
    versions: tuple[int | None, ...],
    wait: Callable[[float], None],
    promoted_us: int | None = None,
    options: dict[str, str] | None = None,
) -> Bench:
    """A bench for `versions` of a secret: the one that is replaced, and the one that replaces it.

    None stands for the current version. Raises as `open_bench`.
    """
    target, rule = settings
    rotator = find(target.rotator)
    requests = [ReadRequest(address, n, Verb.ROTATE) for n in versions]
    if target.admin:
        requests.append(ReadRequest(Address.parse(target.admin), None, Verb.ROTATE))
    found = [_delivered(one) for one in reading.read(room.gate, room.caller, requests, REASON)]
    admin = _fields(Value.decode(found.pop().value)) if target.admin else None
    values = [Value.decode(one.value) for one in found]
    own = {} if rule is None else json.loads(rule.options)
    credentials = [
        Credential(one.version, _fields(value)) for one, value in zip(found, values, strict=True)
    ]
    job = Job(
        target=Target(target.name, target.address, json.loads(target.options), admin),
        secret=str(address),
        type=found[0].type,
        options={**(options or {}), **own},
        current=credentials[0],
        pending=credentials[1] if len(credentials) > 1 else None,
        draw=lambda length, symbols: _draw(room.policy, length, symbols),
        wait=wait,
        promoted_us=promoted_us,
    )
    return Bench(room, rotator, job, values[0], own_admin=target.admin == str(address))


T = TypeVar("T")


def safe(rotator: Rotator, work: Callable[[], T]) -> T:
    """What a rotator gives; a fault of its own is an error like the others, without its text.

    Raises:
        TargetError: as promised, and `rotator-failed`.
    """
    try:
        return work()
    except StrongroomError:
        raise
    except Exception as error:  # noqa: BLE001 - somebody else's code may raise anything
        raise TargetError(
            "rotator-failed", f"the rotator {rotator.kind} failed: {type(error).__name__}"
        ) from None


def _settings(desk: Desk, row: RotationRow) -> Settings:
    target = TARGET.get(desk.db, row.target_id)
    rule = RULE.get(desk.db, row.secret_id)
    if target is None:
        raise NotFoundError("target-unknown", "the target of that rotation is not known")
    seal = desk.snapshot.seal
    return Settings(seal.check(TARGET, target), None if rule is None else seal.check(RULE, rule))


def _delivered(answer: Delivered | Refused | Failed) -> Delivered:
    if isinstance(answer, Refused):
        raise answer.error()
    if isinstance(answer, Failed):
        raise answer.error
    return answer


def _fields(value: Value) -> dict[str, str]:
    """The text of each field that is not put together from others.

    Raises:
        InvalidError: `target-field`; bytes that are no text.
    """
    found: dict[str, str] = {}
    for name, one in value.fields.items():
        if one.template is not None:
            continue
        if not isinstance(one.data, str):
            raise InvalidError("target-field", f"the field {name} is not text")
        found[name] = one.data
    return found


def _draw(policy: Policy, length: int, symbols: str) -> str:
    """A password as the policy wants it (P-4.7), with `symbols` instead of ours where some are named.

    Raises:
        InvalidError: `password-symbols`.
    """
    rules = policy.generation
    made = password.generate(
        length=max(length, LENGTH_MIN, rules.password_length_min),
        classes=rules.password_classes or password.CLASSES,
        # These need no quoting in any target that we know; what a target demands, it names itself.
        target=password.Target.ANY,
        symbols=symbols,
    )
    return made.value
