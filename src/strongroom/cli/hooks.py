"""`strongroom hooks`: have git scan what is committed, pushed and received."""

import os
from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter

from strongroom.cli import render
from strongroom.ops import hooks as ops
from strongroom.ops.hooks import Found, Hook, HooksRequest, State

FORMAT: Final = "strongroom/hooks/v1"
app = App(name="hooks", help="Have git scan for secrets before it commits, pushes or receives.")
_STYLE: Final = {State.OURS: "green", State.ABSENT: "dim", State.FOREIGN: "yellow"}


@app.command
def install(
    *hooks: Hook,
    path: Path | None = None,
    shared: Annotated[bool, Parameter(negative=())] = False,
    json: bool = False,
) -> int:
    """Put hooks into a repository: pre-commit and pre-push, or pre-receive into a bare one.

    A hook that is there is kept, and runs before ours. core.hooksPath is honoured.

    Parameters
    ----------
    hooks
        Only these: pre-commit, pre-push, pre-receive.
    path
        A folder in the repository; the one you are in when not given.
    shared
        Write into a folder of hooks that other repositories use too.
    json
        Print one JSON document.
    """
    return _show(ops.install(_request(hooks, path, shared)), json=json)


@app.command
def uninstall(
    *hooks: Hook,
    path: Path | None = None,
    shared: Annotated[bool, Parameter(negative=())] = False,
    json: bool = False,
) -> int:
    """Take our hooks away, and put back what was there before them.

    Parameters
    ----------
    hooks
        Only these: pre-commit, pre-push, pre-receive.
    path
        A folder in the repository; the one you are in when not given.
    shared
        Take them out of a folder of hooks that other repositories use too.
    json
        Print one JSON document.
    """
    return _show(ops.uninstall(_request(hooks, path, shared)), json=json)


@app.command
def status(*hooks: Hook, path: Path | None = None, json: bool = False) -> int:
    """Say which hooks scan as they should. Exits with 1 when one does not, or is outdated.

    Parameters
    ----------
    hooks
        Only these: pre-commit, pre-push, pre-receive.
    path
        A folder in the repository; the one you are in when not given.
    json
        Print one JSON document.
    """
    found = ops.status(_request(hooks, path, False))
    _show(found, json=json)
    if all(one.state is State.OURS for one in found):
        return 0
    if not json:
        render.err().print("fix: `strongroom hooks install` writes what is missing or outdated")
    return 1


def _request(hooks: tuple[Hook, ...], path: Path | None, shared: bool) -> HooksRequest:
    return HooksRequest(path or Path(), hooks, shared, environ=os.environ)


def _show(found: tuple[Found, ...], *, json: bool) -> int:
    if json:
        rows = [
            {"hook": one.hook, "path": str(one.path), "state": one.state, "chained": one.chained}
            for one in found
        ]
        render.json({"format": FORMAT, "hooks": rows})
        return 0
    grid = render.table("hook", "", "where", "")
    for one in found:
        grid.add_row(
            render.cell(one.hook, "bold"),
            render.cell(one.state, _STYLE.get(one.state, "yellow")),
            render.cell(one.path, "dim"),
            render.cell("runs the one that was there first" if one.chained else ""),
        )
    render.out().print(grid)
    return 0
