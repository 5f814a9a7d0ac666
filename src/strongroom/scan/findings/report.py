"""What a scan came to: everything that a reporter shows. No value is in it."""

from typing import TYPE_CHECKING, NamedTuple

from strongroom.scan.model import Leak, NotScanned

if TYPE_CHECKING:
    from datetime import date


class Accepted(NamedTuple):
    """A leak that the baseline accepts, and its terms."""

    leak: Leak
    reason: str
    owner: str = ""
    expires: "date | None" = None


class Report(NamedTuple):
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
