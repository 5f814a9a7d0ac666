"""The plan of an import: every row judged before the first one is written.

All problems come in one report, in the order of the source. Nothing is written here; what a
refusal must leave in the log is for `strongroom.ops.importing.run`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Final

from strongroom.errors import DeniedError, InvalidError, LimitError, RequestError
from strongroom.gate import occupancy
from strongroom.gate.changes.secret import Origin, needed
from strongroom.gate.changes.secret import Value as Kept
from strongroom.gate.occupancy import Kind, Newcomer, Standing
from strongroom.gate.rows import bounded
from strongroom.generate.strength import Measurer
from strongroom.model.address import Address, is_path
from strongroom.ops import parts
from strongroom.ops.admission import refusal
from strongroom.ops.importing import place
from strongroom.ops.importing.request import Action, ImportRequest, Issue, Item, OnConflict, Plan
from strongroom.ops.local import Local
from strongroom.secret.importing import formats
from strongroom.secret.importing.interface import Row
from strongroom.secret.prints import fingerprints
from strongroom.secret.terms import DAY_US, owner, terms
from strongroom.secret.value import Value
from strongroom.source.values import looks_generated

PAGE: Final = 500  # rows for one look at the room
Progress = Callable[[str, int, int], None]


def silent(part: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


@dataclass(slots=True)
class _Draft:
    """A row on its way to an item or an issue."""

    row: Row
    item: Item


def make(
    room: Local,
    request: ImportRequest,
    *,
    staged: Mapping[bytes, int] = MappingProxyType({}),
    progress: Progress = silent,
) -> Plan:
    """Judge every row. `staged` versions by secret are those that an earlier run has written.

    Raises:
        InvalidError: `format-unknown`, `format-ambiguous`, `file-not-text`.
        LimitError: `file-too-large`, `rows-too-many`.
    """
    format_id = request.format_id or formats.detect(request.name, request.data)
    found = formats.read(request.data, format_id)
    stem = request.name.partition(".")[0]  # of what `vault kv get` says of one path
    issues = [Issue(p.row, _shown(p.name), p.code, p.message) for p in found.problems]
    drafts: list[_Draft] = []
    seen: dict[Address, int] = {}
    for done, given in enumerate(found.rows):
        row = given if given.name else replace(given, name=stem)
        if not done % PAGE:
            progress("checking", done, len(found.rows))
        address = None
        try:
            address = _address(room, request, row)
            drafts.append(_draft(room, request, row, address, seen))
        except (InvalidError, LimitError) as error:
            issues.append(_issue(row, error, address))
    issues += _repeated(drafts, room.gate.consult(occupancy.exclusive))
    issues += _without_parts(room, drafts, frozenset(seen))
    items = _settle(room, request, drafts, issues, staged, progress)
    if not found.rows and not issues:
        issues.append(Issue(0, "", "source-empty", "there is nothing to import in it"))
    return Plan(format_id, tuple(items), tuple(sorted(issues, key=lambda issue: issue[:4])))


def _address(room: Local, request: ImportRequest, row: Row) -> Address:
    found = place.address(room.policy, request, row)
    if looks_generated(found.name):
        raise InvalidError(
            "address-invalid",
            "its name looks like a value",
            fix="see whether two columns are swapped; a name is made of words",
        )
    return found


def _draft(
    room: Local, request: ImportRequest, row: Row, address: Address, seen: dict[Address, int]
) -> _Draft:
    policy = room.policy
    first = seen.setdefault(address, row.number)
    if first != row.number:
        raise InvalidError("row-duplicate", f"row {first} has the same address")
    kind = place.type_(policy, request, row, address.name)
    held_by = needed(owner(row.owner or request.owner), "owner")
    description = bounded(row.description, "a description")
    term = terms(policy, kind.id, room.now_us(), days=row.days)
    kept = every_us = next_us = None
    if row.value is not None:
        kept = _kept(room, row.value, kind.id, address.environment, term.expires_us)
    else:
        every_us = None if kind.rotation_days is None else kind.rotation_days * DAY_US
        next_us = None if row.next_day is None else _midnight_us(row.next_day)
    return _Draft(
        row,
        Item(
            row.number, address, Action.CREATE, kind.id, held_by, term.expires_us, kept,
            description=description, every_us=every_us, next_us=next_us,
        ),
    )  # fmt: skip


def _kept(room: Local, value: Value, type_id: str, environment: str, expires_us: int) -> Kept:
    """The value as it will be kept, if the policy admits it."""
    if not all(field.data for field in value.fields.values() if field.secret):
        raise InvalidError("value-empty", "its value is empty")
    plaintext = value.encode()
    measured = Measurer()  # for both: to measure a value is most of the work
    refused = refusal(room.policy, type_id, environment, value, measured)
    if refused is not None:
        raise refused
    prints = fingerprints(room.keys, value, Origin.IMPORTED, measured)
    return Kept(plaintext, expires_us, Origin.IMPORTED, prints)


def _midnight_us(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000


def _repeated(drafts: list[_Draft], alone: frozenset[str]) -> list[Issue]:
    """One environment for each value (P-4.3), one secret of some types (P-4.6): in the source."""
    first: dict[bytes, Item] = {}
    found = []
    for draft in drafts:
        item = draft.item
        for print_ in item.kept.fingerprints if item.kept else ():
            if print_.match is None:
                continue
            other = first.setdefault(print_.match, item)
            why = ""
            if other.address.environment != item.address.environment:
                why = f"row {other.row} has the same value for another environment (P-4.3)"
            elif other.row != item.row and item.type in alone:
                why = f"row {other.row} has the same value, each client has its own (P-4.6)"
            if why:
                found.append(Issue(item.row, str(item.address), "value-reused", why, item.address))
                break
    return found


def _without_parts(room: Local, drafts: list[_Draft], coming: frozenset[Address]) -> list[Issue]:
    """Composites whose parts stand in other secrets, neither in the room nor in the source."""
    found = []
    for draft in drafts:
        where = draft.item.address
        wanted = draft.row.value.references() if draft.row.value else ()
        missing = [r for r in wanted if Address(where.environment, r.path) not in coming - {where}]
        try:
            parts.check(room, where, missing)
        except RequestError as error:
            found.append(_issue(draft.row, error, where))
    return found


def _settle(
    room: Local,
    request: ImportRequest,
    drafts: list[_Draft],
    issues: list[Issue],
    staged: Mapping[bytes, int],
    progress: Progress,
) -> list[Item]:
    """Hold the rows against what stands in the room."""
    items: list[Item] = []
    for done in range(0, len(drafts), PAGE):
        progress("comparing with the room", done, len(drafts))
        page = drafts[done : done + PAGE]
        standings = _standings(room, request, page)
        # Who may not write there does not learn either whether the value is in use.
        reused = _reused(
            room, [d for d, s in zip(page, standings, strict=True) if s.kind is not Kind.REFUSED]
        )
        for draft, standing in zip(page, standings, strict=True):
            clause = reused.get(draft.row.number)
            if clause:
                where = "in another environment" if clause == "P-4.3" else "at another secret"
                why = f"the same value stands {where} ({clause})"
                error = InvalidError("value-reused", why)
                issues.append(_issue(draft.row, error, draft.item.address))
                continue
            try:
                items.append(_item(request, draft, standing, staged))
            except (InvalidError, DeniedError) as error:
                issues.append(_issue(draft.row, error, draft.item.address))
    return items


def _standings(room: Local, request: ImportRequest, page: Sequence[_Draft]) -> list[Standing]:
    addresses = [draft.item.address for draft in page]
    reason = bool(request.reason)
    return room.gate.consult(
        lambda desk: occupancy.stand(desk, room.caller, addresses, reason=reason)
    )


def _reused(room: Local, page: Sequence[_Draft]) -> dict[int, str]:
    """The clause, by row, of values that stand elsewhere in the room."""
    asked = [
        (draft.row.number, Newcomer(draft.item.address, draft.item.type, print_.match))
        for draft in page
        for print_ in (draft.item.kept.fingerprints if draft.item.kept else ())
        if print_.match is not None
    ]
    if not asked:
        return {}
    values = [value for _, value in asked]
    found = room.gate.consult(lambda desk: occupancy.elsewhere(desk, room.caller, values))
    return {number: clause for (number, _), clause in zip(asked, found, strict=True) if clause}


def _item(
    request: ImportRequest, draft: _Draft, standing: Standing, staged: Mapping[bytes, int]
) -> Item:
    item = replace(
        draft.item,
        secret_id=standing.secret_id,
        version=standing.newest + 1 if draft.item.kept else 0,
    )
    kind, conflict = standing.kind, request.on_conflict
    if kind is Kind.REFUSED:
        words = standing.code.replace("-", " ")
        raise DeniedError(standing.code, f"you may not write there: {words}")
    if standing.secret_id in staged:
        return replace(item, action=Action.STAGED, version=staged[standing.secret_id])
    if kind is Kind.FREE:
        return replace(item, over=bool(standing.secret_id))
    if kind is Kind.STAGED:
        raise InvalidError("secret-staged", "an unfinished import holds that address")
    if kind is Kind.LEFT:
        raise InvalidError("address-left", "a secret was moved away from that address")
    if conflict is OnConflict.FAIL:
        raise InvalidError(
            "secret-exists",
            "there is a secret at that address already",
            fix="--on-conflict skip leaves it, new-version gives it another value",
        )
    if conflict is OnConflict.SKIP or item.kept is None:
        return replace(item, action=Action.SKIP)
    if kind is Kind.DELETED:
        raise InvalidError("secret-deleted", "a secret that was deleted stands at that address")
    if standing.type != item.type:
        why = f"the secret there is a {standing.type}, not a {item.type}"
        raise InvalidError("type-differs", why)
    return replace(item, action=Action.NEW_VERSION)


def _issue(row: Row, error: RequestError, address: Address | None) -> Issue:
    recorded = isinstance(error, DeniedError) or error.code in {"value-refused", "value-reused"}
    fix = f"; {error.fix}" if error.fix and error.code != "value-refused" else ""
    name = _shown(row.name) if address is None else str(address)
    message = f"{error.message}{fix}"
    return Issue(row.number, name, error.code, message, address if recorded else None)


def _shown(name: str) -> str:
    """A name as it may be repeated: people put values in the wrong column."""
    return name if is_path(name) and not looks_generated(name.rpartition("/")[2]) else ""
