"""Operations on access: principals, grants, and why somebody may or may not."""

from dataclasses import dataclass
from typing import Final

from strongroom.access.explain import Explanation, Holder
from strongroom.access.facts import Request
from strongroom.crypto.keyring import new_id
from strongroom.errors import InvalidError, NotFoundError
from strongroom.gate import inspect
from strongroom.gate.changes.people import (
    AddGrant,
    AddPrincipal,
    DisablePrincipal,
    LiftDenial,
    RevokeGrant,
)
from strongroom.gate.writer import Change
from strongroom.model.address import Address
from strongroom.model.policy import Access, Policy
from strongroom.model.principal import (
    ANYWHERE,
    ID_BYTES,
    Conditions,
    Effect,
    Grant,
    Kind,
    Principal,
    Verb,
)
from strongroom.ops.local import Local, done

DAY_US: Final = 24 * 3600 * 1_000_000
ID_CHARS_MIN: Final = 6
DAYS_MAX: Final = 3_650
USES_MAX: Final = 1_000_000
NOBODY: Final = bytes(ID_BYTES)


@dataclass(frozen=True, slots=True)
class PrincipalRequest:
    """Somebody to make known: a person with roles, or a workload bound to one environment."""

    name: str
    roles: tuple[str, ...] = ()
    environment: str | None = None
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GrantRequest:
    """A grant to a principal (by name) or a role: these verbs, there, on these paths."""

    verbs: tuple[str, ...]
    environment: str = ANYWHERE
    pattern: str = ANYWHERE
    principal: str | None = None
    role: str | None = None
    deny: bool = False
    days: int | None = None
    reason_required: bool = False
    approvals: int = 0
    uses: int | None = None
    sources: tuple[str, ...] = ()
    why: str = ""


def add(room: Local, request: PrincipalRequest) -> Principal:
    """Make a principal known to the room.

    Raises:
        InvalidError: `principal-invalid`, `role-unknown`, `environment-unknown`.
        ConflictError: `principal-exists`.
    """
    for role in request.roles:
        known_role(room.policy, role)
    workload = request.environment is not None
    if request.environment is not None:
        _known_environment(room, request.environment)
    try:
        who = Principal(
            new_id(),
            Kind.WORKLOAD if workload else Kind.PERSON,
            request.name,
            frozenset(request.roles),
            request.environment,
            request.paths or ((ANYWHERE,) if workload else ()),
        )
    except InvalidError as error:
        error.fix = (
            "a user of this machine whose name is not so spelled is called uid-NUMBER, by `id -u`"
        )
        raise
    done(room.gate.change(room.caller, AddPrincipal(who)))
    return who


def disable(room: Local, name: str) -> None:
    """End everything that a principal may do, at once.

    Raises:
        NotFoundError: `principal-unknown`.
    """
    _make(room, DisablePrincipal(_id_of(room, name)))


def grant(room: Local, request: GrantRequest) -> Grant:
    """Let somebody do something, or deny it.

    Raises:
        InvalidError: `verb-unknown`, `grant-invalid`, `days-invalid`, `uses-invalid`,
            `role-unknown`, `environment-unknown`.
        NotFoundError: `principal-unknown`.
    """
    if request.role is not None:
        known_role(room.policy, request.role)
    if request.environment != ANYWHERE:
        _known_environment(room, request.environment)
    if request.days is not None and not 1 <= request.days <= DAYS_MAX:
        raise InvalidError(
            "days-invalid",
            f"a grant ends after 1 to {DAYS_MAX:,} days",
            fix="leave it out for a grant that only a revocation ends",
        )
    if request.uses is not None and not 1 <= request.uses <= USES_MAX:
        raise InvalidError("uses-invalid", f"a grant has 1 to {USES_MAX:,} uses")
    ends = None if request.days is None else room.now_us() + request.days * DAY_US
    made = Grant(
        id=new_id(),
        effect=Effect.DENY if request.deny else Effect.ALLOW,
        verbs=frozenset(map(verb, request.verbs)),
        environment=request.environment,
        pattern=request.pattern,
        principal=None if request.principal is None else _id_of(room, request.principal),
        role=request.role,
        expires_at_us=ends,
        conditions=Conditions(
            request.reason_required, request.approvals, request.uses, request.sources
        ),
    )
    _make(room, AddGrant(made, request.why))
    return made


def revoke(room: Local, id_start: str) -> str:
    """End a grant, or lift a denial; its id in hex. The beginning of an id is enough.

    Raises:
        NotFoundError: `grant-unknown`. InvalidError: `grant-ambiguous`.
    """
    rows = room.gate.consult(lambda desk: inspect.grants_from(desk, id_start.lower()))
    if len(id_start) < ID_CHARS_MIN or len(rows) > 1:
        raise InvalidError(
            "grant-ambiguous",
            f"give {ID_CHARS_MIN} or more characters of one grant's id",
            fix="`strongroom access list --json` shows whole ids",
        )
    # An id that nobody has goes through the gate too: who may not revoke is refused, and on record.
    id_, denies = (rows[0].id, rows[0].effect == Effect.DENY) if rows else (NOBODY, False)
    _make(room, LiftDenial(id_) if denies else RevokeGrant(id_))
    return id_.hex()


def matrix(room: Local) -> Access:
    """The access matrix of the policy in force."""
    return room.policy.access


def why(
    room: Local, verb_: str, address: Address, *, principal: str | None = None, reason: bool = False
) -> Explanation:
    """Why somebody may or may not; oneself without a record, others as an administrator.

    Raises:
        NotFoundError: `principal-unknown`. InvalidError: `verb-unknown`.
    """
    request = Request(verb(verb_), address.environment, address.path, room.caller.source, reason)
    if principal is None or principal == room.user:
        me = room.caller.principal
        return room.gate.consult(lambda desk: inspect.why(desk, None, me, request))
    found = done(room.gate.look(room.caller, inspect.Why(principal, request)))
    assert isinstance(found, Explanation)
    return found


def who(room: Local, verb_: str, address: Address) -> list[Holder]:
    """Who may do that now, by name."""
    request = Request(verb(verb_), address.environment, address.path)
    found = done(room.gate.look(room.caller, inspect.Who(request)))
    assert isinstance(found, list)
    return found


def verb(text: str) -> Verb:
    """The verb of that name.

    Raises:
        InvalidError: `verb-unknown`.
    """
    if text not in set(Verb):
        raise InvalidError("verb-unknown", f"a verb is one of {', '.join(Verb)}")
    return Verb(text)


def _id_of(room: Local, name: str) -> bytes:
    """The principal's id; of nobody where there is none.

    Whether there is one is said by the change, and only to who may make it: the security
    team contains, and lists nobody.
    """
    return room.gate.consult(lambda desk: inspect.id_of(desk, name)) or NOBODY


def _make(room: Local, change: Change) -> None:
    try:
        done(room.gate.change(room.caller, change))
    except NotFoundError as error:
        error.fix = "`strongroom access list` shows those it knows"
        raise


def known_role(policy: Policy, role: str) -> None:
    """Check the name of a role.

    Raises:
        InvalidError: `role-unknown`.
    """
    if role not in policy.access.roles:
        raise InvalidError(
            "role-unknown",
            "the policy has no role of that name (P-1.6)",
            fix=f"one of {', '.join(policy.access.roles)}",
        )


def _known_environment(room: Local, id_: str) -> None:
    ids = [e.id for e in room.policy.environments]
    if id_ not in ids:
        raise InvalidError(
            "environment-unknown",
            "the policy has no environment of that id",
            fix=f"one of {', '.join(ids)}",
        )
