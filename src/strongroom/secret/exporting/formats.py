"""Secrets as a file that `strongroom import` reads back: values, types, owners, descriptions.

Pure: records go in, bytes come out. `env` has room for names and texts only.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import msgspec

from strongroom import dotenv
from strongroom.errors import InvalidError
from strongroom.model.address import Address
from strongroom.secret.importing.record import fields_text
from strongroom.secret.value import Value

_COLUMNS: Final = ("name", "value", "fields", "type", "owner", "description")
_SHOWN_MAX: Final = 5


@dataclass(frozen=True, slots=True)
class Record:
    """One secret with its current value."""

    address: Address
    value: Value = field(repr=False)
    type: str
    owner: str
    description: str = ""


class Format(Protocol):
    """One way to write them."""

    def __call__(self, records: Sequence[Record]) -> bytes:
        """The whole file."""


def write(records: Sequence[Record], format_id: str) -> bytes:
    """The file of `records`, in their order.

    Raises:
        InvalidError: `format-unknown`, `export-not-env`.
    """
    writer = FORMATS.get(format_id)
    if writer is None:
        raise InvalidError(
            "format-unknown", "no export has that format", fix=f"one of {', '.join(FORMATS)}"
        )
    return writer(records)


def _row(record: Record) -> dict[str, str]:
    """The columns of a record; a value that is one text stands alone, others as fields."""
    only = record.value.only
    row = {"name": str(record.address)}
    plain = only is not None and only.template is None and only.secret
    if plain and only is not None and isinstance(only.data, str) and only.data:
        row["value"] = only.data
    else:
        row["fields"] = fields_text(record.value)
    row |= {"type": record.type, "owner": record.owner}
    return row | ({"description": record.description} if record.description else {})


def _nested(record: Record) -> dict[str, Any]:
    row: dict[str, Any] = _row(record)
    if "fields" in row:
        row["fields"] = msgspec.json.decode(row["fields"])
    return row


def _json(records: Sequence[Record]) -> bytes:
    return msgspec.json.format(msgspec.json.encode([_nested(r) for r in records])) + b"\n"


def _yaml(records: Sequence[Record]) -> bytes:
    """Each text in double quotes, written by hand: a library's folding changes some values."""
    lines = []
    for record in records:
        start = "- "
        for column, cell in _nested(record).items():
            if isinstance(cell, str):
                lines.append(f"{start}{column}: {_quoted(cell)}")
            else:
                lines.append(f"{start}{column}:")
                lines += [f"    {_quoted(name)}: {_flow(field)}" for name, field in cell.items()]
            start = "  "
    return "".join(f"{line}\n" for line in lines or ["[]"]).encode()


def _flow(field: dict[str, str | bool]) -> str:
    parts = (
        f"{key}: {_quoted(part) if isinstance(part, str) else str(part).lower()}"
        for key, part in field.items()
    )
    return f"{{{', '.join(parts)}}}"


def _quoted(text: str) -> str:
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    code = ord(character)
    if character.isalnum() or (" " <= character <= "~" and character not in '"\\'):
        return character
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _csv(records: Sequence[Record]) -> bytes:
    out = io.StringIO(newline="")
    lines = csv.DictWriter(out, _COLUMNS, restval="")
    lines.writeheader()
    lines.writerows(_row(record) for record in records)
    return out.getvalue().encode()


def _env(records: Sequence[Record]) -> bytes:
    counts = Counter(record.address.name for record in records)
    pairs: list[tuple[str, str]] = []
    bad: list[Address] = []
    for record in records:
        only, name = record.value.only, record.address.name
        # A template of a file would be another program's text.
        text = only.data if only is not None and only.template is None else None
        named = counts[name] == 1 and dotenv.NAME.fullmatch(name)
        if named and isinstance(text, str) and "\0" not in text:
            pairs.append((name, text))
        else:
            bad.append(record.address)
    if bad:
        raise InvalidError(
            "export-not-env",
            f"a .env file holds one text for each name; it cannot hold {_listed(bad)}",
            fix="choose --format json, yaml or csv, or fewer places",
        )
    return dotenv.write(pairs).encode()


def _listed(addresses: Iterable[Address]) -> str:
    texts = [str(address) for address in addresses]
    more = f" and {len(texts) - _SHOWN_MAX:,} more" if len(texts) > _SHOWN_MAX else ""
    return f"{', '.join(texts[:_SHOWN_MAX])}{more}"


FORMATS: Final[dict[str, Format]] = {"json": _json, "yaml": _yaml, "csv": _csv, "env": _env}
