"""`strongroom run`: a command with its secrets."""

import os
from typing import Annotated

from cyclopts import App, Parameter

from strongroom.runtime.run import command
from strongroom.runtime.run.options import GRACE_S, INTERVAL_S, Inject, made

app = App(name="run", help="Run a command with its secrets, masked in its output.")


@app.default
def run(
    *argv: str,
    env: str | None = None,
    origin: str | None = None,
    folder: str | None = None,
    inject: str = Inject.ENV,
    only: list[str] | None = None,
    leave_out: Annotated[list[str] | None, Parameter(name="--except")] = None,
    prefix: str = "",
    upper: bool = False,
    rename: list[str] | None = None,
    override: bool = False,
    pristine: bool = False,
    strict: bool = False,
    mask: bool = True,
    watch: str | None = None,
    interval: float = INTERVAL_S,
    grace: float = GRACE_S,
    offline: bool = False,
    cache: Annotated[bool, Parameter(negative="--no-cache")] = True,
) -> int:
    """Run a command with the secrets of an application, as in `strongroom run --env dev -- CMD`.

    They come from the room or server that strongroom.toml names, or a room that is found here; in
    development from .env too. What the environment has wins. Values are replaced by names in the
    output. Names that change how programs run, such as LD_PRELOAD, are refused.

    Parameters
    ----------
    argv
        The command and its arguments; put -- before it.
    env
        The environment, e.g. production; without it what STRONGROOM_ENVIRONMENT says.
    origin
        Where the secrets are kept, e.g. room, room:FOLDER or the address of a server.
    folder
        The folder of the application's secrets in an environment, e.g. customer-api.
    inject
        env, or files: in memory, in CREDENTIALS_DIRECTORY, or file-vars: with NAME_FILE for each.
    only
        Nothing but these names, e.g. DATABASE_URL,REDIS_*.
    leave_out
        All but these names.
    prefix
        Put this before each name.
    upper
        Make names capitals, with _ for - and dots.
    rename
        Call a secret otherwise: OLD=NEW.
    override
        Let secrets win over variables that are set already.
    pristine
        Nothing but its secrets and PATH, HOME, TERM, language and the like.
    strict
        Start only when everything that strongroom.toml declares is there and fits.
    mask
        Replace values in the output; with --no-mask nothing stands between command and output.
    watch
        After a rotation: restart the command, send it a signal, e.g. HUP, or swap its files.
    interval
        How often the origin is asked, in seconds.
    grace
        How long the command has to end before it is killed, in seconds.
    offline
        Ask nobody: use what was kept on this machine.
    cache
        Keep what the origin gives, sealed, and use it for a day while the origin is away.
    """
    given = dict(locals())  # the parameters, under the names that `made` knows
    return command.end(command.run(made(given.pop("argv"), **given), os.environ))
