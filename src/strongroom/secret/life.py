"""How a secret stands in time: rotated when, due when, and what it is in. Pure; days are days.

Nothing is computed by months: 90 days after November 30 is February 28 (C-23).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from strongroom.gate.survey import Seen
from strongroom.model.policy import SecretType
from strongroom.secret.terms import DAY_US, due_us

DUE_DAYS: Final = 14  # how long before its end a secret counts as due


class Status(StrEnum):
    """What there is to say of a secret, the worst of it."""

    COMPROMISED = "compromised"
    EXPIRED = "expired"
    OVERDUE = "overdue"
    NO_VALUE = "no value"
    FROZEN = "frozen"
    DUE = "due"
    REVIEW = "review due"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Life:
    """The dates of a secret in microseconds since 1970 UTC, None where there is none.

    `next_us` is when it must have been rotated; for what only a compromise rotates, when its
    owner says again that it is needed and has not leaked (C-2). `days_left` counts whole days
    until then, negative once it has passed.
    """

    last_us: int | None
    next_us: int | None
    on_compromise: bool
    expires_us: int | None
    days_left: int | None
    status: Status


def life(
    seen: Seen,
    type_: SecretType | None,
    now_us: int,
    *,
    frozen: bool = False,
    due_days: int = DUE_DAYS,
) -> Life:
    """How `seen`, of the policy's `type_`, stands at `now_us`; `frozen`: its environment is."""
    version = seen.version
    on_compromise = type_ is not None and type_.rotation_days is None
    planned = seen.schedule.next_us if seen.schedule is not None else None
    if version is None:
        status = Status.FROZEN if frozen or seen.secret.frozen else Status.NO_VALUE
        left = None if planned is None else (planned - now_us) // DAY_US
        return Life(None, planned, on_compromise, None, left, status)
    next_us = due_us(version.created_us, version.expires_us, type_, planned)
    if version.compromised:
        status = Status.COMPROMISED
    elif now_us > version.expires_us:
        status = Status.EXPIRED
    elif now_us > next_us:
        status = Status.OVERDUE
    elif frozen or seen.secret.frozen:
        status = Status.FROZEN
    elif now_us >= next_us - due_days * DAY_US:
        status = Status.REVIEW if on_compromise else Status.DUE
    else:
        status = Status.OK
    return Life(
        version.created_us,
        next_us,
        on_compromise,
        version.expires_us,
        (next_us - now_us) // DAY_US,
        status,
    )
