"""The terms on which a secret may be written: type, owner, expiry (P-1.8, P-10.3, C-2)."""

from typing import Final, NamedTuple

from strongroom.errors import InvalidError
from strongroom.model.policy import Policy, SecretType

DAY_US: Final = 24 * 3600 * 1_000_000
# What only a compromise rotates is attested by its owner within a year (C-2).
REVIEW_DAYS: Final = 365


class Terms(NamedTuple):
    """A secret's policy type and when the version written now expires (µs since 1970 UTC)."""

    type: SecretType
    expires_us: int


def terms(policy: Policy, type_id: str, now_us: int, *, days: int | None = None) -> Terms:
    """The terms for a version of a type that is written now; `days` until it expires.

    Raises:
        InvalidError: `type-unknown`, `expiry-too-far` (longer than the type's period, P-1.9),
            `expiry-past`.
    """
    known = find_type(policy, type_id)
    longest = longest_days(known)
    if days is None:
        days = longest
    if days < 1:
        raise InvalidError("expiry-past", "a version expires in the future (P-1.8)")
    if days > longest:
        raise InvalidError(
            "expiry-too-far",
            f"{known.id} expires within {longest} days (P-1.9)",
            fix=f"ask for {longest} days or fewer, or leave it out",
        )
    return Terms(known, now_us + days * DAY_US)


def longest_days(known: SecretType) -> int:
    """How long a version of a type may live at most (P-1.9)."""
    return known.rotation_days or REVIEW_DAYS


def due_us(
    created_us: int, expires_us: int, type_: SecretType | None, planned_us: int | None
) -> int:
    """When a version must have been replaced: the first of its end, its type's period, its plan."""
    days = longest_days(type_) if type_ else REVIEW_DAYS
    ends = [expires_us, created_us + days * DAY_US]
    return min(ends if planned_us is None else [*ends, planned_us])


def find_type(policy: Policy, type_id: str) -> SecretType:
    """The policy's type of that id.

    Raises:
        InvalidError: `type-unknown`, with those that are nearest.
    """
    known = policy.type(type_id)
    if known is None:
        import difflib  # noqa: PLC0415 - for a mistake only

        ids = [t.id for t in policy.types]
        near = difflib.get_close_matches(type_id, ids, n=3) or ids
        raise InvalidError(
            "type-unknown",
            "the policy has no type of that id (P-0.2)",
            fix=f"one of {', '.join(near)}",
        )
    return known


def owner(text: str | None) -> str:
    """An owner, as given.

    Raises:
        InvalidError: `owner-missing`, P-10.3.
    """
    if not text or not text.strip():
        raise InvalidError(
            "owner-missing", "every secret has an owner (P-10.3)", fix="name one with --owner"
        )
    return text.strip()
