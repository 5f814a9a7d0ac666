"""That somebody else agrees: who may, and whether there is anybody else.

Whoever the policy names as an approver has the verb `approve`, as far as his group is a role of the
room; others have it by a grant. Nobody agrees to what he arranged himself, as long as there is another
one who may. Where there is none, he may, and that is told apart.
"""

from typing import Final

from strongroom.access.decide import decide
from strongroom.access.facts import Allow, Facts, Request
from strongroom.db.tables import people
from strongroom.db.tables.people import PRINCIPAL
from strongroom.errors import DeniedError
from strongroom.gate.writer import Writer
from strongroom.model.address import Address
from strongroom.model.principal import Kind, Verb

ALONE: Final = "alone"
NAMED_MAX: Final = 5


def by(to: Writer, address: Address, arranged_by: bytes) -> str:
    """How the actor agrees to what `arranged_by` arranged for a secret: empty, or `alone`.

    That he may approve at all is decided before.

    Raises:
        DeniedError: `approval-own`; he arranged it, and somebody else may approve it.
        TamperedError: a row was changed.
    """
    if to.actor != arranged_by:
        return ""
    names = others(to, address)
    if names:
        raise DeniedError(
            "approval-own",
            "you arranged this yourself, so somebody else approves it",
            fix=f"ask {' or '.join(names[:NAMED_MAX])}",
        )
    return ALONE


def others(to: Writer, address: Address) -> list[str]:
    """The names of the people besides the actor who may approve there and then do it, in order."""
    held = to.secret(address)
    environment = to.snapshot.authority(to.db).facts.get(address.environment)
    found: list[str] = []
    for row in people.principals(to.db):
        person = to.snapshot.person(to.db, to.snapshot.seal.check(PRINCIPAL, row).id)
        if person is None or row.id == to.actor or person.principal.kind is not Kind.PERSON:
            continue
        facts = Facts(person.principal, person.rules, environment, held.facts)
        asked = (
            Request(verb, address.environment, address.path) for verb in (Verb.APPROVE, Verb.ROTATE)
        )
        if all(isinstance(decide(facts, one, to.now_us), Allow) for one in asked):
            found.append(person.principal.name)
    return sorted(found)
