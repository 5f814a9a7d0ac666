"""Whether one grant speaks about one request, and if not, why not."""

import ipaddress
from enum import StrEnum
from functools import lru_cache

from strongroom.access.facts import Facts, Request
from strongroom.model.address import is_path
from strongroom.model.principal import ANYWHERE, Effect, Grant, is_environment


class Standing(StrEnum):
    """How a grant stands to a request."""

    APPLIES = "applies"
    OTHER_VERB = "other-verb"
    ELSEWHERE = "elsewhere"
    NOT_YET = "not-yet"
    EXPIRED = "expired"
    SOURCE_NOT_ALLOWED = "source-not-allowed"
    REASON_REQUIRED = "reason-required"
    USES_EXHAUSTED = "uses-exhausted"
    APPROVAL_MISSING = "approval-missing"


def standing(grant: Grant, facts: Facts, request: Request, now_us: int) -> Standing:
    """How `grant` stands to `request` at `now_us`, microseconds since 1970 in UTC.

    A permission must cover all that is asked for; a denial counts as soon as it touches
    some of it, and when it is not known whether its source condition is met.
    """
    denies = grant.effect is Effect.DENY
    if request.verb not in grant.verbs:
        return Standing.OTHER_VERB
    if not (_touches if denies else _includes)(grant, request):
        return Standing.ELSEWHERE
    if grant.not_before_us is not None and now_us < grant.not_before_us:
        return Standing.NOT_YET
    if grant.expires_at_us is not None and now_us >= grant.expires_at_us:
        return Standing.EXPIRED
    conditions = grant.conditions
    if conditions.sources:
        inside = _inside(conditions.sources, request.source)
        if not (denies if inside is None else inside):
            return Standing.SOURCE_NOT_ALLOWED
    if denies:
        return Standing.APPLIES
    if conditions.reason_required and not request.reason:
        return Standing.REASON_REQUIRED
    if conditions.uses_left == 0:
        return Standing.USES_EXHAUSTED
    if missing_approvals(grant, facts):
        return Standing.APPROVAL_MISSING
    return Standing.APPLIES


def missing_approvals(grant: Grant, facts: Facts) -> int:
    """How many more people must agree. Nobody approves for himself."""
    given = len(facts.approvals - {facts.principal.id})
    return max(0, grant.conditions.approvals - given)


def covers(pattern: str, path: str | None) -> bool:
    """Whether every path that is meant lies under `pattern`; None means all paths."""
    if pattern == ANYWHERE:
        return True
    if path is None:
        return False
    return pattern == path or (pattern.endswith("/*") and path.startswith(pattern[:-1]))


@lru_cache(maxsize=8192)
def _canonical(environment: str | None, path: str | None) -> bool:
    if environment is None:
        return path is None
    return is_environment(environment) and (path is None or is_path(path))


def is_canonical(request: Request) -> bool:
    """Whether each name of the request is spelled as names are; nothing is normalised."""
    return _canonical(request.environment, request.path)


def _includes(grant: Grant, request: Request) -> bool:
    return grant.environment in {ANYWHERE, request.environment} and covers(
        grant.pattern, request.path
    )


def _touches(grant: Grant, request: Request) -> bool:
    if request.environment is None:
        return True  # the room as a whole contains every environment
    return grant.environment in {ANYWHERE, request.environment} and (
        request.path is None or covers(grant.pattern, request.path)
    )


def _inside(sources: tuple[str, ...], source: str | None) -> bool | None:
    """Whether `source` lies in one of the networks; None when it is not a known address."""
    address = None if source is None else _address(source)
    if address is None:
        return None
    return any(address in _network(text) for text in sources)


@lru_cache(maxsize=4096)
def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # A socket that speaks both protocols writes an IPv4 peer as IPv6; it is the same peer.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


@lru_cache(maxsize=4096)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text)
