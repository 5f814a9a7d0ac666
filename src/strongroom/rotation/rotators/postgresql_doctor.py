"""What is looked at in PostgreSQL before a rotation."""

from typing import Final

from strongroom.rotation.rotators import logins
from strongroom.rotation.rotators import postgresql_session as pg
from strongroom.rotation.rotators.interface import Check, Credential, Job, TargetError
from strongroom.rotation.rotators.logins import found

ADMIN: Final = (
    "SELECT rolsuper, rolsuper OR rolcreaterole, pg_has_role('pg_signal_backend', 'USAGE'),"
    " pg_has_role('pg_read_all_stats', 'USAGE') FROM pg_roles WHERE rolname = current_user"
)
# From version 16 on CREATEROLE reaches only the roles that it has with the admin option.
ROLE: Final = (
    "SELECT rolcanlogin, rolsuper, coalesce(rolvaliduntil < clock_timestamp(), false),"
    " current_setting('server_version_num')::int < 160000"
    " OR pg_has_role(r.oid, 'MEMBER WITH ADMIN OPTION'),"
    " EXISTS (SELECT FROM pg_roles o WHERE o.rolname = %s AND NOT o.rolcanlogin"
    " AND pg_has_role(r.oid, o.oid, 'MEMBER')) AND EXISTS (SELECT FROM pg_db_role_setting"
    " WHERE setrole = r.oid AND setconfig @> ARRAY['role=' || %s])"
    " FROM pg_roles r WHERE rolname = %s"
)


def examined(job: Job, current: Credential, names: tuple[str, ...], owner: str) -> list[Check]:
    """Reach, TLS, whether whoever changes the roles `names` may do it, and each of them.

    `owner` is the role that they act as; empty for a single one.
    """
    admin = logins.admin(job)
    login = admin or (logins.user(job, current), logins.password(current))
    checks = [logins.transport(logins.place(job, pg.PORT))]
    try:
        with pg.session(job, *login) as session:
            checks.append(found("reach", well=True, good="PostgreSQL answers, and lets in"))
            [(standby,)] = session.run("SELECT pg_is_in_recovery()")
            checks.append(
                found(
                    "primary", well=not standby, good="it takes changes", bad="it is a standby",
                    fix="give the target the address of the primary",
                )
            )  # fmt: skip
            powers = _powers(session, admin[0]) if admin else []
            checks += powers
            almighty = bool(powers) and session.run(ADMIN)[0][0]
            for name in names:
                checks += _role(session, name, owner, admin[0] if admin else "", almighty=almighty)
    except logins.LoginRefusedError:
        checks.append(logins.stale(admins=admin is not None))
    except TargetError as error:
        checks.append(found("reach", well=False, bad=error.message, fix=error.fix or ""))
    return checks


def _powers(session: pg.Session, admin: str) -> list[Check]:
    [(_, changes, signals, sees)] = session.run(ADMIN)
    return [
        found(
            "may change passwords", well=changes, good="it has CREATEROLE",
            bad="the admin has no CREATEROLE", fix=pg.text("ALTER ROLE {} CREATEROLE", admin),
        ),
        found(
            "may end sessions", well=signals, good="it has pg_signal_backend",
            bad="sessions of a retired password would go on",
            fix=pg.text("GRANT pg_signal_backend TO {}", admin),
        ),
        found(
            "sees sessions", well=sees, good="it has pg_read_all_stats",
            bad="who uses the old password would not be seen",
            fix=pg.text("GRANT pg_read_all_stats TO {}", admin),
        ),
    ]  # fmt: skip


def _role(session: pg.Session, name: str, owner: str, admin: str, *, almighty: bool) -> list[Check]:
    rows = session.run(ROLE, owner, owner, name)
    what = f"role {name}"
    if not rows:
        group = pg.text(" IN ROLE {}", owner) if owner else ""
        return [
            found(what, well=False, bad="there is no such role",
                  fix=pg.text("CREATE ROLE {} LOGIN", name) + group),
        ]  # fmt: skip
    [(logs_in, is_super, expired, reached, acts)] = rows
    if not (logs_in or admin):  # an admin opens it with the next password
        return [
            found(
                what, well=False, bad="it may not log in", fix=pg.text("ALTER ROLE {} LOGIN", name)
            )
        ]
    if expired:
        fix = pg.text("ALTER ROLE {} VALID UNTIL 'infinity'", name)
        return [found(what, well=False, bad="it is past its VALID UNTIL", fix=fix)]
    if admin and is_super and not almighty:
        fix = pg.text("ALTER ROLE {} NOSUPERUSER", name)
        return [found(what, well=False, bad="it is a superuser, and the admin is none", fix=fix)]
    if admin and not almighty and not reached:
        fix = pg.text("GRANT {} TO {} WITH ADMIN OPTION", name, admin)
        return [found(what, well=False, bad="the admin may not change it", fix=fix)]
    if owner and not acts:
        fix = pg.text("GRANT {} TO {}; ALTER ROLE {} SET ROLE {}", owner, name, name, owner)
        return [found(what, well=False, bad="it does not act as the owner", fix=fix)]
    return [found(what, well=True, good="it is ready")]
