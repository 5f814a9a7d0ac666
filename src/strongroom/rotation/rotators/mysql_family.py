"""What the rotators of MariaDB and MySQL share: one account that takes two passwords for a while.

Neither tells when a session began. So `in_use` names only those that have been idle since before the
promotion, and `retire` ends all sessions of the account: their applications log in anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from strongroom.errors import InvalidError
from strongroom.rotation.rotators import logins, mysql_session, option_names
from strongroom.rotation.rotators.interface import (
    Credential,
    Fields,
    Job,
    Overlap,
    Probe,
    TargetChangedError,
    TargetDeniedError,
    Use,
)
from strongroom.rotation.rotators.mysql_session import Open, Session

MODES: Final = ("dual", "single")
OPTIONS: Final = logins.OPTIONS | {"mode", "account_host", "database", "test_sql"}
TEST_SQL: Final = "SELECT 1"
SESSIONS: Final = (
    "SELECT ID, HOST, TIME, UNIX_TIMESTAMP() - TIME FROM information_schema.PROCESSLIST"
    " WHERE USER = %s AND ID <> CONNECTION_ID()"
)


class MysqlFamily:
    """The steps that are alike; `connect` opens a session."""

    issues = False
    options = OPTIONS

    def __init__(self, connect: Open = mysql_session.session) -> None:
        self._connect = connect

    def overlap(self, job: Job) -> Overlap:
        """One account with two passwords, or with one."""
        return Overlap.VALUES if self.dual(job) else Overlap.NONE

    def dual(self, job: Job) -> bool:
        """Whether the old password goes on beside the new one."""
        return logins.chosen(job, "mode", MODES) == MODES[0]

    def look(self, job: Job) -> None:
        """Refuse what cannot work.

        Raises:
            InvalidError: `target-option`, `target-field`, `target-address`.
        """
        logins.place(job, mysql_session.PORT)
        option_names.read(job, self.options)
        logins.checked(job)
        host = job.option("account_host", "%")
        if not host or len(host) > logins.USER_CHARS_MAX or not host.isprintable():
            raise InvalidError("target-option", "`account_host` cannot be one")
        if self.dual(job) and job.target.admin is None:
            raise InvalidError(
                "target-option",
                "an account cannot give itself a second password",
                fix="give the target an admin credential, or --option mode=single",
            )

    def mint(self, job: Job) -> Fields:
        """A fresh password for the same user."""
        assert job.current is not None
        return logins.renewed(job, logins.user(job, job.current))

    def test(self, job: Job) -> None:
        """Log in, and run `test_sql` in a transaction that reads only."""
        assert job.pending is not None
        with self.logged_in(job, job.pending) as session:
            session.run("START TRANSACTION READ ONLY")
            session.run(job.option("test_sql", TEST_SQL))

    def probe(self, job: Job, credential: Credential) -> Probe:
        """Log in."""

        def login() -> None:
            with self.logged_in(job, credential):
                pass

        return logins.probed(login)

    def in_use(self, job: Job, old: Credential) -> list[Use]:
        """Sessions that have been idle since before the promotion; all of them before it."""
        with self.changing(job, logins.successor(job, old) or old) as session:
            rows = session.run(SESSIONS, logins.user(job, old))
        limit = None if job.promoted_us is None else job.promoted_us // 1_000_000
        since = [(str(host), int(at)) for _, host, _, at in rows if limit is None or at < limit]
        return [
            Use(host.rpartition(":")[0] or host, "processlist", last_us=at * 1_000_000)
            for host, at in since
        ]

    @contextmanager
    def logged_in(self, job: Job, credential: Credential) -> Iterator[Session]:
        """A session as an application has it."""
        name, password = logins.user(job, credential), logins.password(credential)
        with self._connect(job, name, password) as session:
            yield session

    @contextmanager
    def changing(self, job: Job, own: Credential) -> Iterator[Session]:
        """A session that may change the account: the admin's, or that of `own`, its own login."""
        admin = logins.admin(job)
        try:
            if admin is None:
                with self.logged_in(job, own) as session:
                    yield session
            else:
                with self._connect(job, *admin) as session:
                    yield session
        except logins.LoginRefusedError:
            if admin is None:
                raise changed() from None
            raise TargetDeniedError(
                "target-admin-refused",
                "the server refuses the target's admin credential",
                fix="write the password that is valid now to that secret",
            ) from None


def account(job: Job) -> tuple[str, str]:
    """User and host, as an account is named."""
    assert job.current is not None
    return logins.user(job, job.current), job.option("account_host", "%")


def end_sessions(session: Session, name: str) -> None:
    """End all sessions of a user but this one; one that has gone by itself is no error."""
    for row in session.run(SESSIONS, name):
        with suppress(mysql_session.SessionGoneError):
            session.run("KILL CONNECTION %s", row[0])


def changed() -> TargetChangedError:
    """Somebody else gave the account a password."""
    return TargetChangedError(
        "target-changed",
        "the account has a password that is not known here",
        fix="ALTER USER … as its administrator, and write that value",
    )


def quoted(text: str) -> str:
    """A literal for people to read."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
