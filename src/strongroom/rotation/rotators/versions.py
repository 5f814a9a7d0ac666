"""Values that are valid because the room says so: application secret keys, peppers, symmetric keys.

There is no server that knows such a value. The application accepts the current version and those in
grace, as the room delivers them, so what ends one is its state in the room, which the engine changes.
`set`, `undo` and `retire` therefore touch nothing, and `probe` answers by the version's place:

- the pending one is accepted: nothing stands in the way of its promotion;
- the current one is accepted until another was promoted. From then on nothing outside accepts it: the
  engine marks it `retired` in the step in which it asks, and whoever still holds it is named by the
  acknowledgements and readers of the room, which hold the step back;
- every other version is refused.

That is all a rotator can know, since it knows no room. Where something does keep track, as the tests
of the contract do in memory, it is given as `Places`.
"""

import re
from typing import Final, Protocol

from strongroom.errors import InvalidError
from strongroom.generate import draw
from strongroom.rotation.rotators import option_names
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
    Use,
)

LENGTH_MIN: Final = 43  # letters and digits of 256 bits
HEX_MIN: Final = 64
_HEX: Final = re.compile(r"(?:[0-9a-f]{2})+")


class Places(Protocol):
    """Which version is valid."""

    def begin(self, job: Job, credential: Credential) -> None:
        """It is valid from now on."""
        ...

    def end(self, job: Job, credential: Credential) -> None:
        """It is not valid any more."""
        ...

    def holds(self, job: Job, credential: Credential) -> bool:
        """Whether it is valid."""
        ...


class ByPlace:
    """The room's own states, as far as a job shows them."""

    def begin(self, job: Job, credential: Credential) -> None:
        """The room does it, by the promotion."""

    def end(self, job: Job, credential: Credential) -> None:
        """The room does it, by the state of the version."""

    def holds(self, job: Job, credential: Credential) -> bool:
        """See the module."""
        if same(job.pending, credential):
            return True
        if job.promoted_us is not None:
            return False
        return same(job.current, credential) or same(job.previous, credential)


class VersionsRotator:
    """Makes another value of the same form; the application takes several at once.

    Option `field` names the field, by default the only one that is `value`.
    """

    kind = "versions"
    issues = False
    options = frozenset({"field"})

    def __init__(self, places: Places | None = None) -> None:
        self._places = places or ByPlace()

    def overlap(self, job: Job) -> Overlap:
        """The application accepts every version that is in grace."""
        del job
        return Overlap.VALUES

    def check(self, job: Job) -> None:
        """The field is there."""
        option_names.read(job, self.options)
        if job.current is not None:
            text(job, job.current)

    def doctor(self, job: Job) -> list[Check]:
        """That there is a value to follow; nobody has to be reached."""
        try:
            self.check(job)
        except InvalidError as error:
            return [Check("value", well=False, said=error.message, fix=error.fix or "")]
        return [Check("value", well=True, said="another one of its form can be made")]

    def statements(self, job: Job) -> list[Statement]:
        """In words, since nothing outside is changed."""
        del job
        return [
            Statement(Step.SET, "nothing outside: applications are given <the new value> by the room"),
            Statement(Step.RETIRE, "the room delivers <the old value> no more; what is still signed or"
                      " hashed by it is refused. In an emergency that is at once, for everybody"),
        ]  # fmt: skip

    def mint(self, job: Job) -> Fields:
        """The fields with another value: as long, and hexadecimal where it was."""
        assert job.current is not None
        return {**job.current.fields, name(job): self.fresh(job, text(job, job.current))}

    def fresh(self, job: Job, old: str) -> str:
        """Another value of the form of `old`; never weaker than 256 bits."""
        if _HEX.fullmatch(old):
            return draw.octets(max(HEX_MIN, len(old)) // 2).hex()
        return job.draw(max(LENGTH_MIN, len(old)), "")

    def set(self, job: Job) -> None:
        """Nothing outside."""
        assert job.pending is not None
        self._places.begin(job, job.pending)

    def test(self, job: Job) -> None:
        """That it can be used for what it is for; here, that it is there."""
        assert job.pending is not None
        text(job, job.pending)

    def probe(self, job: Job, credential: Credential) -> Probe:
        """By the version's place."""
        held = self._places.holds(job, credential)
        return Probe(Answer.ACCEPTED if held else Answer.REFUSED)

    def undo(self, job: Job) -> None:
        """Nothing outside; the room drops the pending version."""
        if job.pending is not None:
            self._places.end(job, job.pending)

    def retire(self, job: Job, old: Credential) -> None:
        """Nothing outside."""
        self._places.end(job, old)

    def in_use(self, job: Job, old: Credential) -> list[Use]:
        """Nobody can be asked: who uses it, the room's acknowledgements and readers say."""
        del job, old
        return []


def name(job: Job) -> str:
    """The field that holds the value."""
    return job.option("field", "value")


def text(job: Job, credential: Credential) -> str:
    """The value.

    Raises:
        InvalidError: `target-field`.
    """
    found = credential.fields.get(name(job), "")
    if not found:
        raise InvalidError(
            "target-field",
            "the value has not the field that is to be rotated",
            fix="name it: strongroom target add … --option field=NAME",
        )
    return found


def same(one: Credential | None, other: Credential) -> bool:
    """Whether both are one version with one value."""
    return (
        one is not None and one.version == other.version and dict(one.fields) == dict(other.fields)
    )


def seconds(job: Job, option: str, default: int, most: int) -> int:
    """An option that is a whole number of seconds.

    Raises:
        InvalidError: `target-option`.
    """
    given = job.option(option, str(default))
    if not (given.isascii() and given.isdecimal()) or len(given) > 9 or int(given) > most:
        raise InvalidError(
            "target-option",
            f"`{option}` is a whole number of seconds, 0 to {most:,}",
            fix=f"strongroom target add … --option {option}={default}",
        )
    return int(given)
