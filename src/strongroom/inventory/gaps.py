"""Types of the policy against its environments: what nobody keeps a secret of (C-24). Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from strongroom.model.policy import Policy, SecretType, Tier


@dataclass(frozen=True, slots=True)
class Gap:
    """A type of the policy in one of its environments, and how many secrets of it there are.

    `missing` says that there should be one; `perhaps` why it may be fine that there is none.
    """

    type: str
    type_id: str
    environment: str
    secrets: int
    missing: bool
    perhaps: str


def gaps(policy: Policy, kept: Iterable[tuple[str, str]], places: Iterable[str]) -> tuple[Gap, ...]:
    """Each type in each environment of `places`; `kept` has environment and type of each secret."""
    there = Counter(kept)
    wanted = set(places)
    return tuple(
        Gap(
            type_.name,
            type_.id,
            place.name,
            there[place.id, type_.id],
            missing=not there[place.id, type_.id] and place.tier is not Tier.WEAK,
            perhaps="" if there[place.id, type_.id] else _perhaps(type_, place.tier),
        )
        for type_ in policy.types
        for place in policy.environments
        if place.id in wanted
    )


def _perhaps(type_: SecretType, tier: Tier) -> str:
    if tier is Tier.WEAK:
        return "development may do with values of a .env file"
    if type_.service is not None:
        return f"{type_.service} may not be used there"
    if type_.rotation_days is None:
        return "it may not be used there"
    return "it may be part of another secret, such as a URL, or not be used there"
