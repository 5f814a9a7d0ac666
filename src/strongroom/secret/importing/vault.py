"""Rows from Vault and OpenBao, KV version 1 and 2, as their command line prints JSON.

Either one answer of `kv get -format=json`, which does not say its path, or an object of paths
with an answer each, or with the data alone. Metadata of a version says in the description
where it came from; `custom_metadata` may hold `owner`, `type`, `environment`, `description`.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from strongroom.secret.importing.interface import Problem, Row, Rows
from strongroom.secret.value import OPEN, SINGLE, Field, Value

_CUSTOM: Final = ("environment", "type", "owner", "description")
_DAY_CHARS: Final = 10


class _Literal(str):
    """A number as it stands in the text."""

    __slots__ = ()


def is_document(body: object) -> bool:
    """Whether a JSON document can be nothing else."""
    if not isinstance(body, dict):
        return False
    answers = [body, *body.values()]
    return any(_is_answer(one) for one in answers)


def read(text: str) -> Rows:
    """Read it; rows are counted in the order of the file."""
    try:
        body = json.loads(text, parse_int=_Literal, parse_float=_Literal, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        why = "the file is not one JSON object, or one with a name twice"
        return Rows((), (Problem(0, "", "file-malformed", why),))
    found = list(_rows(body))
    return Rows(
        tuple(row for row in found if isinstance(row, Row)),
        tuple(row for row in found if isinstance(row, Problem)),
    )


def _rows(body: dict[str, Any]) -> Iterator[Row | Problem]:
    if _is_answer(body):
        yield _row(1, "", body)
        return
    for number, (path, answer) in enumerate(body.items(), start=1):
        if not isinstance(answer, dict):
            yield Problem(number, path, "row-malformed", "a path has an object of fields")
        else:
            yield _row(number, path.strip("/"), answer)


def _is_answer(one: object) -> bool:
    """Whether this is what the server says of one path, and not a secret's own fields."""
    if not isinstance(one, dict) or not isinstance(one.get("data"), dict):
        return False
    return "lease_id" in one or isinstance(one.get("metadata"), dict) or _is_v2(one["data"])


def _is_v2(data: dict[str, Any]) -> bool:
    return set(data) == {"data", "metadata"} and isinstance(data["metadata"], dict)


def _row(number: int, path: str, answer: dict[str, Any]) -> Row | Problem:
    data: Any = answer
    metadata: dict[str, Any] = {}
    if _is_answer(answer):
        data, metadata = answer["data"], answer.get("metadata") or {}
        if _is_v2(data):
            data, metadata = data["data"], data["metadata"]
    if _true(metadata.get("destroyed")) or metadata.get("deletion_time"):
        return Problem(number, path, "version-gone", "that version was deleted or destroyed there")
    if not isinstance(data, dict) or not data:
        return Problem(number, path, "row-malformed", "it has no data")
    if any(isinstance(item, dict | list) or item is None for item in data.values()):
        return Problem(number, path, "row-malformed", "a field of it is not a text or a number")
    custom = metadata.get("custom_metadata")
    said = {
        key: str(custom[key]) for key in _CUSTOM if isinstance(custom, dict) and custom.get(key)
    }
    if "description" not in said and "version" in metadata:
        day = str(metadata.get("created_time", ""))[:_DAY_CHARS]
        said["description"] = f"version {metadata['version']} of {day or 'some day'} in Vault"
    return Row(number, path, _value(data), **said)  # type: ignore[arg-type]


def _value(data: dict[str, Any]) -> Value:
    texts = {name: _text(item) for name, item in data.items()}
    if list(texts) == [SINGLE]:
        return Value.single(texts[SINGLE])
    return Value({name: Field(text, name.lower() not in OPEN) for name, text in texts.items()})


def _text(item: object) -> str:
    if isinstance(item, bool):
        return "true" if item else "false"
    return str(item)


def _true(item: object) -> bool:
    return item is True or item == "true"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError
    return dict(pairs)
