"""Questions about the room itself: who is asking, why a decision is what it is, is the log whole."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from strongroom.access import explain
from strongroom.access.explain import Explanation, Holder
from strongroom.access.facts import EnvironmentFacts, Facts, Request, SecretFacts
from strongroom.audit import verifier
from strongroom.audit.note import VerifierKey
from strongroom.audit.problem import Report
from strongroom.db.interface import Connect, Db
from strongroom.db.tables import log, people
from strongroom.db.tables.people import GRANT, PRINCIPAL, GrantRow
from strongroom.errors import NotFoundError, UnauthenticatedError
from strongroom.gate import stored_tree
from strongroom.gate.desk import Desk
from strongroom.gate.held import Person
from strongroom.gate.logbook import Logbook
from strongroom.gate.look import View
from strongroom.gate.rows import principal_of
from strongroom.model.principal import Principal, Verb

ROWS_A_PAGE = 4_096


def principal(desk: Desk, principal_id: bytes) -> Principal:
    """The principal of an id.

    Raises:
        UnauthenticatedError: `principal-unknown`.
    """
    found = desk.snapshot.person(desk.db, principal_id)
    if found is None:
        raise UnauthenticatedError("principal-unknown", "the room does not know who asks")
    return found.principal


def why(desk: Desk, name: str | None, caller: bytes, request: Request) -> Explanation:
    """The decision on `request` of the principal called `name`, and every rule considered.

    Raises:
        NotFoundError: `principal-unknown`.
    """
    person = desk.snapshot.person(desk.db, caller) if name is None else _named(desk, name)
    if person is None:
        raise NotFoundError("principal-unknown", "the room knows no principal of that name")
    facts = Facts(person.principal, person.rules, *_place(desk, request))
    return explain.why(facts, request, desk.db.clock_us())


def id_of(desk: Desk, name: str) -> bytes | None:
    """The id of the principal called `name`, for a change that decides what may be known of it."""
    person = _named(desk, name)
    return None if person is None else person.principal.id


def grants_from(desk: Desk, id_start: str) -> list[GrantRow]:
    """Grants in force whose id in hex begins so, for a change that decides about them."""
    rows = GRANT.where(desk.db, "WHERE revoked = 0 ORDER BY created_us, id")
    return [
        desk.snapshot.seal.check(GRANT, row) for row in rows if row.id.hex().startswith(id_start)
    ]


@dataclass(frozen=True)
class Why(View):
    """Why somebody else may or may not do something."""

    name: str
    request: Request

    verb = Verb.ADMINISTER

    def look(self, desk: Desk) -> Explanation:
        """The decision and what was considered."""
        return why(desk, self.name, b"", self.request)


@dataclass(frozen=True)
class Who(View):
    """Who may do something, and on what conditions."""

    request: Request

    verb = Verb.ADMINISTER

    def look(self, desk: Desk) -> list[Holder]:
        """By name; each is asked with the rules that speak of it."""
        environment, secret = _place(desk, self.request)
        found: list[Holder] = []
        for row in people.principals(desk.db):
            person = desk.snapshot.person(desk.db, desk.snapshot.seal.check(PRINCIPAL, row).id)
            if person is not None:
                found += explain.who(
                    [principal_of(row)],
                    person.rules,
                    self.request,
                    desk.db.clock_us(),
                    environment=environment,
                    secret=secret,
                )
        return found


@dataclass(frozen=True)
class OpenLog(View):
    """That somebody is about to read the whole log, to verify it."""

    verb = Verb.AUDIT

    def look(self, desk: Desk) -> int:
        """How many entries have a place."""
        return log.size(desk.db)


def verify_log(
    connect: Connect,
    key: VerifierKey,
    earlier: Sequence[VerifierKey] = (),
    *,
    book: Callable[[Db], Logbook] | None = None,
) -> Report:
    """Read the whole log over a connection of its own and verify it; nobody waits for it.

    What was moved into segments is read too, where `book` finds it; the report begins at the
    first entry that was. Without `book` nothing may have been moved.

    Raises:
        NotFoundError: `segment-missing`; AuditBrokenError: `segment-damaged`.
    """
    with closing(connect()) as db:
        opened = book(db) if book else None
        start = opened.start() if opened else 0
        return verifier.verify(
            opened.all(start) if opened else iter(stored_tree.log_rows(db, 0, log.size(db))),
            log.checkpoint_notes(db),
            key,
            earlier=earlier,
            nodes=_nodes(db),
            now_us=db.clock_us() + verifier.SKEW_US_MAX,
            before=opened.before(start) if opened and start else None,
        )


def _nodes(db: Db) -> Callable[[int, int], bytes | None]:
    def node(level: int, i: int) -> bytes | None:
        return log.node(db, level, i)

    return node


def _named(desk: Desk, name: str) -> Person | None:
    row = people.principal_named(desk.db, name)
    return None if row is None else desk.snapshot.person(desk.db, row.id)


def _place(desk: Desk, request: Request) -> tuple[EnvironmentFacts | None, SecretFacts | None]:
    environment = desk.snapshot.authority(desk.db).facts.get(request.environment or "")
    held = None
    if request.environment is not None and request.path is not None:
        held = desk.snapshot.secret(desk.db, request.environment, request.path)
    return environment, held.facts if held is not None else None
