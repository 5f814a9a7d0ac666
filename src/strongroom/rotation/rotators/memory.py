"""A system in memory that keeps accounts, and its rotator: the shortest one, to read first."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from strongroom.errors import InvalidError
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
    TargetRejectedError,
    TargetUnreachableError,
    Use,
)

LENGTH = 32


def digest(text: str) -> bytes:
    """How the system keeps a password."""
    return hashlib.sha256(text.encode()).digest()


@dataclass
class System:
    """Accounts with the passwords that open them, and the sessions that are open.

    `fault` is raised by the next calls, `weak` are passwords that it refuses to take.
    """

    accounts: dict[str, set[bytes]] = field(default_factory=dict)
    sessions: list[tuple[str, bytes]] = field(default_factory=list)
    fault: TargetError | None = None
    rejects: int = 0
    powerless: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def login(self, user: str, password: str) -> bool:
        """Whether a client gets in; it stays in until its session is ended."""
        with self.lock:
            if digest(password) not in self.accounts.get(user, set()):
                return False
            self.sessions.append((user, digest(password)))
            return True

    @contextmanager
    def call(self, what: str) -> Iterator[None]:
        """One request to the system; it fails while there is a `fault`."""
        with self.lock:
            self.calls.append(what)
            if self.fault is not None:
                raise self.fault
            yield


class MemoryRotator:
    """Rotates a password in a `System`: by two values of one account, two accounts, or without overlap."""

    kind = "memory"
    issues = False
    options: frozenset[str] | None = None

    def __init__(self, system: System, overlap: Overlap = Overlap.VALUES) -> None:
        self._system = system
        self._overlap = overlap

    def overlap(self, job: Job) -> Overlap:
        """As it was made."""
        del job
        return self._overlap

    def check(self, job: Job) -> None:
        """The value needs its two fields."""
        if job.current is not None and not {"username", "password"} <= set(job.current.fields):
            raise InvalidError(
                "target-field", "the value needs the fields `username` and `password`"
            )

    def doctor(self, job: Job) -> list[Check]:
        """Whether the system answers."""
        del job
        try:
            with self._system.call("doctor"):
                return [Check("reach", well=True, said="it answers")]
        except TargetError as error:
            return [Check("reach", well=False, said=error.message, fix="start it")]

    def statements(self, job: Job) -> list[Statement]:
        """In words, since nobody types them."""
        del job
        return [
            Statement(Step.SET, "add <the new password>"),
            Statement(Step.RETIRE, "remove <the old password>, end its sessions"),
        ]

    def mint(self, job: Job) -> Fields:
        """A password; with two accounts, of the other one."""
        assert job.current is not None
        user = job.current.fields["username"]
        if self._overlap is Overlap.ACCOUNTS:
            a, b = job.option("accounts", "app_a,app_b").split(",")
            user = b if user == a else a
        return {**job.current.fields, "username": user, "password": job.draw(LENGTH, "")}

    def set(self, job: Job) -> None:
        """Add the password, or put it in the place of the old one."""
        assert job.pending is not None
        user, password = _login(job.pending)
        with self._system.call("set"):
            if self._system.rejects > 0:
                self._system.rejects -= 1
                raise TargetRejectedError("target-rejected", "that password is too weak here")
            if self._overlap is not Overlap.VALUES:
                self._system.accounts[user] = set()
            self._system.accounts.setdefault(user, set()).add(digest(password))

    def test(self, job: Job) -> None:
        """Log in, and be allowed to work."""
        assert job.pending is not None
        user, password = _login(job.pending)
        with self._system.call("test"):
            works = digest(password) in self._system.accounts.get(user, set())
            if user in self._system.powerless or not works:
                raise TargetDeniedError("target-denied", "the account may not do its work")

    def probe(self, job: Job, credential: Credential) -> Probe:
        """Log in."""
        del job
        user, password = _login(credential)
        try:
            with self._system.call("probe"):
                known = digest(password) in self._system.accounts.get(user, set())
                return Probe(Answer.ACCEPTED if known else Answer.REFUSED)
        except TargetUnreachableError as error:
            return Probe(Answer.UNKNOWN, error)

    def undo(self, job: Job) -> None:
        """The new password goes, and the old one is valid."""
        assert job.current is not None
        with self._system.call("undo"):
            if job.pending is not None:
                user, password = _login(job.pending)
                self._system.accounts.get(user, set()).discard(digest(password))
            user, password = _login(job.current)
            self._system.accounts.setdefault(user, set()).add(digest(password))

    def retire(self, job: Job, old: Credential) -> None:
        """Remove it, and end its sessions."""
        del job
        user, password = _login(old)
        with self._system.call("retire"):
            self._system.accounts.get(user, set()).discard(digest(password))
            self._system.sessions = [
                one for one in self._system.sessions if one != (user, digest(password))
            ]

    def in_use(self, job: Job, old: Credential) -> list[Use]:
        """Its sessions."""
        del job
        user, password = _login(old)
        with self._system.call("in_use"):
            count = self._system.sessions.count((user, digest(password)))
        return [Use(user, "sessions", count)] if count else []


def _login(credential: Credential) -> tuple[str, str]:
    return credential.fields["username"], credential.fields["password"]
