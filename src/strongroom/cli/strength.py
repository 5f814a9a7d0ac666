"""`strongroom strength`: how strong a value is that one has."""

import sys
from getpass import GetPassWarning, getpass
from pathlib import Path
from warnings import catch_warnings, simplefilter

from cyclopts import App

from strongroom.cli import render
from strongroom.cli.context import current
from strongroom.errors import LimitError, UsageError
from strongroom.ops import standards
from strongroom.ops import strength as ops

app = App(name="strength", help="Measure a value from standard input against the policy.")


@app.default
def strength(
    *,
    clause: str | None = None,
    type_: str | None = None,
    env: str | None = None,
    policy: Path | None = None,
    json: bool = False,
) -> int:
    """Measure a value from standard input; no character of it is shown.

    Exits with 0 when it is strong enough and 1 when it is not.

    Parameters
    ----------
    clause
        The one clause to hold it against, e.g. P-4.1; without it those of its type.
    type_
        A type of the policy or a kind, e.g. password; without it what it looks like.
    env
        The environment that it is for; without it the strictest.
    policy
        The policy document; without it the one in force, then built-in defaults.
    json
        Print JSON for machines.
    """
    found = standards.find(current(), policy)
    result = ops.strength(ops.StrengthRequest(read(), clause, type_, env), found)
    if json:
        render.json(result)
    else:
        _show(result)
    return 0 if result.ok else 1


def read() -> bytes:
    """A value from standard input less one line's end, or typed unseen at a terminal.

    Raises:
        LimitError: `value-too-large`.
        UsageError: `no-input`, `terminal-echoes`.
    """
    if sys.stdin is None:
        raise _no_input("standard input is closed")
    if sys.stdin.isatty():
        return _ask()
    data = sys.stdin.buffer.read(ops.VALUE_BYTES_MAX + 3)
    data = data.removesuffix(b"\n").removesuffix(b"\r") if data.endswith(b"\n") else data
    if len(data) > ops.VALUE_BYTES_MAX:
        raise LimitError("value-too-large", f"a value has at most {ops.VALUE_BYTES_MAX} bytes")
    return data


def _ask() -> bytes:
    with catch_warnings():
        # Rather no answer than one that stays on the screen.
        simplefilter("error", GetPassWarning)
        try:
            return getpass("value (not shown): ").encode()
        except EOFError:
            raise _no_input("nothing was typed") from None
        except GetPassWarning:
            raise UsageError(
                "terminal-echoes",
                "this terminal cannot hide what is typed",
                fix="pipe the value in, e.g. `strongroom strength < file`",
            ) from None


def _no_input(message: str) -> UsageError:
    return UsageError("no-input", message, fix="pipe the value in")


def _show(result: ops.StrengthResult) -> None:
    console = render.out()
    what = result.algorithm or result.kind
    console.print(render.cell(f"{result.bits:g} bits, {what}, for {result.environment}"))
    for check in result.checks:
        mark, style = ("pass", "green") if check.ok else ("fail", "bold red")
        console.print(render.cell(f"{mark}  {check.message}", style=style), soft_wrap=True)
    for note in result.notes:
        render.err().print(render.cell(f"note: {note}", style="yellow"), soft_wrap=True)
