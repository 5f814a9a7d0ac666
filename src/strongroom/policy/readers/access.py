"""Who may read where: from a matrix in either direction, a list, or sentences."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from strongroom.model.policy import Access, Environment
from strongroom.policy import words
from strongroom.policy.document import Kind, Statement
from strongroom.policy.readers.environments import transposed
from strongroom.policy.source import Source
from strongroom.policy.tables import Reading, Shape
from strongroom.policy.words import fold, listed

_VERB: Final = re.compile(
    r"\b(?:may|can|could|must|shall|should|have|has|are|is|get|gets|see|read|access)\b",
    re.IGNORECASE,
)
_NOT: Final = re.compile(
    r"\b(?:not|no|never|cannot|can't|mustn't|may not|none|neither|except|excluding|without|denied|forbidden)\b|n't\b",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(
    r"\s*(?:;|,?\s*\bbut\b|,?\s*\bexcept\b|,\s*(?=not\b|never\b)|\bwhile\b|\bwhereas\b)\s*",
    re.IGNORECASE,
)
_EXCEPT: Final = re.compile(r"\bexcept\b|\bexcluding\b", re.IGNORECASE)
_EVERYWHERE: Final = re.compile(r"\b(?:all|every|any|everything|everywhere)\b", re.IGNORECASE)
NAMES_CHARS_MAX: Final = 160
_NOTHING: Final = re.compile(r"^\s*(?:nothing|none|nowhere|-)\W*$|\bno access\W*$", re.IGNORECASE)
_ONLY: Final = re.compile(r"^\s*only\b\s*", re.IGNORECASE)
_EVERYONE: Final = re.compile(
    r"^(?:everyone|everybody|all roles|any role|all teams|all staff|all)\b", re.IGNORECASE
)
_CONDITION: Final = re.compile(r"[^\W\d_]{3,}")


class _Said(NamedTuple):
    statement: Statement
    names: str
    environments: tuple[Environment, ...]
    allowed: bool
    only: bool


class _Cell(NamedTuple):
    role: str
    environment: str
    allowed: bool
    line: int


def read(source: Source, environments: tuple[Environment, ...]) -> Access:
    """The access matrix; a cell that the document does not state is False."""
    cells = [
        c for reading in source.of(Shape.MATRIX) for c in _matrix(source, reading, environments)
    ]
    if not cells:
        cells = list(_prose(source, environments))
    roles = tuple(dict.fromkeys(cell.role for cell in cells))
    if not roles:
        source.notes.assume(
            "access.matrix", "nobody", "the document says nowhere who may read what"
        )
    matrix = {role: {e.name: False for e in environments} for role in roles}
    stated: dict[tuple[str, str], _Cell] = {}
    for cell in cells:
        first = stated.setdefault((cell.role, cell.environment), cell)
        if first.allowed is not cell.allowed:
            source.notes.doubt(
                "D-2",
                (first.line, cell.line),
                f"{cell.role} is both allowed and refused in {cell.environment}",
                "refused: a doubt never grants access",
            )
        matrix[cell.role][cell.environment] = first.allowed and cell.allowed
    return Access(roles, matrix)


def lines(source: Source) -> dict[str, tuple[int, ...]]:
    """Line numbers by the folded name of each row and column of the matrices."""
    found: dict[str, tuple[int, ...]] = {}
    for reading in source.of(Shape.MATRIX):
        table = reading.table
        every = tuple(row.line for row in table.rows)
        for head in table.header:
            for name in listed(head):
                found[fold(name)] = (*found.get(fold(name), ()), table.line, *every)
        for row in table.rows:
            for name in listed(row.cells[reading.columns["role"]]):
                found[fold(name)] = (*found.get(fold(name), ()), row.line)
    return found


def _matrix(
    source: Source, reading: Reading, environments: tuple[Environment, ...]
) -> Iterator[_Cell]:
    table, label = reading.table, reading.columns["role"]
    marked = [i for i in range(len(table.header)) if i != label and table.header[i].strip()]
    crosses = not any(words.mark(row.cells[i]) in words.YES for row in table.rows for i in marked)
    flip = transposed(reading, [e.name for e in environments])
    for row in table.rows:
        for i in marked:
            left, top = row.cells[label], table.header[i]
            role, place = (top, left) if flip else (left, top)
            allowed = _allowed(source, row.cells[i], row.line, role, crosses=crosses)
            for name in listed(place):
                where = _find(name, environments)
                if where and role.strip():
                    yield _Cell(role.strip(), where.name, allowed, row.line)


def _allowed(source: Source, cell: str, line: int, role: str, *, crosses: bool) -> bool:
    word = words.mark(cell)
    if word in words.CROSS:
        return crosses
    if word in words.NO:
        return False
    if word not in words.YES:
        source.notes.doubt(
            "D-4",
            (line,),
            f"the cell of {role} says neither yes nor no",
            "no: a doubt never grants access",
        )
        return False
    # `✅ (with approval)` grants less than `✅`, and we do not know how much.
    rest = cell.replace("\ufe0f", "").strip().casefold().removeprefix(word)
    if (
        word not in rest
        and _CONDITION.search(rest)
        and fold(cell).strip()
        not in words.YES | {"read write", "read/write", "full access", "read only"}
    ):
        source.notes.doubt(
            "D-5",
            (line,),
            f"{role} has a condition beside the yes",
            "no, until a comment in the document grants it: <!-- strongroom: role NAME ENVIRONMENT=yes -->",
        )
        return False
    return True


def _prose(source: Source, environments: tuple[Environment, ...]) -> Iterator[_Cell]:
    roles: dict[str, None] = {}
    said: list[tuple[list[str], _Said]] = []
    for statement in source.prose():
        if _about_access(statement):
            for one in _sentence(statement, environments):
                members = [r for n in listed(one.names) if (r := _role(n))]
                everyone = bool(_EVERYONE.match(one.names))
                roles.update(dict.fromkeys([] if everyone else members))
                said.append(([] if everyone else members, one))
    for members, one in said:
        line = one.statement.line
        for where in one.environments:
            source.notes.state(f"access.{where.id}", one.statement)
        for role in members or roles:  # `everyone` is whoever the document names
            wheres = one.environments or environments  # no access at all names none
            yield from (_Cell(role, e.name, one.allowed, line) for e in wheres)
        if one.only:
            yield from (
                _Cell(r, e.name, False, line)
                for r in roles
                if r not in members
                for e in one.environments
            )


def _about_access(statement: Statement) -> bool:
    if statement.kind is Kind.HEADING:
        return False
    near = statement.section.fold + statement.fold
    return any(
        w in near
        for w in (
            " access",
            " who can",
            " who may",
            " permission",
            " may read",
            " can read",
            " may see",
        )
    )


def _sentence(statement: Statement, environments: tuple[Environment, ...]) -> Iterator[_Said]:
    text = statement.text
    if ":" in text and statement.kind in {Kind.ITEM, Kind.ROW}:
        names, _, body = text.partition(":")
        yield from _clauses(statement, names, body, environments, only=False)
        return
    verb = _VERB.search(text)
    if verb is None or not verb.start():
        return
    names = text[: verb.start()]
    only = bool(_ONLY.match(names))
    yield from _clauses(
        statement, _ONLY.sub("", names), text[verb.start() :], environments, only=only
    )


def _clauses(
    statement: Statement,
    names: str,
    body: str,
    environments: tuple[Environment, ...],
    *,
    only: bool,
) -> Iterator[_Said]:
    names = re.sub(r"^(?:the|a|an)\s+", "", names.strip(), flags=re.IGNORECASE)
    if not names or len(names) > NAMES_CHARS_MAX:
        return
    if _NOTHING.search(body):
        yield _Said(statement, names, (), allowed=False, only=False)
        return
    said: list[Environment] = []
    excepted = False
    for part, between in _parts(body):
        excepted = excepted or bool(_EXCEPT.search(between))
        wheres = tuple(e for e in environments if _mentions(part, e))
        if not wheres and _EVERYWHERE.search(part):
            later = [
                e for p, _ in _parts(body) if p != part for e in environments if _mentions(p, e)
            ]
            wheres = tuple(e for e in environments if e not in said and e not in later)
        if wheres:
            allowed = not _NOT.search(part) and not excepted
            yield _Said(statement, names, wheres, allowed, only and allowed)
            said += wheres


def _parts(body: str) -> Iterator[tuple[str, str]]:
    """The clauses of a sentence, each with the words that join it to the one before."""
    start, between = 0, ""
    for joint in _CLAUSE.finditer(body):
        yield body[start : joint.start()], between
        start, between = joint.end(), joint[0]
    yield body[start:], between


def _mentions(part: str, environment: Environment) -> bool:
    text = fold(part)
    return any(
        f" {fold(n).strip()} " in text
        for n in (environment.name, environment.id, *environment.aliases)
    )


def _role(text: str) -> str:
    return re.sub(r"^(?:the|a|an|only|and|or)\s+", "", text.strip(" .*`"), flags=re.IGNORECASE)


def _find(name: str, environments: tuple[Environment, ...]) -> Environment | None:
    word = fold(name).strip()
    return (
        next((e for e in environments if word == fold(e.name).strip()), None)
        or next((e for e in environments if e.answers_to(word)), None)
        or next((e for e in environments if e.id == words.environment_id(name)), None)
    )
