"""What every rotator promises; what crosses to it and back; its errors.

A rotator changes one credential in one system. It knows the system and nothing of the room: no
journal, no state of its own, no clock. The engine decides when which of its methods runs and
what an error leads to; after an interruption it asks `probe` first and repeats only what has not
happened. The contract, which `strongroom.rotation.contract` runs against each rotator:

1.  `check` and `statements` do no I/O. `check` refuses options and fields that cannot work before
    anything was touched, those too that are none of `options`; identifiers that go into statements are quoted or refused.
2.  `mint` gives all fields of the next value. With `issues` it asks the target for it, and first
    removes what an earlier `mint` left there that was interrupted before its answer was kept.
3.  `set` makes `pending` valid. With an overlap, `current` stays valid. Twice is once, as long as
    `probe` said in between that `pending` is refused.
4.  `probe` logs in with one credential, as a client would, and says what happened: accepted,
    refused, or not to be told. It raises nothing for these.
5.  `test` does with `pending` what its user needs to do, and raises `TargetDeniedError` when it may not.
6.  `undo` takes back what `set` and `mint` did; `current` is valid afterwards. Twice is once.
7.  `retire` ends `old` at the target and the sessions that were opened with it, for good: `probe`
    says refused afterwards. Twice is once, and so is one that ends what is ended already.
8.  `in_use` names who uses `old` now, as far as the target can tell. Empty means: not seen.
9.  Whoever is named by `pending` must be one that `current` or the options name: a value never
    makes the rotator change somebody else's account.
10. Values go over the wire only as hashes or verifiers where the target takes those, over TLS
    that is verified where TLS was asked for, with no fallback; never into an argument of a
    process, a URL, an error or a statement that is shown.
11. Each call ends within `timeout_s`, or a few of them. It may be called from any thread.
12. Every error is one of those below or an `InvalidError`. None holds a value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from strongroom.errors import UpstreamError

Fields = Mapping[str, str]


class Overlap(StrEnum):
    """Whether the old credential works while the new one does, and how."""

    ACCOUNTS = "accounts"  # two accounts take turns
    VALUES = "values"  # one account, or one set of keys, that takes two values at once
    NONE = "none"  # the old one ends when the new one begins

    def __bool__(self) -> bool:
        return self is not Overlap.NONE


class Step(StrEnum):
    """What is done at a target, in this order; `undo` takes back the first three."""

    MINT = "mint"
    SET = "set"
    TEST = "test"
    RETIRE = "retire"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Credential:
    """The fields of one version, as text. Its representation hides them."""

    version: int
    fields: Fields = field(repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """A system that holds credentials. `admin` are the fields of its admin credential, if it needs one.

    `address` is `host:port` or a URL without credentials, or empty. `options` are the rotator's own
    words, such as `database` or `tls_ca` (a path).
    """

    name: str
    address: str
    options: Mapping[str, str]
    admin: Fields | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Job:
    """One rotation of one secret, as a rotator needs to know it.

    `secret` is its address and `type` its policy type; `options` are this secret's own words at the
    target, over the target's. `draw` makes a secret text of the policy's strength: of `length`
    characters at least, from letters, digits and marks: the marks are those of its second argument,
    one of them at least, and where that is empty the policy's, if it wants any. `promoted_us` is when
    `pending` became current, in µs since 1970 UTC. `wait` sleeps for seconds. `by_hand` is the step
    that a person says he has done, for rotators that ask for one.
    """

    target: Target
    secret: str
    type: str
    options: Mapping[str, str]
    current: Credential | None
    draw: Callable[[int, str], str] = field(repr=False)
    wait: Callable[[float], None] = field(repr=False)
    pending: Credential | None = None
    previous: Credential | None = None
    promoted_us: int | None = None
    timeout_s: float = 10.0
    by_hand: str = ""

    def option(self, name: str, default: str = "") -> str:
        """An option of the secret, or else of the target."""
        return self.options.get(name, self.target.options.get(name, default))


class Answer(StrEnum):
    """What a target says to a credential."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # nobody answered, or not about the credential


@dataclass(frozen=True, slots=True)
class Probe:
    """An answer; where it is unknown, `why` is the error that a step would have met."""

    answer: Answer
    why: "TargetError | None" = None


@dataclass(frozen=True, slots=True)
class Use:
    """Somebody who uses a credential now. `who` is an address, a process, an application's name.

    `source` is where it was seen, such as `pg_stat_activity`; `last_us` when, in µs since 1970 UTC,
    None where the target does not tell.
    """

    who: str
    source: str
    count: int = 1
    last_us: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What will be done at a step, word for word, with `<…>` where a value stands."""

    step: Step
    text: str


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at before a rotation. `fix` is the next step when it is not well."""

    name: str
    well: bool
    said: str
    fix: str = ""


class Rotator(Protocol):
    """See the module's contract."""

    @property
    def kind(self) -> str:
        """What a target's `--rotator` calls it, such as `postgresql`."""
        ...

    @property
    def issues(self) -> bool:
        """Whether the target makes the value, so that `mint` touches it."""
        ...

    @property
    def options(self) -> frozenset[str] | None:
        """The names of the options that it reads; None where others read them, so that any may do."""
        ...

    def overlap(self, job: Job) -> Overlap:
        """How old and new stand beside one another."""
        ...

    def check(self, job: Job) -> None:
        """Refuse what cannot work; no I/O.

        Raises:
            InvalidError: `target-option`, `target-field`, `target-address`; the `fix` names it.
        """
        ...

    def doctor(self, job: Job) -> list[Check]:
        """Look whether a rotation would work: reach, TLS, privileges, free slots, both accounts."""
        ...

    def statements(self, job: Job) -> list[Statement]:
        """What each step does, for people; no I/O and no value."""
        ...

    def mint(self, job: Job) -> Fields:
        """All fields of the next value."""
        ...

    def set(self, job: Job) -> None:
        """Make `pending` valid."""
        ...

    def test(self, job: Job) -> None:
        """Do with `pending` what it is for."""
        ...

    def probe(self, job: Job, credential: Credential) -> Probe:
        """Log in with `credential`."""
        ...

    def undo(self, job: Job) -> None:
        """Take back `set` and `mint`."""
        ...

    def retire(self, job: Job, old: Credential) -> None:
        """End `old` and its sessions."""
        ...

    def in_use(self, job: Job, old: Credential) -> list[Use]:
        """Who uses `old` now."""
        ...


class TargetError(UpstreamError):
    """A target did not do what was asked; the subclass says what may follow."""

    def __init__(self, code: str, message: str, *, fix: str | None = None) -> None:
        again = isinstance(self, TargetUnreachableError)
        super().__init__(code, message, fix=fix, retryable=again)


class TargetUnreachableError(TargetError):
    """Nobody answered in time, or not now: `target-unreachable`, `target-slow`, `target-busy`."""


class TargetTlsError(TargetError):
    """Whoever answered is not who was asked for (`target-tls`). Never spoken to without TLS instead."""


class TargetDeniedError(TargetError):
    """The target says no, and will again: `target-denied`, `target-admin-refused`."""


class TargetRejectedError(TargetError):
    """The target's own rules refuse this value; another one may do (`target-rejected`)."""


class TargetFullError(TargetError):
    """There is no free place for a second credential (`target-full`)."""


class TargetChangedError(TargetError):
    """What stands there is not what anybody here put there (`target-changed`)."""


class TargetManualError(TargetError):
    """A person does this step, and says so (`by-hand-set`, `by-hand-retire`, `by-hand-undo`)."""
