"""How results look: tables and colour for people, one JSON document for machines.

Colour follows NO_COLOR, FORCE_COLOR and whether a terminal is there (rich decides).
Text from documents and repositories is printed as text: markup in it is not obeyed, and
control characters are shown, not sent to the terminal.
"""

import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from strongroom.errors import UsageError

SEVERITY_STYLE = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}
STATUS_STYLE = {
    "enforced": "green",
    "evidenced": "green",
    "manual": "yellow",
    "not-understood": "magenta",
    "pass": "green",
    "fail": "bold red",
    "not-evaluated": "dim",
}


class _Console(Console):
    """One whose reader may go away: an error like others, and not the end of the program.

    What the library does instead ends whatever thread prints, in the middle of its work.
    """

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def out() -> Console:
    """The console for results."""
    return _Console(highlight=False, emoji=False, markup=False, soft_wrap=False)


def err() -> Console:
    """The console for errors, notes and progress."""
    return _Console(stderr=True, highlight=False, emoji=False, markup=False)


@contextmanager
def unheard() -> Iterator[None]:
    """For what is said while work goes on, which does not stop because nobody can hear of it.

    The output may be closed, its reader gone, or its disk full.
    """
    try:
        yield
    except (OSError, ValueError):  # the latter is a file that was closed
        return


def safe(text: str) -> str:
    """`text` with control and direction-changing characters made visible."""
    return "".join(
        f"\\u{ord(c):04x}"
        if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"} and c != "\n"
        else c
        for c in text
    )


def cell(text: object, style: str = "") -> Text:
    """One table cell, safe to show."""
    return Text(safe(str(text)), style=style)


def day(us: int) -> str:
    """A day in UTC, of microseconds since 1970."""
    return datetime.fromtimestamp(us / 1_000_000, UTC).strftime("%Y-%m-%d")


def minute(us: int) -> str:
    """A minute in UTC, of microseconds since 1970."""
    return datetime.fromtimestamp(us / 1_000_000, UTC).strftime("%Y-%m-%d %H:%M")


def moment(us: int) -> str:
    """A second in UTC, of microseconds since 1970."""
    return datetime.fromtimestamp(us / 1_000_000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def instant(us: int) -> str:
    """A millisecond of a day in UTC, of microseconds since 1970."""
    return datetime.fromtimestamp(us / 1_000_000, UTC).strftime("%H:%M:%S.%f")[:-3]


def table(*columns: str, title: str | None = None) -> Table:
    """A table in the house style: no box but a rule under its head."""
    grid = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        grid.add_column(column, header_style="dim", overflow="fold")
    return grid


def json(value: Any) -> None:
    """Print `value` as one JSON document, keys as they are, UTF-8."""
    raw(msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2) + b"\n")


def raw(data: bytes) -> None:
    """Print bytes as they are.

    Raises:
        UsageError: `no-output`, standard output is closed.
    """
    if sys.stdout is None:
        raise UsageError("no-output", "standard output is closed", fix="give it somewhere to go")
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def _utf8(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def unfinished(ids: Iterable[str], console: Console | None = None) -> None:
    """Name imports that were interrupted, and what to do about them; on the output by default."""
    names = ", ".join(one[:12] for one in ids)
    (console or out()).print(
        f"import {names} is unfinished: strongroom import resume, or import abort", style="yellow"
    )


def error(code: str, message: str, fix: str | None, *, as_json: bool) -> None:
    """Print a failure on standard error, with its stable code and the next step."""
    if as_json:
        # A path of the command line may hold bytes that are no UTF-8: JSON refuses those.
        message, fix = _utf8(message), fix and _utf8(fix)
        body = {"error": {"code": code, "message": message, "fix": fix}}
        sys.stderr.write(msgspec.json.encode(body).decode() + "\n")
        return
    line = Text("error: ", style="bold red")
    line.append(safe(message), style="")
    line.append(f"  [{code}]", style="dim")
    console = err()
    console.print(line, soft_wrap=True)
    if fix:
        console.print(Text.assemble(("  fix: ", "bold"), safe(fix)), soft_wrap=True)
