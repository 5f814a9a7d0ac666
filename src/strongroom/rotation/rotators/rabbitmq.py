"""RabbitMQ: two users take turns; the one that rests has no password.

The new user gets the rights and tags of the old one before it gets its password, which goes out as
salted SHA-256 only. Changing a password ends no session, so `retire` closes them. Options and
set-up: docs/guide/rotation-targets.md.
"""

import sys
from typing import Any, Final

from strongroom.errors import InvalidError
from strongroom.generate import draw
from strongroom.rotation.rotators import (
    logins,
    option_names,
    rabbitmq_api,
    rabbitmq_login,
    verifiers,
)
from strongroom.rotation.rotators.interface import (
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
    Use,
)
from strongroom.rotation.rotators.rabbitmq_doctor import examined

OPTIONS: Final = logins.OPTIONS | {"accounts", "management", "vhost"}
SOURCE: Final = "RabbitMQ connections"
WHO_CHARS_MAX: Final = 80


class RabbitmqRotator:
    """Rotates the login of an application by two users."""

    kind = "rabbitmq"
    issues = False
    options = OPTIONS

    def overlap(self, job: Job) -> Overlap:
        """Always: the other user gets the new password."""
        del job
        return Overlap.ACCOUNTS

    def check(self, job: Job) -> None:
        """The two users, the admin, and where both ports are."""
        option_names.read(job, OPTIONS)
        rabbitmq_api.place(job)
        accounts = _accounts(job)
        for name in accounts:
            rabbitmq_api.path(name)
        logins.checked(job, frozenset(accounts))
        rabbitmq_api.login(job)
        if job.pending is not None and job.current is not None:
            _differ(job, job.pending, job.current)

    def doctor(self, job: Job) -> list[Check]:
        """Reach of both ports, TLS, the admin's privileges, both users."""
        assert job.current is not None
        return examined(job, job.current, _other(job))

    def statements(self, job: Job) -> list[Statement]:
        """As they are sent, with `<…>` for what is computed."""
        old = _user(job, job.current)
        new = _other(job)
        put = 'PUT {} {{"password_hash": "{}", "tags": "{}"}}'
        texts = [
            (Step.SET, f"PUT /api/permissions/<each virtual host>/{new} <as {old} has it>"),
            (Step.SET, f"PUT /api/topic-permissions/<each virtual host>/{new} <as {old} has it>"),
            (Step.SET, put.format(rabbitmq_api.path("users", new),
                                  "<salted SHA-256 of the new password>", f"<as {old} has it>")),
            (Step.TEST, f"AMQP login to each virtual host in which {old} has permissions"),
        ]  # fmt: skip
        for step, name in ((Step.RETIRE, old), (Step.UNDO, new)):
            dead = put.format(rabbitmq_api.path("users", name), "", "<as it has>")
            ended = f"DELETE {rabbitmq_api.path('connections', 'username', name)}"
            texts += [(step, dead), (step, ended)]
        return [Statement(step, text) for step, text in texts]

    def mint(self, job: Job) -> Fields:
        """A password for the user whose turn it is."""
        return logins.renewed(job, _other(job))

    def set(self, job: Job) -> None:
        """The rights first, the password last: one that is accepted can also work."""
        pending, current = _both(job)
        self.check(job)
        name = _user(job, pending)
        old = rabbitmq_api.account(job, _user(job, current))
        if old is None:
            raise _unknown_here(_user(job, current))
        if rabbitmq_api.account(job, name) is None:
            rabbitmq_api.give(job, name, old.tags, rabbitmq_api.NO_PASSWORD)
        rabbitmq_api.entitle(job, name, rabbitmq_api.rights(job, _user(job, current)))
        rabbitmq_api.give(job, name, old.tags, _hashed(pending))

    def test(self, job: Job) -> None:
        """The new user has the old one's rights, and enters every virtual host that they name."""
        pending, current = _both(job)
        has = rabbitmq_api.rights(job, _user(job, pending))
        if has != rabbitmq_api.rights(job, _user(job, current)):
            raise TargetDeniedError(
                "target-denied",
                "the new user may not do the same as the old one",
                fix="rotate again: the rights are copied when the password is set",
            )
        entered = {vhost for kind, vhost, _ in has if kind == rabbitmq_api.PERMISSIONS}
        for vhost in sorted(entered | {rabbitmq_login.vhost(job)}):
            with rabbitmq_login.session(job, pending, vhost):
                pass

    def probe(self, job: Job, credential: Credential) -> Probe:
        """Log in by AMQP."""

        def login() -> None:
            with rabbitmq_login.session(job, credential, rabbitmq_login.vhost(job)):
                pass

        return logins.probed(login)

    def undo(self, job: Job) -> None:
        """The new user rests again."""
        if job.pending is None or job.current is None:
            return
        _differ(job, job.pending, job.current)
        _rest(job, _user(job, job.pending))

    def retire(self, job: Job, old: Credential) -> None:
        """Its user rests, and its sessions end; those of a newer password of the same user go on."""
        name = _user(job, old)
        if not _is_taken(job, old):
            _rest(job, name)
            return
        rabbitmq_api.end(job, [session for session, _ in _older(job, name)])

    def in_use(self, job: Job, old: Credential) -> list[Use]:
        """Its sessions, with the name that each client gives itself."""
        name = _user(job, old)
        found = _older(job, name) if _is_taken(job, old) else rabbitmq_api.others(job, name)
        counts: dict[str, int] = {}
        for session, row in found:
            who = _who(session, row)
            counts[who] = counts.get(who, 0) + 1
        return [Use(who, SOURCE, count) for who, count in sorted(counts.items())]


def _both(job: Job) -> tuple[Credential, Credential]:
    assert job.pending is not None
    assert job.current is not None
    return job.pending, job.current


def _user(job: Job, credential: Credential | None) -> str:
    assert credential is not None
    return logins.user(job, credential)


def _accounts(job: Job) -> tuple[str, str]:
    names = tuple(job.option("accounts").split(","))
    if len(names) != 2 or names[0] == names[1] or not all(names):
        raise InvalidError(
            "target-option",
            "RabbitMQ needs two users that take turns",
            fix="--option accounts=app_a,app_b",
        )
    return names[0], names[1]


def _other(job: Job) -> str:
    one, two = _accounts(job)
    return two if _user(job, job.current) == one else one


def _differ(job: Job, pending: Credential, current: Credential) -> None:
    """A change of the current user's own password would end what is in use."""
    if _user(job, pending) == _user(job, current):
        raise InvalidError("target-field", "the new value is for the user whose turn it is not")


def _is_taken(job: Job, old: Credential) -> bool:
    """Whether a newer value is of the same user."""
    heir = logins.successor(job, old)
    return heir is not None and _user(job, heir) == _user(job, old)


def _hashed(credential: Credential) -> str:
    salt = draw.octets(verifiers.RABBITMQ_SALT_BYTES)
    return verifiers.rabbitmq_sha256(logins.password(credential), salt)


def _rest(job: Job, name: str) -> None:
    """No password, and no session; a user that is gone rests already."""
    account = rabbitmq_api.account(job, name)
    if account is None:
        return
    if account.hashed != rabbitmq_api.NO_PASSWORD:
        rabbitmq_api.give(job, name, account.tags, rabbitmq_api.NO_PASSWORD)
    rabbitmq_api.end_all(job, name)


def _older(job: Job, name: str) -> list[tuple[str, dict[str, Any]]]:
    """The user's sessions from before the promotion; one without statistics is seconds old."""
    if job.promoted_us is None:
        return []
    until_ms = (job.promoted_us + logins.SKEW_US) // 1000
    return [(one, row) for one, row in rabbitmq_api.others(job, name) if _since_ms(row) < until_ms]


def _since_ms(row: dict[str, Any]) -> int:
    since = row.get("connected_at")
    return since if isinstance(since, int) else sys.maxsize


def _who(session: str, row: dict[str, Any]) -> str:
    shown = rabbitmq_api.called(row) or "an application"
    # Its name begins with the client's host and port.
    host = session.partition(" -> ")[0].rpartition(":")[0]
    return f"{shown[:WHO_CHARS_MAX]} at {host}"


def _unknown_here(name: str) -> TargetChangedError:
    return TargetChangedError(
        "target-changed",
        f"RabbitMQ keeps no user {name}",
        fix="write the login that is valid now, or name the two users: --option accounts=A,B",
    )
