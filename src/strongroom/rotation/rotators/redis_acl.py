"""Redis: a user of an ACL has two password hashes for a while.

Nothing but hashes is sent (`#<sha256>` adds one, `!<sha256>` removes it), except by logins, which in
Redis carry the password itself: so TLS, wherever the target is not on this machine.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from strongroom.rotation.rotators import logins, option_names, redis_session, verifiers
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
    Use,
)
from strongroom.rotation.rotators.logins import found
from strongroom.rotation.rotators.redis_session import Session

PERSIST: Final = ("auto", "off")
OPTIONS: Final = logins.OPTIONS | {"persist", "test_command"}
# What answers to `ACL SAVE` and `CONFIG REWRITE` where users are kept in no such file.
NO_ACL_FILE: Final = "not configured to use an acl file"
NO_CONFIG_FILE: Final = "without a config file"
RIGHTS: Final = (
    "ACL SETUSER <admin> +acl|getuser +acl|setuser +acl|save +acl|log +client|list +client|kill"
    " +config|rewrite +time"
)


class RedisRotator:
    """Rotates the password of a user."""

    kind = "redis"
    issues = False
    options = OPTIONS

    def overlap(self, job: Job) -> Overlap:
        """One user with two passwords."""
        del job
        return Overlap.VALUES

    def check(self, job: Job) -> None:
        """As of all logins; names go into commands as one word each."""
        logins.place(job, redis_session.PORT)
        option_names.read(job, OPTIONS)
        logins.checked(job)
        logins.chosen(job, "persist", PERSIST)

    def statements(self, job: Job) -> list[Statement]:
        """As they are sent, with `<…>` for a hash."""
        name = _user(job)
        new, old = "<sha256 of the new password>", "<sha256 of the old password>"
        keep = [] if job.option("persist") == "off" else ["ACL SAVE, else CONFIG REWRITE"]
        texts = {
            Step.SET: [f"ACL SETUSER {name} #{new}", *keep],
            Step.TEST: [f"AUTH {name} <the new password>", *filter(None, [_tested(job)])],
            Step.RETIRE: [
                f"ACL SETUSER {name} !{old}", *keep,
                f"CLIENT KILL ID <each session of {name} from before the promotion>",
            ],
            Step.UNDO: [f"ACL SETUSER {name} !{new} #{old}", *keep],
        }  # fmt: skip
        return [Statement(step, text) for step, lines in texts.items() for text in lines]

    def mint(self, job: Job) -> Fields:
        """A fresh password for the same user."""
        return logins.renewed(job, _user(job))

    def set(self, job: Job) -> None:
        """Add the new hash."""
        assert job.pending is not None
        assert job.current is not None
        self.check(job)
        with _changing(job, job.current) as session:
            there = _there(session, job)
            if _hash(job.current) not in there or there - _ours(job):
                raise _changed()
            _write(session, job, f"#{_hash(job.pending)}")

    def test(self, job: Job) -> None:
        """Log in, and run `test_command`; the user's rights are those of before."""
        assert job.pending is not None
        with _as(job, job.pending) as session:
            if command := _tested(job):
                session.run(*command.split())

    def probe(self, job: Job, credential: Credential) -> Probe:
        """Log in."""

        def login() -> None:
            with _as(job, credential):
                pass

        return logins.probed(login)

    def undo(self, job: Job) -> None:
        """Take the new hash away; the old one is there afterwards."""
        if job.pending is None or job.current is None:
            return
        new, old = _hash(job.pending), _hash(job.current)
        with _changing(job, job.current) as session:
            there = _there(session, job)
            words = [f"!{new}"] if new in there else []
            if old not in there:
                words.append(f"#{old}")
            if words:
                _write(session, job, *words)

    def retire(self, job: Job, old: Credential) -> None:
        """Take the old hash away, and end the sessions that may have begun with it."""
        heir = logins.successor(job, old)
        if heir is None and job.target.admin is None and not self._works(job, old):
            return  # it has ended itself before
        with _changing(job, heir or old) as session:
            there = _there(session, job)
            if heir is not None and _hash(heir) not in there:
                raise _changed()
            if _hash(old) in there:
                _write(session, job, f"!{_hash(old)}")
            limit_us = (
                None
                if heir is None or job.promoted_us is None
                else (job.promoted_us + logins.SKEW_US)
            )
            for one in _sessions(session, _user(job), limit_us):
                session.run("CLIENT", "KILL", "ID", one["id"])

    def in_use(self, job: Job, old: Credential) -> list[Use]:
        """Its sessions; once its hash is gone, who was refused since."""
        heir = logins.successor(job, old)
        with _changing(job, heir or old) as session:
            uses = [
                Use(_who(one), "CLIENT LIST", last_us=one["last_us"])
                for one in _sessions(session, _user(job), job.promoted_us)
            ]
            if _hash(old) not in _there(session, job):
                uses += _failed(session, job)
        return uses

    def doctor(self, job: Job) -> list[Check]:
        """Reach, TLS, the admin's rights, the user, and whether a restart keeps what is set."""
        assert job.current is not None
        checks = [logins.transport(logins.place(job, redis_session.PORT))]
        try:
            with _changing(job, job.current) as session:
                checks.append(found("reach", well=True, good="Redis answers, and lets in"))
                there = _there(session, job)
                checks.append(
                    found(
                        "user", well=_hash(job.current) in there and not there - _ours(job),
                        good="it has the current password", bad="it has another one",
                        fix="write the one that is valid now",
                    )
                )  # fmt: skip
                _sessions(session, _user(job), None)
                session.run("ACL", "LOG")
                session.run("ACL", "SETUSER", _user(job))  # changes nothing, and needs the right
                checks.append(_kept(session, job))
        except TargetChangedError:
            checks.append(logins.stale(admins=False))
        except TargetDeniedError as error:
            if error.code == "target-admin-refused":
                checks.append(logins.stale(admins=True))
            else:
                fix = error.fix or RIGHTS
                checks.append(found("rights", well=False, bad=error.message, fix=fix))
        except TargetError as error:
            checks.append(found("reach", well=False, bad=error.message, fix=error.fix or ""))
        return checks

    def _works(self, job: Job, credential: Credential) -> bool:
        probe = self.probe(job, credential)
        if probe.why is not None:
            raise probe.why
        return probe.answer is Answer.ACCEPTED


def _user(job: Job) -> str:
    assert job.current is not None
    return logins.user(job, job.current)


def _hash(credential: Credential) -> str:
    return verifiers.redis_sha256(logins.password(credential))


def _ours(job: Job) -> set[str]:
    return {_hash(one) for one in (job.pending, job.current, job.previous) if one is not None}


def _tested(job: Job) -> str:
    return " ".join(job.option("test_command").split())


@contextmanager
def _as(job: Job, credential: Credential) -> Iterator[Session]:
    name, password = logins.user(job, credential), logins.password(credential)
    with redis_session.session(job, name, password) as session:
        yield session


@contextmanager
def _changing(job: Job, own: Credential) -> Iterator[Session]:
    """A session that may change the user: the admin's, or its own where there is none."""
    admin = logins.admin(job)
    try:
        if admin is None:
            with _as(job, own) as session:
                yield session
        else:
            with redis_session.session(job, *admin) as session:
                yield session
    except logins.LoginRefusedError:
        if admin is None:
            raise _changed() from None
        raise TargetDeniedError(
            "target-admin-refused",
            "Redis refuses the target's admin credential",
            fix="write the password that is valid now to that secret",
        ) from None


def _there(session: Session, job: Job) -> set[str]:
    """The hashes that the user has.

    Raises:
        TargetDeniedError: there is no such user.
    """
    user = session.user(_user(job))
    if user is None:
        raise TargetDeniedError(
            "target-denied", "there is no such user", fix="ACL SETUSER, with its rights"
        )
    return set(user["passwords"])


def _write(session: Session, job: Job, *words: str) -> None:
    session.run("ACL", "SETUSER", _user(job), *words)
    if job.option("persist") != "off":
        _persist(session)


def _persist(session: Session) -> bool:
    """Whether users are kept in a file, which is written then."""
    if session.unless(NO_ACL_FILE, "ACL", "SAVE"):
        return True
    return session.unless(NO_CONFIG_FILE, "CONFIG", "REWRITE")


def _kept(session: Session, job: Job) -> Check:
    return found(
        "kept",
        well=job.option("persist") == "off" or _persist(session),
        good="users are kept over a restart, or meant not to be",
        bad="users are kept in no file: a restart would bring back other passwords, or none",
        fix="aclfile in redis.conf, or --option persist=off",
    )


def _sessions(session: Session, name: str, limit_us: int | None) -> list[dict[str, Any]]:
    """Sessions of a user but this one, that began before `limit_us` by the server's clock."""
    now_us = session.now_us()
    listed = [
        {**one, "last_us": now_us - int(one["idle"]) * 1_000_000}
        for one in session.clients()
        if one.get("user") == name
    ]
    return [
        one for one in listed if limit_us is None or now_us - int(one["age"]) * 1_000_000 < limit_us
    ]


def _failed(session: Session, job: Job) -> list[Use]:
    """Logins that were refused since the promotion."""
    now_us = session.now_us()
    uses = []
    for entry in session.log():
        last_us = now_us - int(float(entry["age-seconds"]) * 1_000_000)
        if entry["reason"] != "auth" or entry["username"] != _user(job):
            continue
        if job.promoted_us is None or last_us >= job.promoted_us:
            uses.append(Use(_who(entry["client-info"]), "ACL LOG", int(entry["count"]), last_us))
    return uses


def _who(client: dict[str, Any]) -> str:
    host = str(client.get("addr", "")).rpartition(":")[0] or "an unknown place"
    return f"{client.get('name') or 'an application without a name'} at {host}"


def _changed() -> TargetChangedError:
    return TargetChangedError(
        "target-changed",
        "the user has passwords that are not known here, or not the one that should be",
        fix="ACL GETUSER as its administrator, and write the value that is valid",
    )
