"""Who asks, what they may ask for, and the grants that say so. Values only; no decisions.

Every name here has one spelling. What is not spelled that way is refused where it enters,
since two spellings of one name are two decisions of the access rules.
"""

import ipaddress
import re
import unicodedata
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

from strongroom.errors import InvalidError
from strongroom.model.address import is_path

ID_BYTES: Final = 16
NAME_CHARS_MAX: Final = 128
ROLES_MAX: Final = 64
PATTERNS_MAX: Final = 64
SOURCES_MAX: Final = 64
APPROVALS_MAX: Final = 16
ANYWHERE: Final = "*"

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,127}")


class Kind(StrEnum):
    """What sort of principal."""

    PERSON = "person"
    WORKLOAD = "workload"
    SYSTEM = "system"  # the room's own loops, e.g. the one that rotates


class Verb(StrEnum):
    """What can be asked for."""

    __hash__ = str.__hash__  # equal to its text, so of its hash; the default is ten times slower

    METADATA = "metadata"  # names, owners, dates: everything but the value
    READ = "read"
    WRITE = "write"
    ROTATE = "rotate"
    DESTROY = "destroy"
    EXPORT = "export"
    SHARE = "share"
    CONTAIN = "contain"  # freeze, revoke, kill
    APPROVE = "approve"
    ADMINISTER = "administer"  # principals, grants, tokens, policy, seals
    AUDIT = "audit"  # the log and the evidence


TICK_VERBS: Final = frozenset({Verb.METADATA, Verb.READ, Verb.WRITE, Verb.ROTATE})
"""What a tick in the access matrix of the policy means."""

VALUE_VERBS: Final = frozenset(
    {Verb.READ, Verb.WRITE, Verb.ROTATE, Verb.DESTROY, Verb.EXPORT, Verb.SHARE}
)
"""What delivers, changes or ends a value, and so what a freeze stops."""


class Effect(StrEnum):
    """What a grant does."""

    ALLOW = "allow"
    DENY = "deny"


class Principal(Struct, frozen=True):
    """A person, a workload, or a part of the room.

    `id` is 16 random bytes, the pseudonym in the audit log; `name` is lower-case ASCII.
    `roles` are spelled as the policy spells them. A workload is bound: outside of
    `environment` and `patterns` nothing is allowed to it, whatever its grants say; the
    binding itself allows nothing.
    """

    id: bytes
    kind: Kind
    name: str
    roles: frozenset[str] = frozenset()
    environment: str | None = None
    patterns: tuple[str, ...] = ()
    disabled: bool = False

    def __post_init__(self) -> None:
        """Refuse what is not spelled canonically.

        Raises:
            InvalidError: `principal-invalid`; the message says which rule is broken.
        """
        if len(self.id) != ID_BYTES or not any(self.id):
            raise _bad_principal("its id is 16 bytes and not zero")
        if not _NAME.fullmatch(self.name):
            raise _bad_principal(
                f"its name is 1 to {NAME_CHARS_MAX} of a-z0-9._@+-, not ._@+- first"
            )
        if len(self.roles) > ROLES_MAX or not all(is_role(role) for role in self.roles):
            raise _bad_principal(
                "a role has no space at its ends, no control characters, and is NFC"
            )
        bound = self.environment is not None or bool(self.patterns)
        if self.kind is not Kind.WORKLOAD:
            if bound:
                raise _bad_principal("only a workload is bound to an environment")
        elif self.environment is None or not is_environment(self.environment):
            raise _bad_principal("a workload is bound to one environment")
        elif not 1 <= len(self.patterns) <= PATTERNS_MAX or not all(map(is_pattern, self.patterns)):
            raise _bad_principal("a workload is bound to 1 to 64 paths, such as api/KEY or api/*")


class Conditions(Struct, frozen=True):
    """What must hold besides, for an allowing grant to count.

    `approvals` is how many others must have agreed to this very request. `uses_left` is
    None for no limit; 0 is used up. `sources` are networks such as `10.0.0.0/8`; none
    means from anywhere. On a denying grant only `sources` has a meaning.
    """

    reason_required: bool = False
    approvals: int = 0
    uses_left: int | None = None
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            InvalidError: `grant-invalid`.
        """
        if not 0 <= self.approvals <= APPROVALS_MAX:
            raise _bad_grant(f"approvals are 0 to {APPROVALS_MAX}")
        if self.uses_left is not None and self.uses_left < 0:
            raise _bad_grant("uses left cannot be negative")
        if len(self.sources) > SOURCES_MAX or not all(map(is_network, self.sources)):
            raise _bad_grant("a source is a network such as 10.0.0.0/8, its host bits zero")


class Grant(Struct, frozen=True):
    """One rule for one principal or one role: these verbs, in this environment, on these paths.

    Exactly one of `principal` (an id) and `role` is set. `environment` is an id or `*`;
    `pattern` is a path, a prefix such as `api/*`, or `*`. It counts from `not_before_us`
    until just before `expires_at_us` (microseconds since 1970 in UTC; None: no such bound).
    """

    id: bytes
    effect: Effect
    verbs: frozenset[Verb]
    environment: str
    pattern: str
    principal: bytes | None = None
    role: str | None = None
    not_before_us: int | None = None
    expires_at_us: int | None = None
    conditions: Conditions = field(default_factory=Conditions)

    def __post_init__(self) -> None:
        """Refuse what cannot be meant; a grant of nothing, or to nobody, is a mistake.

        Raises:
            InvalidError: `grant-invalid`; the message says which rule is broken.
        """
        if len(self.id) != ID_BYTES:
            raise _bad_grant("its id is 16 bytes")
        if not self.verbs:
            raise _bad_grant("it names no verb")
        if (self.principal is None) == (self.role is None):
            raise _bad_grant("it is for one principal or for one role")
        if self.principal is not None and len(self.principal) != ID_BYTES:
            raise _bad_grant("a principal's id is 16 bytes")
        if self.role is not None and not is_role(self.role):
            raise _bad_grant("a role has no space at its ends, no control characters, and is NFC")
        if self.environment != ANYWHERE and not is_environment(self.environment):
            raise _bad_grant("its environment is an id or *")
        if not is_pattern(self.pattern):
            raise _bad_grant("its paths are one path, or a prefix such as api/*, or *")
        start, end = self.not_before_us, self.expires_at_us
        if start is not None and end is not None and start >= end:
            raise _bad_grant("it ends before it begins")
        kept = self.conditions
        if self.effect is Effect.DENY and (
            kept.reason_required or kept.approvals or kept.uses_left is not None
        ):
            raise _bad_grant("a denial cannot depend on reasons, approvals or uses")


def is_role(role: str) -> bool:
    """Whether this is how a role may be spelled; scripts other than Latin are welcome."""
    return (
        0 < len(role) <= NAME_CHARS_MAX
        and role == role.strip()
        and role.isprintable()
        and unicodedata.is_normalized("NFC", role)
    )


def is_environment(environment: str) -> bool:
    """Whether this can be the id of an environment."""
    return "/" not in environment and is_path(environment)


def is_pattern(pattern: str) -> bool:
    """A path, a prefix `a/b/*`, or `*`. A star stands nowhere else: nothing to backtrack in."""
    return pattern == ANYWHERE or is_path(pattern.removesuffix("/*"))


def is_network(text: str) -> bool:
    """Whether this is the one spelling of an IPv4 or IPv6 network."""
    try:
        return str(ipaddress.ip_network(text)) == text
    except ValueError:
        return False


def _bad_principal(why: str) -> InvalidError:
    return InvalidError("principal-invalid", f"not a principal: {why}")


def _bad_grant(why: str) -> InvalidError:
    return InvalidError("grant-invalid", f"not a grant: {why}")
