"""Which formats there are, and which one a file has by its name."""

from typing import Final

from strongroom.errors import InvalidError, LimitError
from strongroom.secret.importing import csv_format, env_format, json_format
from strongroom.secret.importing.interface import FILE_BYTES_MAX, ROWS_MAX, Format, Rows

FORMATS: Final[dict[str, Format]] = {
    "env": env_format.read,
    "json": json_format.read,
    "csv": csv_format.read,
}


def of_name(name: str) -> str:
    """The format of a file of this name.

    Raises:
        InvalidError: `format-unknown`.
    """
    lowered = name.lower().rpartition("/")[2]
    if lowered.startswith(".env") or lowered.endswith(".env"):
        return "env"
    ending = lowered.rpartition(".")[2]
    if ending in FORMATS:
        return ending
    raise _unknown()


def detect(name: str, data: bytes) -> str:
    """The format of a source, by its name and by what it holds."""
    del data
    return of_name(name)


def read(data: bytes, format_id: str) -> Rows:
    """All rows and all problems of a file.

    Raises:
        InvalidError: `format-unknown`, `file-not-text`. LimitError: `file-too-large`,
            `rows-too-many`.
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


def _unknown() -> InvalidError:
    return InvalidError(
        "format-unknown",
        "the format of the file is not known",
        fix=f"name it with --format: one of {', '.join(FORMATS)}",
    )
