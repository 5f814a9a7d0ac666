"""Whom the room knows and what is granted, for people and machines to look at."""

from dataclasses import dataclass

from strongroom.db.tables.people import GrantRow
from strongroom.gate.views import ListGrants
from strongroom.ops.local import Local, done
from strongroom.ops.room import principals


@dataclass(frozen=True, slots=True)
class PrincipalShown:
    """Somebody whom the room knows; `bound` is where a workload stays."""

    name: str
    kind: str
    roles: tuple[str, ...]
    bound: tuple[str, ...]
    disabled: bool


@dataclass(frozen=True, slots=True)
class GrantShown:
    """A grant. `until_us` is microseconds since 1970 UTC; `state` is one of four.

    `in force`, `revoked`, `ended` (its time is over), `used up`.
    """

    id: str
    effect: str
    to: str
    verbs: str
    where: str
    until_us: int | None
    state: str
    why: str


def people(room: Local) -> list[PrincipalShown]:
    """Everybody whom the room knows, by name."""
    return [
        PrincipalShown(
            name=p.name,
            kind=p.kind.value,
            roles=tuple(sorted(p.roles)),
            bound=tuple(f"{p.environment}/{pattern}" for pattern in p.patterns),
            disabled=p.disabled,
        )
        for p in principals(room)
    ]


def rules(room: Local) -> list[GrantShown]:
    """Every grant, those that are over too, oldest first."""
    names, now_us = {p.id: p.name for p in principals(room)}, room.now_us()
    return [
        GrantShown(
            id=row.id.hex(),
            effect=row.effect,
            to=f"role {row.role}" if row.role else names.get(row.principal_id or b"", "?"),
            verbs=row.verbs,
            where=f"{row.environment}/{row.pattern}",
            until_us=row.expires_us,
            state=_state(row, now_us),
            why=row.why,
        )
        for row in grants(room)
    ]


def grants(room: Local) -> list[GrantRow]:
    """Every grant as its row says it, revoked ones too, oldest first."""
    found = done(room.gate.look(room.caller, ListGrants()))
    assert isinstance(found, list)
    return found


def _state(row: GrantRow, now_us: int) -> str:
    if row.revoked:
        return "revoked"
    if row.expires_us is not None and row.expires_us <= now_us:
        return "ended"
    return "used up" if row.uses_left == 0 else "in force"
