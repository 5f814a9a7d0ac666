"""MySQL 8: `RETAIN CURRENT PASSWORD` and `DISCARD OLD PASSWORD`. Shape only.

No MySQL has run this: its tests hold the statements against MySQL's documentation, and against a small
stand-in that takes these and no others. `RETAIN` twice would make the new password the retained one
and end the one in use, so that a login tells first what is there.
"""

from typing import Final

from strongroom.rotation.rotators import logins, mysql_session
from strongroom.rotation.rotators.interface import (
    Answer,
    Check,
    Credential,
    Job,
    Statement,
    Step,
    TargetDeniedError,
    TargetError,
    TargetFullError,
)
from strongroom.rotation.rotators.logins import found
from strongroom.rotation.rotators.mysql_family import (
    TEST_SQL,
    MysqlFamily,
    account,
    changed,
    end_sessions,
    quoted,
)

RETAIN: Final = "ALTER USER %s@%s IDENTIFIED BY %s RETAIN CURRENT PASSWORD"
REPLACE: Final = "ALTER USER %s@%s IDENTIFIED BY %s"
DISCARD: Final = "ALTER USER %s@%s DISCARD OLD PASSWORD"
SECOND: Final = (
    "SELECT JSON_CONTAINS_PATH(COALESCE(User_attributes, JSON_OBJECT()), 'one',"
    " '$.additional_password') FROM mysql.user WHERE User = %s AND Host = %s"
)
GRANTS: Final = (
    "GRANT CREATE USER, CONNECTION_ADMIN, PROCESS ON *.*, SELECT ON mysql.user TO the admin"
)


class MysqlRotator(MysqlFamily):
    """Rotates the password of an account. The server writes passwords into no log of its own."""

    kind = "mysql"

    def check(self, job: Job) -> None:
        """As of the whole family."""
        self.look(job)

    def statements(self, job: Job) -> list[Statement]:
        """As they are sent, with `<…>` for a password."""
        name, host = map(quoted, account(job))
        new, old = "'<the new password>'", "'<the old password>'"
        dual = self.dual(job)
        texts = [
            *([(Step.SET, SECOND % (name, host))] if dual else []),
            (Step.SET, (RETAIN if dual else REPLACE) % (name, host, new)),
            (Step.TEST, f"START TRANSACTION READ ONLY; {job.option('test_sql', TEST_SQL)}"),
            *([(Step.RETIRE, DISCARD % (name, host))] if dual else []),
            (Step.RETIRE, f"KILL CONNECTION <each session of {name}>"),
            (Step.UNDO, REPLACE % (name, host, old)),
            *([(Step.UNDO, DISCARD % (name, host))] if dual else []),
        ]
        return [Statement(step, text) for step, text in texts]

    def set(self, job: Job) -> None:
        """The new password, with the current one retained; nothing if it is there already."""
        assert job.pending is not None
        assert job.current is not None
        self.check(job)
        if self._works(job, job.pending):
            return
        if not self._works(job, job.current):
            raise changed()
        with self.changing(job, job.current) as session:
            if self.dual(job) and session.run(SECOND, *account(job)) != [(0,)]:
                raise TargetFullError(
                    "target-full",
                    "the account retains an older password already, or is not there",
                    fix=DISCARD % tuple(map(quoted, account(job))),
                )
            statement = RETAIN if self.dual(job) else REPLACE
            session.run(statement, *account(job), logins.password(job.pending))

    def undo(self, job: Job) -> None:
        """The old password in the place of the new one; nothing if the new one is not there."""
        if job.pending is None or job.current is None or not self._works(job, job.pending):
            return
        with self.changing(job, job.pending) as session:
            session.run(REPLACE, *account(job), logins.password(job.current))
            if self.dual(job):
                session.run(DISCARD, *account(job))

    def retire(self, job: Job, old: Credential) -> None:
        """Discard the old password, and end the account's sessions."""
        heir = logins.successor(job, old)
        valid = self._works(job, old)
        if heir is not None and not self._works(job, heir):
            raise changed()
        if heir is None and not valid and job.target.admin is None:
            return
        with self.changing(job, heir or old) as session:
            if valid and heir is None:
                session.run(REPLACE, *account(job), job.draw(logins.LENGTH, ""))
            if valid and self.dual(job):
                session.run(DISCARD, *account(job))
            end_sessions(session, account(job)[0])

    def doctor(self, job: Job) -> list[Check]:
        """Reach, TLS, and whether there is place for a second password."""
        assert job.current is not None
        checks = [logins.transport(logins.place(job, mysql_session.PORT))]
        try:
            with self.changing(job, job.current) as session:
                checks.append(found("reach", well=True, good="the server answers, and lets in"))
                if self.dual(job):
                    free = session.run(SECOND, *account(job)) == [(0,)]
                    checks.append(
                        found(
                            "second password", well=free, good="there is place for it",
                            bad="an older password is retained, or there is no such account",
                            fix=DISCARD % tuple(map(quoted, account(job))),
                        )
                    )  # fmt: skip
        except TargetDeniedError as error:
            checks.append(found("may look", well=False, bad=error.message, fix=error.fix or GRANTS))
        except TargetError as error:
            checks.append(found("reach", well=False, bad=error.message, fix=error.fix or ""))
        return checks

    def _works(self, job: Job, credential: Credential) -> bool:
        """Whether it logs in; not to be told is an error here."""
        probe = self.probe(job, credential)
        if probe.why is not None:
            raise probe.why
        return probe.answer is Answer.ACCEPTED
