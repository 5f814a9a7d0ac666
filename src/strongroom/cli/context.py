"""`strongroom context`: name the policies and rooms that one works with."""

import os
from pathlib import Path

from cyclopts import App

from strongroom import config
from strongroom.cli import render
from strongroom.config import Config, Context
from strongroom.errors import NotFoundError

app = App(name="context", help="Name the policies and rooms that you work with.")


def current() -> Config:
    """The configuration of this process, read now."""
    return config.load(os.environ, Path.cwd())


@app.command(name="list")
def list_(*, json: bool = False) -> int:
    """List the contexts; the one in force is marked.

    Parameters
    ----------
    json
        Print JSON for machines.
    """
    settings = current()
    if json:
        render.json(
            {
                "current": settings.current,
                "contexts": [
                    {"name": c.name, "policy": c.policy, "room": c.room}
                    for c in settings.contexts.values()
                ],
            }
        )
        return 0
    grid = render.table("", "context", "policy", "room")
    for context in settings.contexts.values():
        mark = "*" if context.name == settings.current else ""
        grid.add_row(
            mark,
            *(render.cell(v or "-") for v in (context.name, context.policy, context.room)),
        )
    render.out().print(grid if settings.contexts else f"no contexts in {settings.file}")
    return 0


@app.command(name="set")
def set_(name: str, *, policy: Path | None = None, room: Path | None = None) -> int:
    """Make a context, or change one, and use it from now on.

    Parameters
    ----------
    name
        1 to 64 of A-Za-z0-9._-
    policy
        The policy document of this context.
    room
        The room's folder of this context.
    """
    settings = current()
    old = settings.contexts.get(config.context_name(name)) or Context(name)
    new = old._replace(
        policy=settings.cwd / policy if policy else old.policy,
        room=settings.cwd / room if room else old.room,
    )
    config.save(settings.file, {**settings.contexts, name: new}, name)
    render.out().print(f"context {name} is in use, kept in {settings.file}")
    return 0


@app.command
def use(name: str) -> int:
    """Use a context from now on."""
    settings = current()
    if name not in settings.contexts:
        raise NotFoundError(
            "context-unknown",
            "there is no context of that name",
            fix="`strongroom context list` shows those that exist",
        )
    config.save(settings.file, settings.contexts, name)
    render.out().print(f"context {name} is in use")
    return 0


@app.command
def remove(name: str) -> int:
    """Forget a context; nothing that it names is touched."""
    settings = current()
    if name not in settings.contexts:
        raise NotFoundError("context-unknown", "there is no context of that name")
    rest = {n: c for n, c in settings.contexts.items() if n != name}
    config.save(settings.file, rest, None if settings.current == name else settings.current)
    render.out().print(f"context {name} is forgotten")
    return 0
