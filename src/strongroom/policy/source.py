"""What the readers read: statements, tables with their shapes, and where to note doubts."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from strongroom.model.policy import Contradiction, Default
from strongroom.policy import tables
from strongroom.policy.document import Document, Kind, Statement
from strongroom.policy.tables import Reading, Shape
from strongroom.policy.words import fold

# Kinds of secret that every policy names in its own words, the narrow ones first:
# EMAIL_API_KEY is an e-mail credential before it is an API key.
_KINDS: Final = {
    "sentry": (" sentry", " error tracking", " dsn "),
    "email": (" email", " e-mail", " mail", " smtp", " sendgrid", " mailgun", " ses "),
    "sms": (" sms", " text message", " twilio", " messaging"),
    "cloud": (
        " cloud",
        " service account",
        " service-account",
        " iam ",
        " aws ",
        " gcp ",
        " azure ",
    ),
    "jwt": (
        " jwt",
        " signing key",
        " signing secret",
        " token signing",
        " secret_key ",
        " session secret",
    ),
    "redis": (" redis", " cache", " valkey"),
    "database": (" database", " db ", " db_", " postgres", " mysql", " mariadb", " sql "),
    "encryption": (" encryption", " data key", " data-key", " kek ", " dek "),
    "api-key": (" api key", " api-key", " api_key", " apikey", " api token", " client key"),
}


_FORBIDDEN: Final = (
    " dont ",
    " do not ",
    " never ",
    " not allowed",
    " forbidden",
    " prohibited",
    " avoid",
)
_COLUMN_OF_RULES: Final = (
    " do ",
    " always ",
    " required ",
    " allowed ",
    " good ",
    " bad ",
    *_FORBIDDEN,
)


def kind_of(text: str) -> str | None:
    """Which well-known kind of secret a name means, such as `jwt` or `database`; or None."""
    words = fold(text.replace("_", " ")) + fold(text)
    return next((k for k, stems in _KINDS.items() if any(s in words for s in stems)), None)


@dataclass(slots=True)
class Notes:
    """What the readers found doubtful, and what they had to assume."""

    contradictions: list[Contradiction] = field(default_factory=list)
    defaults: list[Default] = field(default_factory=list)
    stated: dict[str, list[Statement]] = field(default_factory=dict)  # field -> what states it

    def state(self, field_: str, *statements: Statement) -> None:
        """Note which statements state a field of the policy."""
        self.stated.setdefault(field_, []).extend(statements)

    def doubt(self, id_: str, lines: tuple[int, ...], message: str, resolution: str) -> None:
        """Note a contradiction; the same one on the same lines only once."""
        new = Contradiction(id_, tuple(sorted(set(lines))), message, resolution)
        if new not in self.contradictions:
            self.contradictions.append(new)

    def assume(
        self, field_: str, value: object, why: str = "the document does not state it"
    ) -> None:
        """Note a default that is used in the place of a statement."""
        self.defaults.append(Default(field_, str(value), why))


@dataclass(slots=True)
class Source:
    """A document, ready to be read for meaning."""

    document: Document
    readings: list[Reading]
    statements: list[Statement]
    notes: Notes = field(default_factory=Notes)
    _places: dict[int, int] = field(default_factory=dict)  # identity of a statement -> its index

    def of(self, *shapes: Shape) -> Iterator[Reading]:
        """The tables of these shapes, in the order they stand."""
        return (r for r in self.readings if r.shape in shapes)

    def prose(self) -> Iterator[Statement]:
        """Statements that may carry a rule: no code."""
        return (s for s in self.statements if s.kind is not Kind.CODE)

    def under(self, parent: Statement) -> list[Statement]:
        """The list items directly below `parent`, until the list or section ends."""
        if not self._places:
            self._places.update((id(s), n) for n, s in enumerate(self.statements))
        start = self._places[id(parent)] + 1
        deeper = parent.above + (parent.fold[1:] if parent.kind is Kind.ITEM else "")
        found = []
        for statement in islice(self.statements, start, None):
            if statement.kind is not Kind.ITEM or not statement.above.startswith(deeper):
                break
            if parent.kind is Kind.ITEM and statement.above == parent.above:
                break
            found.append(statement)
        return found


def prepare(document: Document) -> Source:
    """Read the tables' shapes; rows of tables of no known shape become statements."""
    readings = [tables.read(table) for table in document.tables]
    source = Source(document, readings, list(document.statements))
    for reading in readings:
        for line, found in reading.table.ragged:
            source.notes.doubt(
                "D-1",
                (line,),
                f"the row has {found} cells, its table has {len(reading.table.header)} columns",
                "missing cells are empty, surplus cells are not read",
            )
        if reading.shape is Shape.OTHER:
            source.statements.extend(_rows(reading))
    source.statements.sort(key=lambda s: s.line)
    return source


def _rows(reading: Reading) -> Iterator[Statement]:
    table = reading.table
    if all(any(word in fold(head) for word in _COLUMN_OF_RULES) for head in table.header):
        yield from _cells(reading)
        return
    for row in table.rows:
        first, *rest = row.cells
        body = "; ".join(
            f"{head} {cell}".strip()
            for head, cell in zip(table.header[1:], rest, strict=False)
            if cell.strip()
        )
        text = f"{first}: {body}" if body else first
        yield Statement(
            text,
            row.line,
            Kind.ROW,
            table.section,
            fold(text),
            table.section.fold,
            first.strip() or None,
            cells=row.cells,
        )


def _cells(reading: Reading) -> Iterator[Statement]:
    """A table of rules side by side, such as `Do | Do not`: each cell is a statement."""
    table = reading.table
    for row in table.rows:
        for head, cell in zip(table.header, row.cells, strict=False):
            allowed = not any(word in fold(head) for word in _FORBIDDEN)
            text = cell.lstrip("✅❌✔✖✗✘☑\ufe0f ").strip()
            if text:
                above = table.section.fold + fold(head)[1:]
                yield Statement(
                    text, row.line, Kind.ROW, table.section, fold(text), above, tick=allowed
                )


def subject(statement: Statement) -> Iterator[str]:
    """Where to look for what a statement is about: itself, then each title outwards."""
    yield statement.text
    rest = statement.above
    for title in reversed(statement.section.titles):
        rest = rest.replace(fold(title)[1:], "", 1)
    if rest.strip():
        yield rest
    yield from (title for title in reversed(statement.section.titles) if title)


def rest(statement: Statement) -> str:
    """A statement without the label that it begins with."""
    if statement.label and ":" in statement.text[: len(statement.label) + 3]:
        return statement.text.split(":", 1)[1].strip()
    if ":" in statement.text:
        return statement.text.split(":", 1)[1].strip()
    return statement.text


def relabel(statement: Statement) -> Statement:
    """`statement` with the words before its colon as label, when it has none."""
    head, colon, _ = statement.text.partition(":")
    if statement.label or not colon or len(head) > 60:
        return statement
    return replace(statement, label=head.strip())
