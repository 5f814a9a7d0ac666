"""Principals, their roles, and the grants that say what they may do."""

from dataclasses import dataclass

from msgspec.structs import replace

from strongroom.db.tables import people
from strongroom.db.tables.people import GRANT, PRINCIPAL, ROLE, GrantRow, PrincipalRow, RoleRow
from strongroom.errors import ConflictError, NotFoundError
from strongroom.gate.rows import bounded, grant_row, missing, principal_row
from strongroom.gate.writer import Applied, Change, Writer
from strongroom.model.principal import ANYWHERE, Effect, Grant, Principal, Verb


@dataclass(frozen=True)
class AddPrincipal(Change):
    """Make somebody known to the room. It may do what its roles and later grants say."""

    principal: Principal

    def apply(self, to: Writer) -> Applied:
        """Add the principal, and each role that is new.

        Raises:
            ConflictError: `principal-exists`, by name or id.
        """
        who = self.principal
        if people.principal_named(to.db, who.name) or to.load(PRINCIPAL, who.id):
            raise ConflictError("principal-exists", "there is a principal of that name already")
        _add_roles(to, who.roles)
        row = principal_row(who, denials=0, created_us=to.now_us, created_by=to.actor)
        to.insert(PRINCIPAL, row)
        return _applied(who)


@dataclass(frozen=True)
class ChangePrincipal(Change):
    """Other roles, another binding, disabled or not: all of it as `principal` now says.

    Its kind and its id stay. It counts as restricting, since it may be.
    """

    principal: Principal

    restricts = True

    def apply(self, to: Writer) -> Applied:
        """Write the principal's row, and add each role that is new.

        Raises:
            NotFoundError: `principal-unknown`.
            ConflictError: `principal-exists`, another of that name; `principal-kind`.
        """
        who = self.principal
        row = _principal(to, who.id)
        namesake = people.principal_named(to.db, who.name)
        if namesake is not None and namesake.id != who.id:
            raise ConflictError("principal-exists", "there is a principal of that name already")
        if row.kind != who.kind.value:
            raise ConflictError("principal-kind", "a principal stays of its kind")
        _add_roles(to, who.roles)
        to.update(
            PRINCIPAL,
            principal_row(
                who, denials=row.denials, created_us=row.created_us, created_by=row.created_by
            ),
        )
        return _applied(who)


@dataclass(frozen=True)
class DisablePrincipal(Change):
    """End everything that a principal may do, at once."""

    principal_id: bytes

    verb = Verb.CONTAIN
    urgent = True
    restricts = True

    def apply(self, to: Writer) -> Applied:
        """Set the mark; again is no error. `ChangePrincipal` takes it off.

        Raises:
            NotFoundError: `principal-unknown`.
        """
        row = _principal(to, self.principal_id)
        to.update(PRINCIPAL, row._replace(disabled=1))
        return Applied(kind="principal", object_id=row.id, detail={"object": row.name})


@dataclass(frozen=True)
class AddGrant(Change):
    """Let a principal or a role do something, or deny it."""

    grant: Grant
    why: str = ""

    @property
    def restricts(self) -> bool:  # type: ignore[override]
        """A denial takes something away."""
        return self.grant.effect is Effect.DENY

    @property
    def environment(self) -> str | None:
        """Where the grant counts: who administers one environment cannot grant elsewhere."""
        return None if self.grant.environment == ANYWHERE else self.grant.environment

    def apply(self, to: Writer) -> Applied:
        """Add the grant; a denying one is counted where it is named.

        Raises:
            NotFoundError: `principal-unknown`.
            ConflictError: `grant-exists`.
            InvalidError: `text-invalid`.
        """
        grant = self.grant
        if to.load(GRANT, grant.id) is not None:
            raise ConflictError("grant-exists", "there is a grant of that id already")
        if grant.role is not None:
            _add_roles(to, frozenset({grant.role}))
        else:
            _principal(to, grant.principal or b"")
        row = grant_row(
            grant, why=bounded(self.why, "a reason"), created_us=to.now_us, created_by=to.actor
        )
        to.insert(GRANT, row)
        if grant.effect is Effect.DENY:
            _count(to, row, 1)
        return Applied(grant.id, kind="grant", object_id=grant.id)


@dataclass(frozen=True)
class RevokeGrant(Change):
    """End a grant. Its row stays. Again is no error."""

    grant_id: bytes

    verb = Verb.CONTAIN
    urgent = True
    restricts = True

    def apply(self, to: Writer) -> Applied:
        """Mark the grant revoked.

        Raises:
            NotFoundError: `grant-unknown`.
            DeniedError: never here; lifting a denial is `LiftDenial`.
            ConflictError: `grant-denies`.
        """
        row = _grant(to, self.grant_id)
        if row.effect == Effect.DENY.value:
            raise ConflictError("grant-denies", "that grant denies; lifting it allows something")
        to.update(GRANT, row._replace(revoked=1))
        return Applied(kind="grant", object_id=row.id)


@dataclass(frozen=True)
class LiftDenial(Change):
    """End a grant that denies, which allows something: it needs `administer`."""

    grant_id: bytes

    def apply(self, to: Writer) -> Applied:
        """Mark the grant revoked and count one denial less.

        Raises:
            NotFoundError: `grant-unknown`.
            ConflictError: `grant-allows`, `grant-revoked`.
        """
        row = _grant(to, self.grant_id)
        if row.effect != Effect.DENY.value:
            raise ConflictError("grant-allows", "that grant denies nothing")
        if row.revoked:
            raise ConflictError("grant-revoked", "that grant was revoked already")
        to.update(GRANT, row._replace(revoked=1))
        _count(to, row, -1)
        return Applied(kind="grant", object_id=row.id)


def spend_grant(to: Writer, grant_id: bytes) -> None:
    """Take one use of a grant whose uses are counted; it was found usable in this lock."""
    row = _grant(to, grant_id)
    to.update(GRANT, row._replace(uses_left=(row.uses_left or 0) - 1))


def with_roles(principal: Principal, roles: frozenset[str]) -> ChangePrincipal:
    """The change that gives a principal exactly these roles."""
    return ChangePrincipal(replace(principal, roles=roles))


def _principal(to: Writer, principal_id: bytes) -> PrincipalRow:
    row = to.load(PRINCIPAL, principal_id)
    if row is None:
        raise NotFoundError("principal-unknown", "there is no such principal")
    return row


def _grant(to: Writer, grant_id: bytes) -> GrantRow:
    row = to.load(GRANT, grant_id)
    if row is None:
        raise NotFoundError("grant-unknown", "there is no such grant")
    return row


def _add_roles(to: Writer, names: frozenset[str]) -> None:
    for name in sorted(names):
        if to.load(ROLE, name) is None:
            to.insert(ROLE, RoleRow(name, 0))


def _count(to: Writer, grant: GrantRow, by: int) -> None:
    if grant.principal_id is not None:
        row = _principal(to, grant.principal_id)
        to.update(PRINCIPAL, row._replace(denials=row.denials + by))
    else:
        role = to.load(ROLE, grant.role or "")
        if role is None:
            raise missing("the row of a role")
        to.update(ROLE, role._replace(denials=role.denials + by))


def _applied(who: Principal) -> Applied:
    return Applied(who.id, kind="principal", object_id=who.id, detail={"object": who.name})
