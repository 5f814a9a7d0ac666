"""Which version of a secret is used by whom: what processes say, and what speaks for the rest."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from strongroom.db.tables.acknowledgements import Process
from strongroom.errors import StrongroomError
from strongroom.gate import use
from strongroom.gate.changes.acknowledge import LIVE_MAX, ROWS_MAX, Acknowledge
from strongroom.gate.operation import Failed, Refused
from strongroom.gate.use import ListUse, Used
from strongroom.model.address import Address
from strongroom.ops.local import Local, done, refusal

SECOND_US: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that says which version it uses. Times in µs since 1970 UTC.

    With `over`, it was not said again in time, or taken back: it is history.
    """

    application: str
    instance: str
    principal: str
    version: int
    since_us: int
    until_us: int
    over: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Who read a version last when, as the log says."""

    principal: str
    version: int
    at_us: int


@dataclass(frozen=True, slots=True)
class Consumer:
    """An application that uses a secret; one that nobody registered has no owner.

    It may remember a value for `cache_s` seconds. `runs_as` are the principals whose word counts
    for it, where its registration names any.
    """

    name: str
    owner: str | None
    cache_s: int | None
    since_us: int | None
    processes: tuple[Holder, ...] = ()
    runs_as: tuple[str, ...] = ()

    @property
    def live(self) -> tuple[Holder, ...]:
        """The processes of which it is known now."""
        return tuple(one for one in self.processes if not one.over)


@dataclass(frozen=True, slots=True)
class Unheard:
    """A principal that read the version, and that has not said what it uses as the application."""

    application: str
    principal: str


@dataclass(frozen=True, slots=True)
class Reference:
    """`holder` keeps `items` that a version of a key made, as was said at `said_us`."""

    holder: str
    version: int
    items: int
    said_us: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What keeps a version from being retired, by evidence (P-5.8, P-5.12).

    `holders` say that they use it. `silent` are registered applications of which too little is
    known, so that they may: nobody whose word counts has spoken, or somebody is `unheard`.
    `beside` are words for a registered application by principals that its registration does not
    name: they end no silence. `readers` read it, `last_us` is when the last of them did. `full`
    says that there may be more processes: as many are known as are kept. `references` say that data
    is kept which it made. `live` is all that processes say, of any version.
    """

    version: int
    current: int | None
    holders: tuple[Holder, ...]
    silent: tuple[str, ...]
    readers: tuple[Reader, ...]
    full: bool = False
    unheard: tuple[Unheard, ...] = ()
    beside: tuple[Holder, ...] = ()
    references: tuple["Reference", ...] = ()
    live: tuple[Holder, ...] = ()

    @property
    def last_us(self) -> int | None:
        """When it was read last, or None."""
        return max((one.at_us for one in self.readers), default=None)


def acknowledge(
    room: Local, consumer: str, instance: str, environment: str, used: Mapping[Address, int]
) -> None:
    """Say that a process uses these versions of secrets there, and no others.

    What the room knows already is not said again. What can be said is, even if some cannot.

    Raises:
        DeniedError: the caller may not read one of them.
        NotFoundError: `secret-unknown`, `version-unknown`. ConflictError: `version-state`.
        InvalidError: `consumer-invalid`, `instance-invalid`.
        LimitError: `acknowledgements-full`.
    """
    who = Process(room.caller.principal, consumer, instance)
    news = room.gate.consult(lambda desk: use.news(desk, who, environment, used.items()))
    answers = room.gate.changes(
        room.caller, [Acknowledge(one.address, consumer, instance, one.n) for one in news]
    )
    for one, answer in zip(news, answers, strict=True):
        if isinstance(answer, Refused | Failed):
            raise _of(one.address, refusal(answer) if isinstance(answer, Refused) else answer.error)


def consumers(room: Local, address: Address) -> list[Consumer]:
    """The applications that use a secret, by name, with what their processes say."""
    found = _look(room, address)
    holders: dict[str, list[Holder]] = {}
    for one in _holders(found):
        holders.setdefault(one.application, []).append(one)
    known = [
        Consumer(
            row.name,
            row.owner,
            row.cache_us // SECOND_US,
            row.created_us,
            tuple(holders.pop(row.name, ())),
            found.runs_as[row.name],
        )
        for row in found.consumers
    ]
    others = [Consumer(name, None, None, None, tuple(said)) for name, said in holders.items()]
    return sorted([*known, *others], key=lambda one: one.name)


def standing(room: Local, address: Address, version: int) -> Standing:
    """Who still uses a version, by evidence: what a rotation asks before it retires one.

    A word counts for who gives it. The application of a registration that names principals is
    heard through them alone; of one that names none, through everybody for himself. Either way
    each of them who read the version must have spoken: one's word ends nobody else's silence.
    """
    room.gate.sequence()  # so that the reads up to now count
    found = _look(room, address)
    live = [one for one in _holders(found) if not one.over]
    readers = [
        Reader(name, n, at_us) for (name, n), at_us in sorted(found.read_us.items()) if n == version
    ]
    silent: list[str] = []
    unheard: list[Unheard] = []
    beside: list[Holder] = []
    for row in found.consumers:
        named = found.runs_as[row.name]
        said = [one for one in live if one.application == row.name]
        heard = {one.principal for one in said if counts(one.principal, named)}
        read = {one.principal for one in readers if counts(one.principal, named)}
        unheard += [Unheard(row.name, who) for who in sorted(read - heard)]
        beside += [one for one in said if not counts(one.principal, named)]
        if not heard or read - heard:
            silent.append(row.name)
    return Standing(
        version,
        found.current,
        tuple(one for one in live if one.version == version),
        tuple(silent),
        tuple(readers),
        full=_full(live),
        unheard=tuple(unheard),
        beside=tuple(beside),
        references=tuple(one for one in _references(found) if one.version == version),
        live=tuple(live),
    )


def counts(principal: str, named: tuple[str, ...]) -> bool:
    """Whether somebody's word counts for an application whose registration names these."""
    return not named or principal in named


def references(room: Local, address: Address) -> list[Reference]:
    """What still refers to versions of a key, by holder and version."""
    return _references(_look(room, address))


def _references(found: Used) -> list[Reference]:
    return [
        Reference(row.holder, row.n, row.items, row.said_us)
        for row in found.references
        if row.items
    ]


def _full(live: list[Holder]) -> bool:
    by_principal = Counter(one.principal for one in live)
    return len(live) >= ROWS_MAX or max(by_principal.values(), default=0) >= LIVE_MAX


def _look(room: Local, address: Address) -> Used:
    found = done(room.gate.look(room.caller, ListUse(address)))
    assert isinstance(found, Used)
    return found


def _holders(found: Used) -> list[Holder]:
    return [
        Holder(
            row.consumer,
            row.instance,
            principal,
            row.n,
            row.since_us,
            row.until_us,
            row.until_us <= found.now_us,
        )
        for row, principal in found.said
    ]


def _of(address: Address, error: StrongroomError) -> StrongroomError:
    return type(error)(error.code, f"{address}: {error.message}", fix=error.fix)
