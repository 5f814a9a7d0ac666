"""Rows from JSON: an object of names and strings, folders as objects, or a list of records.

A record is an object of the columns that CSV has too; its `fields` may be an object. Rows are
counted in the order of the file.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from strongroom.secret.importing.interface import Problem, Row, Rows
from strongroom.secret.importing.record import row_of
from strongroom.secret.value import Value

DEPTH_MAX: Final = 8


class Literal(str):
    """A number as it stands in the text: `1.10` stays `1.10`."""

    __slots__ = ()


class Pairs(list[tuple[str, Any]]):
    """An object with its order and its repeated names; the line it stands on, 0 without lines."""

    line = 0


def read(text: str) -> Rows:
    """Read either shape."""
    try:
        body = json.loads(text, object_pairs_hook=Pairs, parse_int=Literal, parse_float=Literal)
    except (ValueError, RecursionError):
        return Rows((), (Problem(0, "", "file-malformed", "the file is not one JSON document"),))
    return rows_of(body)


def rows_of(body: object) -> Rows:
    """The rows of a document, of JSON or of what has its shapes."""
    if isinstance(body, Pairs):
        found: Iterator[Row | Problem] = _object(body, "", [0], 1)
    elif isinstance(body, list):
        found = _records(body)
    else:
        return Rows((), (Problem(0, "", "file-malformed", "neither an object nor a list"),))
    rows: list[Row] = []
    problems: list[Problem] = []
    for item in found:
        if isinstance(item, Row):
            rows.append(item)
        else:
            problems.append(item)
    return Rows(tuple(rows), tuple(problems))


def _object(body: Pairs, folder: str, count: list[int], depth: int) -> Iterator[Row | Problem]:
    for key, value in body:
        name = f"{folder}{key}"
        if isinstance(value, Pairs) and depth < DEPTH_MAX:
            yield from _object(value, f"{name}/", count, depth + 1)
            continue
        count[0] += 1
        number = getattr(key, "line", 0) or count[0]
        text = _text(value)
        if text is None:
            yield Problem(number, name, "row-malformed", "its value is not a text or a number")
        else:
            yield Row(number, name, Value.single(text))


def _records(body: list[Any]) -> Iterator[Row | Problem]:
    for count, record in enumerate(body, start=1):
        if not isinstance(record, Pairs):
            yield Problem(count, "", "row-malformed", "the row is not an object")
            continue
        number = record.line or count
        texts = {str(key): _cell(key, value) for key, value in record if value is not None}
        if len(texts) != sum(value is not None for _, value in record):
            yield Problem(number, "", "row-malformed", "the row names a column twice")
        elif None in texts.values():
            yield Problem(number, "", "row-malformed", "a column is not a text or a number")
        else:
            yield row_of(number, {k: v for k, v in texts.items() if v is not None})


def _cell(key: str, value: object) -> str | None:
    if key == "fields" and isinstance(value, Pairs):
        return json.dumps(_plain(value))
    return _text(value)


def _plain(value: object) -> object:
    return {str(k): _plain(v) for k, v in value} if isinstance(value, Pairs) else value


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str) else None
