"""Rows from the exports of Bitwarden, CSV and JSON: logins and notes, in their folders."""

import json
from typing import Any, Final

from strongroom.secret.importing import login, table
from strongroom.secret.importing.interface import Problem, Row, Rows

_FIELDS: Final = {
    "login_username": "username",
    "login_password": "password",
    "login_uri": "url",
    "login_totp": "totp",
    "notes": "notes",
    "fields": "fields",
}
_PASSED_OVER: Final = frozenset({"favorite", "reprompt", "type", "name", "folder", "collections"})
_KINDS: Final = {1: "login", 2: "note"}


def is_one(columns: list[str]) -> bool:
    """Whether a table with this head is theirs."""
    return {"name", "login_password"} <= set(columns)


def is_document(body: object) -> bool:
    """Whether a JSON document is theirs."""
    return isinstance(body, dict) and "encrypted" in body and ("items" in body or "data" in body)


def read(text: str) -> Rows:
    """Read either; which one it is its first character says."""
    if text.lstrip().startswith("{"):
        return _read_json(text)
    if not is_one(table.head(text)):
        why = "its head has no name and login_password"
        return Rows((), (Problem(1, "", "file-malformed", why),))
    return _sorted(
        found if isinstance(found, Problem) else _row(found) for found in table.cells(text)
    )


def _sorted(found: Any) -> Rows:
    both = list(found)
    return Rows(
        tuple(row for row in both if isinstance(row, Row)),
        tuple(row for row in both if isinstance(row, Problem)),
    )


def _row(cells: table.Cells) -> Row | Problem:
    said = cells.by_column
    folder = said.get("folder") or said.get("collections") or ""
    name = f"{folder}/{said['name']}" if folder else said["name"]
    if any(cell for c, cell in said.items() if c not in _FIELDS and c not in _PASSED_OVER):
        why = "it has a column that is not known here, and would be lost"
        return Problem(cells.line, name, "column-unknown", why)
    fields = {_FIELDS[c]: cell for c, cell in said.items() if c in _FIELDS}
    return login.row_of(cells.line, name, fields)


def _read_json(text: str) -> Rows:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    if not is_document(body):
        why = "the file is not an export of Bitwarden"
        return Rows((), (Problem(0, "", "file-malformed", why),))
    assert isinstance(body, dict)
    if body["encrypted"]:
        why = "that export is encrypted; export it as .json without a password, to a safe place"
        return Rows((), (Problem(0, "", "file-encrypted", why),))
    both = [*_list(body.get("folders")), *_list(body.get("collections"))]
    folders = {
        one["id"]: one.get("name")
        for one in both
        if isinstance(one, dict) and isinstance(one.get("id"), str)
    }
    items = enumerate(_list(body.get("items")), start=1)
    return _sorted(_item(number, item, folders) for number, item in items)


def _list(found: object) -> list[Any]:
    return found if isinstance(found, list) else []


def _lost(item: dict[str, Any], held: dict[str, Any]) -> str:
    """What of an item would be lost here, or nothing."""
    uris, fields = held.get("uris") or [], item.get("fields") or []
    for several in (uris, fields):
        if not isinstance(several, list) or not all(isinstance(one, dict) for one in several):
            return "its fields or its URIs are not a list of objects"
    if len(uris) > 1:
        return "it has more than one URI, and only one is kept"
    names = [str(one.get("name")) for one in fields]
    return "it names a field twice" if len(set(names)) != len(names) else ""


def _item(number: int, item: object, folders: dict[str, object]) -> Row | Problem:
    if not isinstance(item, dict):
        return Problem(number, "", "row-malformed", "the item is not an object")
    ids = [item.get("folderId"), *_list(item.get("collectionIds"))]
    known = [folders[one] for one in ids if isinstance(one, str) and one in folders]
    name = "/".join(str(part) for part in (*known[:1], item.get("name") or ""))
    kind = item.get("type")
    if not isinstance(kind, int) or kind not in _KINDS:
        return Problem(number, name, "row-malformed", "it is neither a login nor a note")
    said = item.get("login")
    held = said if isinstance(said, dict) else {}
    if lost := _lost(item, held):
        return Problem(number, name, "row-malformed", lost)
    uris = _list(held.get("uris"))
    custom = {
        f"field_{one.get('name')}": str(one.get("value") or "") for one in _list(item.get("fields"))
    }
    fields = {
        "username": held.get("username"),
        "password": held.get("password"),
        "url": uris[0].get("uri") if uris else None,
        "totp": held.get("totp"),
        "notes": item.get("notes"),
        **custom,
    }
    return login.row_of(number, name, {key: str(text) for key, text in fields.items() if text})
