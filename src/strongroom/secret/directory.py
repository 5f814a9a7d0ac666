"""Who is there to answer for a secret: people of the room, teams of the policy (P-10.3). Pure."""

import re
from collections.abc import Iterable
from typing import Final

from strongroom.model.policy import Policy
from strongroom.model.principal import Kind, Principal

_BESIDE: Final = re.compile(r"(?P<person>[^()]*\S)\s*\((?P<team>[^()]+)\)")
_JOINTS: Final = ("", ".", "-", "_")
LIVE, DISABLED, UNKNOWN, TEAM, TEAM_EMPTY = (
    "known to the room",
    "disabled in the room",
    "not known to the room or the policy",
    "a team of the policy",
    "a team of the policy with nobody in the room",
)


class Directory:
    """Everybody who can own something: people of the room, teams of the policy."""

    def __init__(self, policy: Policy, people: Iterable[Principal]) -> None:
        self._people = {p.name: p for p in people if p.kind is Kind.PERSON}
        manned = {r.casefold() for p in self._people.values() if not p.disabled for r in p.roles}
        teams = (*policy.access.roles, *policy.review.approvers, *(c.name for c in policy.contacts))
        # A team that is only a contact has no members in the room, and needs none.
        self._teams = {t.casefold(): t for t in (*teams, policy.owner or "") if t.strip()}
        roles = {r.casefold() for r in policy.access.roles}
        self._empty = {t for t in self._teams if t in roles and t not in manned}
        self._contacts = {c.name.casefold(): c.address for c in policy.contacts}

    def standing(self, name: str) -> tuple[str, str | None, str | None]:
        """How the owner called `name` stands, his name in the room, and his team.

        A person may stand beside a team, as in `J. Doe (DevOps)`: the person then counts.
        """
        person, team = self._person(name), self._team(name)
        beside = _BESIDE.fullmatch(name.strip())
        if beside:
            person, team = self._person(beside["person"]), self._team(beside["team"])
        if person is not None:
            return (DISABLED if person.disabled else LIVE), person.name, team
        if beside or team is None:
            return UNKNOWN, None, team
        return (TEAM_EMPTY if team.casefold() in self._empty else TEAM), None, team

    def contact(self, name: str, team: str | None) -> str | None:
        """How to reach him, as the policy says it."""
        return self._contacts.get(name.casefold()) or self._contacts.get((team or "").casefold())

    def _person(self, name: str) -> Principal | None:
        words = name.casefold().split()
        spelled = (joint.join(words) for joint in _JOINTS)
        return next((self._people[s] for s in spelled if s in self._people), None)

    def _team(self, name: str) -> str | None:
        return self._teams.get(name.strip().casefold())


def is_orphaned(standing: str) -> bool:
    """Whether nobody who is there answers for the secrets of an owner who stands so."""
    return standing in {DISABLED, UNKNOWN, TEAM_EMPTY}
