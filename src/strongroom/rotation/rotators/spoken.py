"""A rotator that asks somebody else: each step is one question and one answer of the protocol."""

import secrets
from abc import ABC, abstractmethod
from string import punctuation
from typing import Final

from strongroom.errors import InvalidError
from strongroom.rotation.recipes import RECIPES
from strongroom.rotation.rotators import protocol
from strongroom.rotation.rotators.interface import (
    Answer,
    Check,
    Credential,
    Fields,
    Job,
    Overlap,
    Probe,
    Statement,
    Step,
    TargetChangedError,
    TargetDeniedError,
    TargetError,
    TargetFullError,
    TargetRejectedError,
    TargetUnreachableError,
    Use,
)
from strongroom.rotation.rotators.protocol import Ask, Word

LENGTH: Final = range(16, 1025)
LENGTH_DEFAULT: Final = "32"
_STEPS: Final = {
    Step.MINT: (Ask.MINT, "make the next version's"),
    Step.SET: (Ask.SET, "make valid the new"),
    Step.TEST: (Ask.TEST, "try the new"),
    Step.RETIRE: (Ask.RETIRE, "end for good the old"),
    Step.UNDO: (Ask.UNDO, "take back the new"),
}


class Asked(ABC):
    """All of a rotator whose steps are questions, besides who answers. See docs/spec/rotator-webhook.md.

    Options: `changes` names the fields that a rotation changes, by default the only one;
    `accounts` two values of `username` that take turns; `mint` is `room` (drawn here) or `target`
    (made there); `overlap` is `values`, `accounts` or `none`; `length` and `characters` are of what
    is drawn here.
    """

    kind = ""
    issues = False
    options: frozenset[str] | None = None

    @abstractmethod
    def _ask(
        self,
        job: Job,
        ask: Ask,
        *,
        about: Credential | None = None,
        proposed: Fields | None = None,
    ) -> protocol.Answer:
        """One question.

        Raises:
            TargetError: as the answer says.
        """

    @abstractmethod
    def _ready(self, job: Job) -> None:
        """Refuse options that cannot work; no I/O."""

    def overlap(self, job: Job) -> Overlap:
        """As the option says."""
        return Overlap(_option(job, "overlap", Overlap.NONE))

    def check(self, job: Job) -> None:
        """Each option is one that can work, and the value has the fields that are named."""
        self._ready(job)
        known = [kind.value for kind in Overlap]
        if _option(job, "overlap", Overlap.NONE) not in known:
            raise InvalidError("target-option", f"option overlap is one of {', '.join(known)}")
        if _option(job, "mint", "room") not in {"room", "target"}:
            raise InvalidError("target-option", "option mint is room or target")
        length = _option(job, "length", LENGTH_DEFAULT)
        if not length.isdecimal() or len(length) > 4 or int(length) not in LENGTH:
            raise InvalidError("target-option", f"option length is {LENGTH[0]} to {LENGTH[-1]}")
        if set(_option(job, "characters", "")) - set(punctuation):
            raise InvalidError(
                "target-option", "option characters are ASCII marks beside letters and digits"
            )
        accounts = _accounts(job)
        if self.overlap(job) is Overlap.ACCOUNTS and len(accounts) != 2:
            raise InvalidError(
                "target-option",
                "two accounts take turns, so option accounts names two",
                fix="--option accounts=app_a,app_b",
            )
        wanted = changes(job)
        if job.current is not None and not wanted <= set(job.current.fields):
            raise InvalidError(
                "target-field",
                f"the value lacks a field that changes: {', '.join(sorted(wanted))}",
            )
        if accounts and job.current is not None:
            user = job.current.fields.get("username")
            if user is None or (len(accounts) == 2 and user not in accounts):
                raise InvalidError(
                    "target-field", "the field `username` is none of those that accounts names"
                )

    def doctor(self, job: Job) -> list[Check]:
        """What the other side looked at."""
        try:
            self.check(job)
        except InvalidError as error:
            return [Check("options", well=False, said=error.message, fix=error.fix or "")]
        try:
            said = self._ask(job, Ask.DOCTOR)
        except TargetError as error:
            return [Check("reach", well=False, said=error.message, fix=error.fix or "")]
        known = protocol.all_fields(job)
        looked = [
            Check(
                protocol.shown(one.name, *known),
                one.well,
                protocol.shown(one.said, *known),
                protocol.shown(one.fix, *known),
            )
            for one in said.checks
        ]
        return [Check("reach", well=True, said="it answers"), *looked]

    def mint(self, job: Job) -> Fields:
        """Drawn here, or made by the other side."""
        self.check(job)
        old: Fields = {} if job.current is None else job.current.fields
        length = int(_option(job, "length", LENGTH_DEFAULT))
        drawn = {name: job.draw(length, job.option("characters")) for name in changes(job)}
        accounts = _accounts(job)
        if len(accounts) == 2:
            drawn["username"] = accounts[1] if old.get("username") == accounts[0] else accounts[0]
        proposed = {**old, **drawn}
        if _option(job, "mint", "room") == "room":
            return proposed
        made = self._ask(job, Ask.MINT, proposed=proposed).fields
        if not made or not all(made.get(name) for name in changes(job)):
            raise _garbled()
        made = {**old, **made}
        _own(job, made)
        return made

    def set(self, job: Job) -> None:
        """Ask for it."""
        assert job.pending is not None
        _own(job, job.pending.fields)
        self._ask(job, Ask.SET)

    def test(self, job: Job) -> None:
        """Ask for it; who has no test of its own is asked to log in."""
        assert job.pending is not None
        if self._ask(job, Ask.TEST).answer is Word.UNSUPPORTED:
            probe = self.probe(job, job.pending)
            if probe.answer is Answer.REFUSED:
                raise TargetDeniedError("target-denied", "the new value is refused")
            if probe.answer is Answer.UNKNOWN:
                raise probe.why or _garbled()

    def probe(self, job: Job, credential: Credential) -> Probe:
        """Ask whether it is accepted."""
        try:
            said = self._ask(job, Ask.PROBE, about=credential)
        except TargetError as error:
            return Probe(Answer.UNKNOWN, error)
        match said.answer:
            case Word.ACCEPTED:
                return Probe(Answer.ACCEPTED)
            case Word.REFUSED:
                return Probe(Answer.REFUSED)
            case _:
                return Probe(Answer.UNKNOWN, _garbled())

    def undo(self, job: Job) -> None:
        """Ask for it."""
        self._ask(job, Ask.UNDO)

    def retire(self, job: Job, old: Credential) -> None:
        """Ask for it."""
        self._ask(job, Ask.RETIRE, about=old)

    def in_use(self, job: Job, old: Credential) -> list[Use]:
        """Who the other side has seen; it may have no way to tell."""
        known = protocol.all_fields(job, old.fields)
        return [
            Use(
                protocol.shown(one.who, *known),
                protocol.shown(one.source, *known),
                max(one.count, 1),
                one.last_us,
            )
            for one in self._ask(job, Ask.IN_USE, about=old).uses
        ]


class Spoken(Asked):
    """Sends each question to somebody else, in the words of the protocol."""

    # The target may make the value; whether this one does is its option, and asking twice is no harm.
    issues = True
    # The other side is told all options, so any may mean something to it.
    options = None

    @abstractmethod
    def _send(self, job: Job, id_: str, body: bytes) -> bytes:
        """Carry a question there, and its answer back."""

    @abstractmethod
    def _how(self, job: Job) -> str:
        """How a question gets there, for people."""

    def statements(self, job: Job) -> list[Statement]:
        """The question of each step."""
        drawn_here = _option(job, "mint", "room") == "room"
        fields = ", ".join(sorted(changes(job)))
        return [
            Statement(step, f'{self._how(job)} {{"ask": "{ask}"}}: {does} <{fields}>')
            for step, (ask, does) in _STEPS.items()
            if not (drawn_here and step is Step.MINT)
        ]

    def _ask(
        self,
        job: Job,
        ask: Ask,
        *,
        about: Credential | None = None,
        proposed: Fields | None = None,
    ) -> protocol.Answer:
        """One question.

        Raises:
            TargetError: as the answer says; `target-unreachable` where it is none.
        """
        id_ = f"msg_{secrets.token_hex(16)}"
        admin = {k: v for k, v in (job.target.admin or {}).items() if k != "signing_key"}
        body = protocol.question(id_, ask, job, about=about, proposed=proposed, admin=admin)
        said = protocol.answer(self._send(job, id_, body), id_)
        if said is None or said.answer not in _MAY[ask] | _FAILURES:
            raise _garbled()
        if said.answer in _FAILURES:
            known = protocol.all_fields(job, proposed, about.fields if about else None)
            raise _failure(said.answer, protocol.shown(said.reason, *known))
        return said


_FAILURES: Final = frozenset(
    {
        Word.UNREACHABLE, Word.BUSY, Word.DENIED, Word.ADMIN_REFUSED, Word.REJECTED, Word.FULL,
        Word.CHANGED,
    }
)  # fmt: skip
_DONE: Final = frozenset({Word.DONE})
_OPTIONAL: Final = frozenset({Word.DONE, Word.UNSUPPORTED})
_MAY: Final = {
    Ask.DOCTOR: _OPTIONAL,
    Ask.MINT: _DONE,
    Ask.SET: _DONE,
    Ask.TEST: _OPTIONAL,
    Ask.PROBE: frozenset({Word.ACCEPTED, Word.REFUSED, Word.UNKNOWN}),
    Ask.UNDO: _DONE,
    Ask.RETIRE: _DONE,
    Ask.IN_USE: _OPTIONAL,
}


def _option(job: Job, name: str, default: str = "") -> str:
    """An option; where it is not said, a recipe knows its own."""
    known = RECIPES.get(job.option("recipe"))
    if known is not None:
        own = {"overlap": Overlap.VALUES, "mint": "target", "changes": known.changes}
        default = own.get(name, default)
    return job.option(name, default)


def changes(job: Job) -> set[str]:
    """The fields that a rotation changes.

    Raises:
        InvalidError: `target-option`.
    """
    named = {name for name in _option(job, "changes").split(",") if name}
    if named:
        return named
    fields = set(job.current.fields) if job.current is not None else {"value"}
    if len(fields) != 1:
        raise InvalidError(
            "target-option",
            "the value has several fields, so option changes says which of them a rotation changes",
            fix="--option changes=password",
        )
    return fields


def _accounts(job: Job) -> list[str]:
    return [name for name in job.option("accounts").split(",") if name]


def _own(job: Job, fields: Fields) -> None:
    """Whether `fields` change nothing but what may change: never somebody else's account.

    Raises:
        TargetChangedError: `target-changed`.
    """
    if job.current is None:
        return
    old = job.current.fields
    other = {name for name in {*old, *fields} if old.get(name) != fields.get(name)}
    wrong = other - changes(job)
    accounts = _accounts(job)
    if accounts and {old.get("username"), fields.get("username")} <= set(accounts):
        wrong -= {"username"}
    if wrong:
        names = protocol.shown(", ".join(sorted(wrong)))
        raise TargetChangedError(
            "target-changed",
            f"the new version differs in a field that a rotation does not change: {names}",
            fix="option changes names the fields that it may",
        )


def _failure(word: Word, reason: str) -> TargetError:
    """The error that a word of the protocol stands for."""
    said = f": {reason}" if reason else ""
    match word:
        case Word.UNREACHABLE:
            return TargetUnreachableError("target-unreachable", f"its system does not answer{said}")
        case Word.BUSY:
            return TargetUnreachableError("target-busy", f"not now{said}")
        case Word.ADMIN_REFUSED:
            return TargetDeniedError(
                "target-admin-refused",
                f"the admin credential is refused{said}",
                fix="write a valid one to the secret that `target add --admin` named",
            )
        case Word.REJECTED:
            return TargetRejectedError("target-rejected", f"the new value is not taken{said}")
        case Word.FULL:
            return TargetFullError("target-full", f"there is no place for a second one{said}")
        case Word.CHANGED:
            return TargetChangedError("target-changed", f"something else stands there{said}")
        case _:
            return TargetDeniedError("target-denied", f"it is not allowed{said}")


def _garbled() -> TargetUnreachableError:
    return TargetUnreachableError(
        "target-unreachable",
        f"what answered does not speak {protocol.VERSION}",
        fix="docs/spec/rotator-webhook.md says what it answers",
    )
