"""Who answers for what, and whether he is still there (P-10.3, C-28). Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from strongroom.secret.directory import Directory, is_orphaned


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who answers for secrets. `person` is a name in the room, `team` one of the policy.

    `orphaned` says that nobody who is there answers for them; `standing` says how he stands.
    """

    name: str
    person: str | None
    team: str | None
    standing: str
    orphaned: bool
    contact: str | None
    backups: tuple[str, ...]
    secrets: int
    without_backup: int


def owners(owned: Sequence[tuple[str, str]], directory: Directory) -> tuple[Owner, ...]:
    """Every owner, orphaned ones first, then by name; `owned` has owner and backup of each secret."""
    backups: Mapping[str, list[str]] = defaultdict(list)
    for name, backup in owned:
        backups[name].append(backup)
    found = []
    for name, theirs in backups.items():
        standing, person, team = directory.standing(name)
        found.append(
            Owner(
                name=name,
                person=person,
                team=team,
                standing=standing,
                orphaned=is_orphaned(standing),
                contact=directory.contact(name, team),
                backups=tuple(sorted({b for b in theirs if b})),
                secrets=len(theirs),
                without_backup=sum(not b for b in theirs),
            )
        )
    return tuple(sorted(found, key=lambda o: (not o.orphaned, o.name.casefold())))
