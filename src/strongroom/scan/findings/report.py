"""What a scan came to: everything that a reporter shows. No value is in it."""

from dataclasses import dataclass
from datetime import date

from strongroom.scan.model import Leak, NotScanned


@dataclass(frozen=True, slots=True)
class Accepted:
    """A leak that the baseline accepts, and its terms."""

    leak: Leak
    reason: str
    owner: str = ""
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Leaks worst first, what does not count and why, what was not scanned, and how much was.

    `allowed` carry a mark at every place. `what` names the source for people. `warnings` are for
    whoever keeps marks and baselines in order.
    """

    what: str
    leaks: tuple[Leak, ...]
    accepted: tuple[Accepted, ...] = ()
    allowed: tuple[Leak, ...] = ()
    not_scanned: tuple[NotScanned, ...] = ()
    warnings: tuple[str, ...] = ()
    items: int = 0
    octets: int = 0
    rules: int = 0
    rules_sha256: str = ""
