"""Who may: principals, their roles, grants and tokens."""

from typing import Final, NamedTuple

from strongroom.db.interface import Db
from strongroom.db.tables.table import Table


class PrincipalRow(NamedTuple):
    """A person, a workload, or a part of the room. Lists are texts, one item a line."""

    id: bytes
    kind: str
    name: str
    roles: str
    environment: str | None
    patterns: str
    disabled: int
    denials: int
    created_us: int
    created_by: bytes
    mac: bytes = b""
    change_seq: int = 0


class RoleRow(NamedTuple):
    """A role, and how many denying grants name it."""

    name: str
    denials: int
    mac: bytes = b""
    change_seq: int = 0


class GrantRow(NamedTuple):
    """One rule for one principal or one role. Revoked rows stay."""

    id: bytes
    effect: str
    principal_id: bytes | None
    role: str | None
    verbs: str
    environment: str
    pattern: str
    not_before_us: int | None
    expires_us: int | None
    reason_required: int
    approvals: int
    uses_left: int | None
    sources: str
    revoked: int
    why: str
    created_us: int
    created_by: bytes
    mac: bytes = b""
    change_seq: int = 0


class TokenRow(NamedTuple):
    """A token that was given out. `lookup` is a keyed hash of it, never the token."""

    id: bytes
    lookup: bytes
    principal_id: bytes
    name: str
    revoked: int
    uses_left: int | None
    created_us: int
    created_by: bytes
    expires_us: int
    mac: bytes = b""
    change_seq: int = 0


PRINCIPAL: Final = Table("principal", PrincipalRow)
ROLE: Final = Table("role", RoleRow)
GRANT: Final = Table("grant_", GrantRow)
TOKEN: Final = Table("token", TokenRow)


def principal_named(db: Db, name: str) -> PrincipalRow | None:
    """The principal of this name, or None."""
    rows = PRINCIPAL.where(db, "WHERE name = ?", (name,))
    return rows[0] if rows else None


def principals(db: Db) -> list[PrincipalRow]:
    """All of them, by name."""
    return PRINCIPAL.where(db, "ORDER BY name")


def grants_to_principal(db: Db, principal_id: bytes) -> list[GrantRow]:
    """Every grant that names the principal, revoked ones too, by id."""
    return GRANT.where(db, "WHERE principal_id = ? ORDER BY id", (principal_id,))


def grants_to_role(db: Db, role: str) -> list[GrantRow]:
    """Every grant that names the role, revoked ones too, by id."""
    return GRANT.where(db, "WHERE role = ? ORDER BY id", (role,))


def token_by_lookup(db: Db, lookup: bytes) -> TokenRow | None:
    """The token with this keyed hash, or None."""
    rows = TOKEN.where(db, "WHERE lookup = ?", (lookup,))
    return rows[0] if rows else None


def tokens_of(db: Db, principal_id: bytes) -> list[TokenRow]:
    """Every token of the principal, revoked and ended ones too, oldest first."""
    return TOKEN.where(db, "WHERE principal_id = ? ORDER BY created_us, id", (principal_id,))
