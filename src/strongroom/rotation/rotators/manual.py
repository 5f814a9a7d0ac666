"""Rotates by a person: what has to be done is said, and goes on when somebody says that he did it.

Nobody can be asked whether a value is accepted here, so this rotator does not keep number 4 of the
contract: what it says of a value is what a person has said.
"""

from typing import Final

from strongroom.errors import InvalidError
from strongroom.rotation.rotators import option_names, protocol
from strongroom.rotation.rotators.interface import (
    Credential,
    Fields,
    Job,
    Statement,
    Step,
    TargetError,
    TargetManualError,
)
from strongroom.rotation.rotators.protocol import Ask, Word
from strongroom.rotation.rotators.spoken import Asked, changes

TEXT_CHARS_MAX: Final = 500
_DEFAULT: Final = {
    Step.SET: "make the new value valid at {where}, and log in with it once",
    Step.RETIRE: "end the old value at {where}, with its sessions, and see that it is refused",
    Step.UNDO: "take the new value away at {where}, and see that the old one is accepted",
}


class ManualRotator(Asked):
    """Options `set`, `retire` and `undo` say in your words what is done; the rest as in `Asked`."""

    kind = "manual"
    options = frozenset(
        {"changes", "accounts", "mint", "overlap", "length", "characters", "set", "retire", "undo"}
    )

    def statements(self, job: Job) -> list[Statement]:
        """What the person does, and where he finds the value."""
        read = ", ".join(
            f"strongroom rotate reveal {job.secret} --field {name}" for name in sorted(changes(job))
        )
        said = [Statement(step, _text(job, step)) for step in _DEFAULT]
        return [Statement(Step.SET, f"{said[0].text} ({read})"), *said[1:]]

    def _ready(self, job: Job) -> None:
        option_names.read(job, self.options)
        if job.option("mint", "room") != "room":
            raise InvalidError("target-option", "a person is given the value, so mint is room")
        for step in _DEFAULT:
            text = job.option(step)
            if len(text) > TEXT_CHARS_MAX or not text.isprintable():
                raise InvalidError(
                    "target-option", f"option {step} is one line of {TEXT_CHARS_MAX} at most"
                )

    def _ask(
        self,
        job: Job,
        ask: Ask,
        *,
        about: Credential | None = None,
        proposed: Fields | None = None,
    ) -> protocol.Answer:
        """What a person has said; it is asked for where he has not.

        Raises:
            TargetManualError: `by-hand-set`, `by-hand-retire`, `by-hand-undo`.
        """
        del proposed
        word = Word.DONE
        match ask:
            case Ask.PROBE:
                word = Word.ACCEPTED if _accepted(job, about) else Word.REFUSED
            case Ask.SET | Ask.RETIRE | Ask.UNDO if not _done(job, ask):
                raise _by_hand(job, ask)
            case Ask.IN_USE:
                word = Word.UNSUPPORTED
        return protocol.Answer(protocol.VERSION, "", word)


def _accepted(job: Job, about: Credential | None) -> bool:
    """The old value until somebody says that he ended it, the new one when he says that he set it."""
    assert about is not None
    if job.pending is not None and about.version == job.pending.version:
        return job.by_hand == Step.SET or job.promoted_us is not None
    return job.by_hand != Step.RETIRE


def _done(job: Job, ask: Ask) -> bool:
    # A value that was only drawn was never anywhere.
    return job.by_hand == ask.value or (ask is Ask.UNDO and job.pending is None)


def _text(job: Job, step: Step) -> str:
    own = job.option(step)
    return own or _DEFAULT[step].format(where=job.target.address or job.target.name)


def _by_hand(job: Job, ask: Ask) -> TargetError:
    step = Step(ask.value)
    fix = f"{_text(job, step)}; then: strongroom rotate resume {job.secret} --confirm {step}"
    match step:
        case Step.SET:
            return TargetManualError("by-hand-set", "a person makes the new value valid", fix=fix)
        case Step.RETIRE:
            return TargetManualError("by-hand-retire", "a person ends the old value", fix=fix)
        case _:
            return TargetManualError("by-hand-undo", "a person takes the new value back", fix=fix)
