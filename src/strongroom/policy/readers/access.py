"""Who may read where: from a matrix in either direction, a list, or sentences.

A cell or a sentence grants access only when every word of it is understood. One that says
less than yes (read only, with approval, a footnote) is noted as D-5 and grants nothing.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from strongroom.model.policy import Access, Environment, Tier
from strongroom.policy import words
from strongroom.policy.document import Row
from strongroom.policy.readers import access_prose
from strongroom.policy.readers.environments import transposed
from strongroom.policy.source import Source
from strongroom.policy.tables import Reading, Shape
from strongroom.policy.words import fold, places

_GRANT: Final = (
    "no, until a comment in the document grants it: <!-- strongroom: role NAME ENVIRONMENT=yes -->"
)
_BLANK: Final = frozenset(["", "-", "–", "—", "no", "n", "none", "n/a", "na", "[ ]", "[]"])


class Cell(NamedTuple):
    """Whether a role may enter an environment, by its name, and the line that says so."""

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
        cells = [Cell(*said) for said in access_prose.read(source, environments)]
    roles = tuple(dict.fromkeys(cell.role for cell in cells))
    if not roles:
        source.notes.assume(
            "access.matrix", "nobody", "the document says nowhere who may read what"
        )
    matrix = {role: {e.name: False for e in environments} for role in roles}
    stated: dict[tuple[str, str], Cell] = {}
    for cell in cells:
        first = stated.setdefault((cell.role, cell.environment), cell)
        if first.allowed is not cell.allowed:
            source.notes.doubt(
                "D-2",
                (first.line, cell.line),
                f"{cell.role} is both allowed and refused in {cell.environment}",
                "refused: a doubt never grants access",
            )
        before = matrix[cell.role][cell.environment] or first is cell
        matrix[cell.role][cell.environment] = before and cell.allowed
    return Access(roles, matrix)


def lines(source: Source) -> dict[str, tuple[int, ...]]:
    """Line numbers by the folded name of each row and column of the matrices."""
    found: dict[str, tuple[int, ...]] = {}
    for reading in source.of(Shape.MATRIX):
        table = reading.table
        every = tuple(row.line for row in table.rows)
        for head in table.header:
            for name in places(head):
                found[fold(name)] = (*found.get(fold(name), ()), table.line, *every)
        for row in table.rows:
            for name in places(row.cells[reading.columns["role"]]):
                found[fold(name)] = (*found.get(fold(name), ()), row.line)
    return found


def _matrix(
    source: Source, reading: Reading, environments: tuple[Environment, ...]
) -> Iterator[Cell]:
    table, label = reading.table, reading.columns["role"]
    names = [e.name for e in environments]
    flip = transposed(reading, names)
    marked = [
        i
        for i, head in enumerate(table.header)
        if i != label and head.strip() and (flip or words.is_place(head))
    ]
    marks = {words.mark(row.cells[i]) for row in table.rows for i in marked}
    for row in table.rows:
        remark = None if flip else _remark(row, {label, *marked})
        for i in marked:
            left, top = row.cells[label], table.header[i]
            role, place = (top, left) if flip else (left, top)
            wheres = list(_wheres(place, environments, table.header if not flip else ()))
            if not wheres or not role.strip():
                continue
            allowed = _allowed(source, row.cells[i], row.line, role, marks)
            for where in wheres:
                limited = allowed and remark is not None and where.tier is not Tier.WEAK
                if limited:
                    _limited(source, row.line, role.strip(), f"a remark beside it: {remark}")
                yield Cell(role.strip(), where.name, allowed and not limited, row.line)


def _remark(row: Row, known: set[int]) -> str | None:
    """A cell outside of the matrix that makes its row conditional."""
    rest = (cell for i, cell in enumerate(row.cells) if i not in known)
    return next((c for c in rest if access_prose.CONDITION.search(c)), None)


def _allowed(source: Source, cell: str, line: int, role: str, marks: set[str]) -> bool:
    word = words.mark(cell)
    if word in words.NO:
        return False
    # A cross is a yes only where blanks and dashes are the no.
    if word in words.CROSS:
        sure = marks <= words.CROSS | _BLANK
        if not sure and not marks & words.YES:
            _doubtful(source, line, role)
        return sure
    # A table that knows no more than `read` is about reading; beside `r/w` it is less.
    alone = word in words.READS and not marks & words.YES and not marks & words.LESS
    if word in words.YES or alone:
        if words.is_bare(cell):
            return True
        _limited(source, line, role, "a condition beside the yes")
    elif word in words.READS | words.LESS:
        _limited(source, line, role, f"less than a yes: {word}")
    else:
        _doubtful(source, line, role)
    return False


def _doubtful(source: Source, line: int, role: str) -> None:
    source.notes.doubt(
        "D-4",
        (line,),
        f"the cell of {role} says neither yes nor no",
        "no: a doubt never grants access",
    )


def _limited(source: Source, line: int, role: str, what: str) -> None:
    source.notes.doubt("D-5", (line,), f"{role} has {what}", _GRANT)


def _wheres(
    place: str, environments: tuple[Environment, ...], heads: tuple[str, ...]
) -> Iterator[Environment]:
    word = fold(place).strip()
    if known := find(place, environments):
        yield known
    elif match := words.EVERYWHERE.fullmatch(word):
        named = {e.id for h in heads for p in places(h) if (e := find(p, environments))}
        yield from (e for e in environments if not (match["other"] and e.id in named))
    elif words.LOWER.fullmatch(word):
        yield from (e for e in environments if e.tier is not Tier.STRONG)
    else:
        for name in places(place, [e.name for e in environments]):
            if where := find(name, environments):
                yield where


def find(name: str, environments: tuple[Environment, ...]) -> Environment | None:
    """The environment that `name` means: by its own name, an alias, or a well-known word."""
    word = fold(name).strip()
    return (
        next((e for e in environments if word == fold(e.name).strip()), None)
        or next((e for e in environments if e.answers_to(word)), None)
        or next((e for e in environments if e.id == words.environment_id(name)), None)
    )
