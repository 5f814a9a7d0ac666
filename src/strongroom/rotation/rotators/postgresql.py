"""PostgreSQL: two login roles under one owner take turns, or one role changes its own password.

Changing a password ends no session, so `retire` ends them too. A password goes out as its SCRAM
verifier only. With two roles an admin is needed, since the role that rests has no password that
anybody knows; a single role can do all of it itself. Options and set-up: docs/guide/rotation-targets.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from psycopg import sql

from strongroom.errors import InvalidError
from strongroom.generate import draw
from strongroom.rotation.rotators import logins, option_names, verifiers
from strongroom.rotation.rotators import postgresql_session as pg
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
    Use,
)
from strongroom.rotation.rotators.postgresql_doctor import examined

ALTERNATING: Final = "alternating"
MODES: Final = (ALTERNATING, "single")
OPTIONS: Final = (
    logins.OPTIONS | pg.OPTIONS | {"mode", "accounts", "owner", "test_sql", "valid_days"}
)
TEST_SQL: Final = "SELECT 1"
DAYS: Final = range(1, 3651)
HIDDEN: Final = "an address that this admin may not see (GRANT pg_read_all_stats)"

OTHERS: Final = "FROM pg_stat_activity WHERE usename = %s AND pid <> pg_backend_pid()"
BEFORE: Final = " AND (backend_start IS NULL OR backend_start < to_timestamp(%s))"
END: Final = f"SELECT pg_terminate_backend(pid) {OTHERS}"
# Whoever may not see a session sees no port of it; a session by a socket has the port -1.
PLACE: Final = "CASE WHEN client_port = -1 THEN 'the server itself' ELSE host(client_addr) END"
LAST: Final = "(date_part('epoch', max(state_change)) * 1000000)::bigint"
SEEN: Final = f"SELECT application_name, {PLACE}, count(*), {LAST} {OTHERS}"


class PostgresqlRotator:
    """Rotates the password of a login role."""

    kind = "postgresql"
    issues = False
    options = OPTIONS

    def overlap(self, job: Job) -> Overlap:
        """Two roles overlap, one does not."""
        return Overlap.ACCOUNTS if _alternates(job) else Overlap.NONE

    def check(self, job: Job) -> None:
        """The modes, the two accounts, and an admin where one is needed."""
        logins.place(job, pg.PORT)
        option_names.read(job, OPTIONS)
        if job.option("valid_days"):
            logins.number(job, "valid_days", 1, DAYS)
        if not _alternates(job):
            logins.checked(job)
            return
        logins.checked(job, frozenset(_accounts(job)))
        if not job.option("owner"):
            raise InvalidError(
                "target-option",
                "two roles that take turns need an owner that both act as",
                fix="--option owner=app_owner",
            )
        if job.target.admin is None:
            raise InvalidError(
                "target-option",
                "two roles that take turns need an admin who sets their passwords",
                fix="give the target an admin credential, or --option mode=single",
            )

    def doctor(self, job: Job) -> list[Check]:
        """Reach, TLS, the admin's privileges, both roles."""
        assert job.current is not None
        names = _accounts(job) if _alternates(job) else (_user(job, job.current),)
        return examined(job, job.current, names, job.option("owner") if _alternates(job) else "")

    def statements(self, job: Job) -> list[Statement]:
        """As they are sent, with `<…>` for a verifier."""
        new = _other(job) if job.pending is None else _user(job, job.pending)
        old = _user(job, job.current)
        until = "<in as many days>" if job.option("valid_days") else ""
        test = f"BEGIN READ ONLY; {job.option('test_sql', TEST_SQL)}; ROLLBACK"
        texts = [
            (
                Step.SET,
                _shown(
                    _altered(
                        new,
                        "<SCRAM verifier of the new password>",
                        login=_login(job),
                        until=until,
                    )
                ),
            ),
            (Step.TEST, test),
        ]
        if new == old:
            end = (END + BEFORE).replace("%s", _shown(sql.Literal(old)), 1)
            texts.append((Step.RETIRE, end.replace("%s", "<the promotion>")))
            back = _altered(old, "<SCRAM verifier of the old password>", login=_login(job))
            texts.append((Step.UNDO, _shown(back)))
        else:
            for step, name in ((Step.RETIRE, old), (Step.UNDO, new)):
                verifier = "<SCRAM verifier of a password that nobody has>"
                dead = _altered(name, verifier, login=_login(job, dead=True))
                texts.append((step, _shown(dead)))
                texts.append((step, END.replace("%s", _shown(sql.Literal(name)))))
        return [Statement(step, text) for step, text in texts]

    def mint(self, job: Job) -> Fields:
        """A password for the role whose turn it is."""
        return logins.renewed(job, _other(job))

    def set(self, job: Job) -> None:
        """`ALTER ROLE … PASSWORD` with a verifier."""
        assert job.pending is not None
        self.check(job)
        with _changing(job, job.current) as session:
            user, password = _user(job, job.pending), logins.password(job.pending)
            _alter(session, job, user, password, until=_until(session, job))

    def test(self, job: Job) -> None:
        """Log in, act as the owner if there is one, and run `test_sql` in a transaction that reads only."""
        assert job.pending is not None
        with _as(job, job.pending) as session:
            owner = job.option("owner")
            if (
                owner
                and _alternates(job)
                and session.run("SELECT current_user::text") != [(owner,)]
            ):
                name = _user(job, job.pending)
                raise TargetDeniedError(
                    "target-denied",
                    "the role logs in, and does not act as the owner: what it makes would be its own",
                    fix=pg.text(
                        "GRANT {} TO {}; ALTER ROLE {} SET ROLE {}", owner, name, name, owner
                    ),
                )
            session.run("BEGIN READ ONLY")
            session.run(job.option("test_sql", TEST_SQL).encode())  # one statement: no COMMIT in it

    def probe(self, job: Job, credential: Credential) -> Probe:
        """Log in."""

        def login() -> None:
            with _as(job, credential):
                pass

        return logins.probed(login)

    def undo(self, job: Job) -> None:
        """With two roles the new one is closed; a single one gets its old password."""
        if job.pending is None or job.current is None:
            return
        if _user(job, job.pending) != _user(job, job.current):
            _kill(job, job.pending)
        elif self.probe(job, job.current).answer is not Answer.ACCEPTED:
            with _changing(job, job.pending) as session:
                _alter(session, job, _user(job, job.current), logins.password(job.current))

    def retire(self, job: Job, old: Credential) -> None:
        """End its password, unless a newer one stands in its place, and its sessions."""
        heir = logins.successor(job, old)
        if heir is None or _user(job, heir) != _user(job, old):
            _kill(job, old)
            return
        with _changing(job, heir) as session:
            session.run(*_sessions(END, job, old, margin_us=logins.SKEW_US))

    def in_use(self, job: Job, old: Credential) -> list[Use]:
        """Its sessions in `pg_stat_activity`; those from before the promotion, if the role stays."""
        heir = logins.successor(job, old)
        alone = heir is None or _user(job, heir) != _user(job, old)
        with _changing(job, heir or old) as session:
            statement, *words = _sessions(SEEN, job, old, alone=alone)
            rows = session.run(f"{statement} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2", *words)
        return [Use(_who(name, host), "pg_stat_activity", n, last) for name, host, n, last in rows]


def _alternates(job: Job) -> bool:
    return logins.chosen(job, "mode", MODES) == ALTERNATING


def _accounts(job: Job) -> tuple[str, str]:
    names = tuple(job.option("accounts").split(","))
    if len(names) != 2 or names[0] == names[1] or not all(names):
        raise InvalidError(
            "target-option",
            "the mode `alternating` needs two accounts that take turns",
            fix="--option accounts=app_a,app_b, or --option mode=single",
        )
    return names[0], names[1]


def _other(job: Job) -> str:
    name = _user(job, job.current)
    if not _alternates(job):
        return name
    one, two = _accounts(job)
    return two if name == one else one


def _user(job: Job, credential: Credential | None) -> str:
    assert credential is not None
    return logins.user(job, credential)


@contextmanager
def _as(job: Job, credential: Credential) -> Iterator[pg.Session]:
    with pg.session(job, _user(job, credential), logins.password(credential)) as session:
        yield session


@contextmanager
def _changing(job: Job, own: Credential | None) -> Iterator[pg.Session]:
    """A session that may change the role: the admin's, or that of `own`, a login of the role itself."""
    admin = logins.admin(job)
    if admin is None:
        assert own is not None
        try:
            with _as(job, own) as session:
                session.run("SET ROLE NONE")  # it may act as an owner, who may not change it
                yield session
        except logins.LoginRefusedError:
            raise TargetChangedError(
                "target-changed",
                "the role's password is none that is known here",
                fix="ALTER ROLE … PASSWORD as its administrator, and write that value",
            ) from None
        return
    try:
        with pg.session(job, *admin) as session:
            yield session
    except logins.LoginRefusedError:
        raise TargetDeniedError(
            "target-admin-refused",
            "PostgreSQL refuses the target's admin credential",
            fix="write the password that is valid now to that secret",
        ) from None


def _altered(name: str, verifier: str, *, login: str = "", until: str = "") -> Any:
    """`login` is `LOGIN`, `NOLOGIN` or nothing; `until` a time, or nothing."""
    words = sql.SQL("ALTER ROLE {}{} PASSWORD {}").format(
        sql.Identifier(name), sql.SQL(f" {login}" if login else ""), sql.Literal(verifier)
    )
    return words + sql.SQL(" VALID UNTIL {}").format(sql.Literal(until)) if until else words


def _alter(
    session: pg.Session, job: Job, name: str, password: str, *, until: str = "", dead: bool = False
) -> None:
    """Give a role a password; with `dead` one that nobody knows, and no login.

    Only an admin can say whether it may log in. A session of the role could still give it another
    password, and would not get far with it.
    """
    salt = draw.octets(verifiers.SCRAM_SALT_BYTES)
    verifier = verifiers.scram_sha256(password, salt)
    try:
        session.run(_altered(name, verifier, login=_login(job, dead=dead), until=until), sets=True)
    except TargetDeniedError as error:
        if error.fix:
            raise
        fix = pg.text(
            "ALTER ROLE <admin> CREATEROLE; from PostgreSQL 16 on also"
            " GRANT {} TO <admin> WITH ADMIN OPTION",
            name,
        )
        raise TargetDeniedError("target-denied", error.message, fix=fix) from None


def _login(job: Job, *, dead: bool = False) -> str:
    if job.target.admin is None:
        return ""
    return "NOLOGIN" if dead else "LOGIN"


def _until(session: pg.Session, job: Job) -> str:
    """When the new password ends by itself, by the server's clock; empty where it does not."""
    if not job.option("valid_days"):
        return ""
    days = logins.number(job, "valid_days", 1, DAYS)
    [(text,)] = session.run("SELECT (clock_timestamp() + make_interval(days => %s))::text", days)
    return str(text)


def _kill(job: Job, credential: Credential) -> None:
    """A password that nobody has, and no session.

    Without an admin a role does that itself; when its password is refused, it is ended already.
    """
    try:
        with _changing(job, credential) as session:
            _alter(session, job, _user(job, credential), job.draw(logins.LENGTH, ""), dead=True)
            session.run(*_sessions(END, job, credential, alone=True))
    except TargetChangedError:
        return


def _sessions(
    text: str, job: Job, old: Credential, *, alone: bool = False, margin_us: int = 0
) -> tuple[Any, ...]:
    """The statement for all sessions of a user, or those that began before the promotion."""
    name = _user(job, old)
    if alone or job.promoted_us is None:
        return text, name
    return text + BEFORE, name, (job.promoted_us + margin_us) / 1_000_000


def _who(name: str | None, host: str | None) -> str:
    return f"{name or 'an application without a name'} at {host or HIDDEN}"


def _shown(statement: Any) -> str:
    return str(statement.as_string(None))
