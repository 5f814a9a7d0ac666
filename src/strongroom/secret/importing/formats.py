"""Which formats there are, and which one a source has by its name and by what it holds."""

import json
from collections.abc import Iterator
from typing import Final

from strongroom import dotenv
from strongroom.errors import InvalidError, LimitError
from strongroom.secret.importing import (
    bitwarden,
    csv_format,
    env_format,
    inventory,
    json_format,
    onepassword,
    table,
    vault,
    yaml_format,
)
from strongroom.secret.importing.interface import FILE_BYTES_MAX, ROWS_MAX, Format, Rows

FORMATS: Final[dict[str, Format]] = {
    "env": env_format.read,
    "json": json_format.read,
    "yaml": yaml_format.read,
    "csv": csv_format.read,
    "inventory": inventory.read,
    "vault": vault.read,
    "1password": onepassword.read,
    "bitwarden": bitwarden.read,
}
_ENDINGS: Final = {
    "env": "env",
    "json": "json",
    "yaml": "yaml",
    "yml": "yaml",
    "csv": "csv",
    "md": "inventory",
    "markdown": "inventory",
}
_LOOK_CHARS: Final = 64 * 1024  # how much of a text tells lines of one kind from another


def detect(name: str, data: bytes) -> str:
    """The format of a source. Its name says which family, its content which of the family.

    Raises:
        InvalidError: `format-unknown`; `format-ambiguous`, with those that it may be.
    """
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    family = _of_name(name)
    if family in {"env", "yaml", "inventory"}:
        return family
    found = list(_by_content(text, family))
    if family is not None and not found:
        return family  # its reader says what is wrong with it
    if len(found) == 1:
        return found[0]
    if not found:
        raise _unknown()
    raise InvalidError(
        "format-ambiguous",
        f"the source may be {' or '.join(found)}",
        fix="say which with --format",
    )


def read(data: bytes, format_id: str) -> Rows:
    """All rows and all problems of a file.

    Raises:
        InvalidError: `format-unknown`, `file-not-text`. LimitError: `file-too-large`,
            `rows-too-many`. MachineError: `extra-missing`.
    """
    reader = FORMATS.get(format_id)
    if reader is None:
        raise _unknown()
    if len(data) > FILE_BYTES_MAX:
        raise LimitError("file-too-large", f"an import has at most {FILE_BYTES_MAX:,} bytes")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise InvalidError("file-not-text", "the file is not UTF-8") from None
    found = reader(text)
    if len(found.rows) > ROWS_MAX:
        raise LimitError("rows-too-many", f"an import has at most {ROWS_MAX:,} rows")
    return found


def _of_name(name: str) -> str | None:
    lowered = name.lower().rpartition("/")[2]
    if lowered.startswith(".env"):
        return "env"
    stem, dot, ending = lowered.rpartition(".")
    return _ENDINGS.get(ending) if dot and (stem or ending == "env") else None


def _by_content(text: str, family: str | None) -> Iterator[str]:
    """Every format that the text may have, of the family that its name says."""
    if family in {None, "json"} and text.lstrip()[:1] in {"{", "["}:
        yield from _of_json(text)
        return
    if family in {None, "csv"}:
        yield from _of_csv(text)
    if family is None:
        start = text[:_LOOK_CHARS]
        start = start if len(text) <= _LOOK_CHARS else start.rpartition("\n")[0]
        lines = dotenv.parse(start)
        if lines.entries and not lines.flaws:
            yield "env"
        if "\n|" in start and inventory.read(start).rows:
            yield "inventory"


def _of_json(text: str) -> Iterator[str]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        yield "json"
        return
    if bitwarden.is_document(body):
        yield "bitwarden"
    elif vault.is_document(body):
        yield "vault"
    else:
        yield "json"


def _of_csv(text: str) -> Iterator[str]:
    columns = table.head(text)
    for format_id, is_one in (
        ("csv", csv_format.is_one),
        ("1password", onepassword.is_one),
        ("bitwarden", bitwarden.is_one),
    ):
        if is_one(columns):
            yield format_id


def _unknown() -> InvalidError:
    return InvalidError(
        "format-unknown",
        "the format of the source is not known",
        fix=f"name it with --format: one of {', '.join(FORMATS)}",
    )
