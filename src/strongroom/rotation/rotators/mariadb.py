"""MariaDB: two hashes on one account, read from `mysql.global_priv` before each change.

`IDENTIFIED VIA mysql_native_password USING '<hash>' OR mysql_native_password USING '<hash>'` lets both
passwords in, and what stands there can be read again. So each change starts from what is there, and
whatever nobody here put there is left for a person.
"""

import json
from collections.abc import Iterable
from typing import Final

from strongroom.rotation.rotators import logins, mysql_session, verifiers
from strongroom.rotation.rotators.interface import (
    Answer,
    Check,
    Credential,
    Job,
    Statement,
    Step,
    TargetChangedError,
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
from strongroom.rotation.rotators.mysql_session import Session

SENDS: Final = ("hash", "password")
PLUGIN: Final = "mysql_native_password"
HASHES_MAX: Final = 2  # the server takes more; many clients fail at the third
INVALID: Final = "invalid"  # a hash that no password has
READ: Final = "SELECT priv FROM mysql.global_priv WHERE User = %s AND Host = %s"
OWN: Final = "SET PASSWORD = %s"
POWERS: Final = {
    "CREATE USER": "may change passwords",
    "CONNECTION ADMIN": "may end sessions",
    "PROCESS": "sees sessions",
}
GRANTED: Final = (
    "SELECT PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES"
    " WHERE GRANTEE = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')"
)
STRICT: Final = (
    "SELECT PLUGIN_NAME FROM information_schema.PLUGINS WHERE @@strict_password_validation"
    " AND PLUGIN_TYPE = 'PASSWORD VALIDATION' AND PLUGIN_STATUS = 'ACTIVE'"
)


class MariadbRotator(MysqlFamily):
    """Rotates the password of an account."""

    kind = "mariadb"
    options = MysqlFamily.options | {"send"}

    def check(self, job: Job) -> None:
        """As of the whole family, and how passwords are sent."""
        self.look(job)
        logins.chosen(job, "send", SENDS)

    def statements(self, job: Job) -> list[Statement]:
        """As they are sent, with `<…>` for a hash."""
        name, host = map(quoted, account(job))
        test = f"START TRANSACTION READ ONLY; {job.option('test_sql', TEST_SQL)}"
        kill = f"KILL CONNECTION <each session of {name}>"
        new, old = "<the new password>", "<the old password>"
        if job.target.admin is None:
            return [
                Statement(Step.SET, OWN.replace("%s", f"'<hash of {new}>'")),
                Statement(Step.TEST, test),
                Statement(Step.RETIRE, kill),
                Statement(Step.UNDO, OWN.replace("%s", f"'<hash of {old}>'")),
            ]
        plain = logins.chosen(job, "send", SENDS) == "password"

        def alter(*values: str) -> str:
            words = [f"'{value}'" if plain else f"'<hash of {value}>'" for value in values]
            return _altered(len(words), plain=plain) % (name, host, *words)

        read = READ % (name, host)
        return [
            Statement(Step.SET, read),
            Statement(Step.SET, alter(new, old) if self.dual(job) else alter(new)),
            Statement(Step.TEST, test),
            Statement(Step.RETIRE, read),
            *([Statement(Step.RETIRE, alter(new))] if self.dual(job) else []),
            Statement(Step.RETIRE, kill),
            Statement(Step.UNDO, read),
            Statement(Step.UNDO, alter(old)),
        ]

    def set(self, job: Job) -> None:
        """Put the new hash before those that are there, or in their place."""
        assert job.pending is not None
        assert job.current is not None
        self.check(job)
        new = _hash(job.pending)
        with self.changing(job, job.current) as session:
            if job.target.admin is None:
                session.run(OWN, new)
                return
            there = _there(session, job, job.current)
            if _hash(job.current) not in there:
                raise changed()
            rest = [one for one in there if one != new]
            if self.dual(job) and len(rest) == HASHES_MAX:
                raise TargetFullError(
                    "target-full",
                    "the account has two passwords already",
                    fix="retire the older one first",
                )
            _write(session, job, [new, *(rest if self.dual(job) else ())])

    def undo(self, job: Job) -> None:
        """Take the new hash away; the old one is there afterwards."""
        if job.pending is None or job.current is None:
            return
        new, old = _hash(job.pending), _hash(job.current)
        if job.target.admin is not None:
            with self.changing(job, job.current) as session:
                there = _there(session, job, job.current)
                rest = [one for one in there if one not in {new, old}]
                if new in there or old not in there:
                    _write(session, job, [old, *rest])
        elif self.probe(job, job.current).answer is not Answer.ACCEPTED:
            with self.changing(job, job.pending) as session:
                session.run(OWN, old)

    def retire(self, job: Job, old: Credential) -> None:
        """Take the old hash away, and end the account's sessions."""
        heir = logins.successor(job, old)
        name, _ = account(job)
        if job.target.admin is not None:
            with self.changing(job, old) as session:
                there = _there(session, job, old)
                rest = [one for one in there if one != _hash(old)]
                if heir is not None and _hash(heir) not in rest:
                    raise changed()
                if len(rest) < len(there):
                    _write(session, job, rest or [INVALID])
                end_sessions(session, name)
        elif heir is not None:
            with self.changing(job, heir) as session:
                end_sessions(session, name)
        elif self.probe(job, old).answer is Answer.ACCEPTED:
            with self.changing(job, old) as session:
                session.run(OWN, verifiers.mysql_native(job.draw(logins.LENGTH, "")))
                end_sessions(session, name)

    def doctor(self, job: Job) -> list[Check]:
        """Reach, TLS, the admin's privileges, what stands at the account, whether hashes are taken."""
        assert job.current is not None
        admin = job.target.admin is not None
        checks = [logins.transport(logins.place(job, mysql_session.PORT))]
        try:
            with self.changing(job, job.current) as session:
                checks.append(found("reach", well=True, good="the server answers, and lets in"))
                checks.append(_takes_hashes(session, job))
                if admin:
                    checks += _powers(session)
                    checks.append(_account(session, job))
        except TargetChangedError:
            checks.append(logins.stale(admins=False))
        except TargetDeniedError as error:
            refused = error.code == "target-admin-refused"
            bad = found("may look", well=False, bad=error.message, fix=error.fix or "")
            checks.append(logins.stale(admins=True) if refused else bad)
        except TargetError as error:
            checks.append(found("reach", well=False, bad=error.message, fix=error.fix or ""))
        return checks


def _there(session: Session, job: Job, old: Credential) -> list[str]:
    """The hashes that the account has, in their order.

    Raises:
        TargetChangedError: one of them is of no version of this job. TargetDeniedError: no account.
    """
    rows = session.run(READ, *account(job))
    if not rows:
        raise mysql_session.meant(mysql_session.NO_SUCH, "")
    ours = _passwords(job, old)
    pairs = [pair for pair in _pairs(rows[0][0]) if pair[1] != INVALID]
    if any(plugin != PLUGIN or text not in ours for plugin, text in pairs):
        raise changed()
    return [text for _, text in pairs]


def _pairs(priv: str | bytes) -> Iterable[tuple[str, str]]:
    """Plugin and hash of each way in; `{}` among the alternatives stands for the outer one."""
    outer = json.loads(priv)
    for one in outer.get("auth_or") or [{}]:
        way = one or outer
        yield way.get("plugin", ""), way.get("authentication_string", "")


def _passwords(job: Job, *more: Credential) -> dict[str, str]:
    """The job's passwords by their hashes."""
    ours = (job.pending, job.current, job.previous, *more)
    return {_hash(one): logins.password(one) for one in ours if one is not None}


def _hash(credential: Credential) -> str:
    return verifiers.mysql_native(logins.password(credential))


def _write(session: Session, job: Job, hashes: list[str]) -> None:
    plain = logins.chosen(job, "send", SENDS) == "password"
    known = _passwords(job)
    words = [known.get(text, text) if plain else text for text in hashes]
    session.run(_altered(len(words), plain=plain), *account(job), *words)


def _altered(count: int, *, plain: bool) -> str:
    """The statement for an account with so many passwords, with its parameters open."""
    way = f"{PLUGIN} USING {'PASSWORD(%s)' if plain else '%s'}"
    return f"ALTER USER %s@%s IDENTIFIED VIA {' OR '.join([way] * count)}"


def _takes_hashes(session: Session, job: Job) -> Check:
    looks = bool(session.run(STRICT))
    plain = logins.chosen(job, "send", SENDS) == "password"
    return found(
        "takes hashes",
        well=plain or not looks,
        good="it takes the passwords themselves" if plain else "it takes hashes",
        bad="a rule for passwords is on, and wants to see them",
        fix="--option send=password, or SET GLOBAL strict_password_validation=OFF",
    )


def _powers(session: Session) -> list[Check]:
    granted = {row[0] for row in session.run(GRANTED)}
    almighty = "SUPER" in granted
    return [
        found(
            what,
            well=privilege in granted or (almighty and privilege == "CONNECTION ADMIN"),
            good=f"it has {privilege}",
            bad=f"the admin has no {privilege}",
            fix=f"GRANT {privilege} ON *.* TO the admin",
        )
        for privilege, what in POWERS.items()
    ]


def _account(session: Session, job: Job) -> Check:
    assert job.current is not None
    try:
        there = _there(session, job, job.current)
        well = _hash(job.current) in there and len(there) < HASHES_MAX
        bad, fix = "it has another password", "write the one that is valid now"
        if len(there) >= HASHES_MAX:
            bad, fix = "it has two passwords already", "retire the older one first"
    except TargetChangedError as error:
        well, bad, fix = False, error.message, error.fix or ""
    except TargetDeniedError as error:
        well, bad = False, error.message
        fix = error.fix or "GRANT SELECT ON mysql.global_priv TO the admin"
    return found("account", well=well, good="it has the current password", bad=bad, fix=fix)
