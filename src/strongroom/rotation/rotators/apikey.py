"""Keys that we give to an application of ours: the target is the record set that knows them.

A new key is made by the room; `set` adds its record for the same client, so that both are accepted, and
`retire` ends the record of the old one. Whoever keeps the records is given as `Clients`; the room's own
are in `strongroom.ops.api_keys`.
"""

from typing import Protocol

from strongroom.errors import ConfigError, InvalidError
from strongroom.generate import api_key
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
    TargetDeniedError,
    TargetError,
    TargetUnreachableError,
    Use,
)
from strongroom.rotation.rotators.versions import name, text


class Clients(Protocol):
    """Who keeps the records. Every call may raise a `TargetError`."""

    def whose(self, job: Job, key: str) -> str | None:
        """The client whose key it is now, None when it is nobody's."""
        ...

    def add(self, job: Job, key: str, like: str | None) -> None:
        """Keep a record of `key` for the job's client, with the scopes of the key `like`.

        Raises:
            TargetFullError: the client has two keys.
        """
        ...

    def end(self, job: Job, key: str) -> None:
        """It is refused from now on; one that nobody knows is left alone."""
        ...


class ApiKeyRotator:
    """Options: `records`, the address of the record set, `client`, `field`, and `pepper` where it is not beside."""

    kind = "apikey"
    issues = False
    options = frozenset({"records", "client", "field", "pepper"})

    def __init__(self, clients: Clients | None = None) -> None:
        self._of = clients

    def overlap(self, job: Job) -> Overlap:
        """A client may have two keys."""
        del job
        return Overlap.VALUES

    def check(self, job: Job) -> None:
        """The options are there, and the value is a key of the public form.

        Raises:
            InvalidError: `target-option`, `target-field`.
        """
        option_names.read(job, self.options)
        for option in ("records", "client"):
            if not job.option(option):
                raise InvalidError(
                    "target-option",
                    f"`{option}` says whose key it is and where its record is",
                    fix=f"strongroom target add … --option {option}=…",
                )
        if job.current is not None:
            _parts(job, job.current)

    def doctor(self, job: Job) -> list[Check]:
        """Whether the records are there and know the current key."""
        try:
            self.check(job)
            assert job.current is not None
            known = self._clients.whose(job, text(job, job.current)) == job.option("client")
        except (InvalidError, TargetError) as error:
            return [Check("records", well=False, said=error.message, fix=error.fix or "")]
        fix = "" if known else "strongroom apikey list; issue a key and keep it as this secret"
        said = "the current key is this client's" if known else "the current key is not known there"
        return [Check("records", well=known, said=said, fix=fix)]

    def statements(self, job: Job) -> list[Statement]:
        """In words, since nobody types them."""
        records, client = job.option("records"), job.option("client")
        return [
            Statement(Step.SET, f"add the record of <the new key> of {client} to {records}"),
            Statement(Step.RETIRE, f"end the record of <the old key> of {client} in {records}"),
        ]

    def mint(self, job: Job) -> Fields:
        """The fields with another key of the same brand and environment."""
        assert job.current is not None
        parts = _parts(job, job.current)
        made = api_key.generate(brand=parts.brand, marker=parts.marker, bits_min=parts.bits)
        return {**job.current.fields, name(job): made.value}

    def set(self, job: Job) -> None:
        """Add its record."""
        assert job.pending is not None
        like = None if job.current is None else text(job, job.current)
        self._clients.add(job, text(job, job.pending), like)

    def test(self, job: Job) -> None:
        """It is known as the client's."""
        assert job.pending is not None
        if self._clients.whose(job, text(job, job.pending)) != job.option("client"):
            raise TargetDeniedError("target-denied", "the new key is not known as that client's")

    def probe(self, job: Job, credential: Credential) -> Probe:
        """Whether it is the client's."""
        try:
            whose = self._clients.whose(job, text(job, credential))
        except TargetUnreachableError as error:
            return Probe(Answer.UNKNOWN, error)
        return Probe(Answer.ACCEPTED if whose == job.option("client") else Answer.REFUSED)

    def undo(self, job: Job) -> None:
        """The record of the new key ends; the old one was not touched."""
        if job.pending is not None:
            self._clients.end(job, text(job, job.pending))

    def retire(self, job: Job, old: Credential) -> None:
        """The record of the old key ends."""
        self._clients.end(job, text(job, old))

    def in_use(self, job: Job, old: Credential) -> list[Use]:
        """Requests never reach the room: who uses it, only the application counts."""
        del job, old
        return []

    @property
    def _clients(self) -> Clients:
        if self._of is None:
            raise ConfigError(
                "rotator-unusable", "keys of our own clients are rotated by a room that keeps them"
            )
        return self._of


def _parts(job: Job, credential: Credential) -> api_key.Parts:
    parts = api_key.check(text(job, credential))
    if not isinstance(parts, api_key.Parts):
        raise InvalidError(
            "target-field",
            "the value is no API key of ours",
            fix="issue one: strongroom apikey issue, and keep it as this secret",
        )
    return parts
