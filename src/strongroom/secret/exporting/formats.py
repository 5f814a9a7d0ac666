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
from strongroom.errors import InvalidError, MachineError
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
        InvalidError: `format-unknown`, `export-not-env`. MachineError: `extra-missing`.
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
    try:
        from ruamel.yaml import YAML  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        raise MachineError(
            "extra-missing", "YAML needs an extra", fix="pip install 'strongroom[yaml]'"
        ) from None
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False
    yaml.width = 1 << 20  # a folded text would be another one
    # The same value twice is written twice: an alias is refused by our own reader.
    yaml.representer.ignore_aliases = lambda _: True
    out = io.BytesIO()
    yaml.dump([_nested(record) for record in records], out)
    return out.getvalue()


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
