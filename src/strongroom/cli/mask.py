"""`strongroom mask`: any stream without the values in it."""

import os
from pathlib import Path

from cyclopts import App

from strongroom.runtime.masking import command

app = App(name="mask", help="Copy standard input to standard output without secrets in it.")


@app.default
def mask(
    *,
    env_names: list[str] | None = None,
    env_file: list[Path] | None = None,
    names_from: list[Path] | None = None,
) -> int:
    """Copy standard input to standard output, known values replaced by their names.

    A value is found however it is written: escaped, quoted, in base64 or hex, by lines, cut
    off. Without options, everything in the environment whose name is that of a secret is
    hidden, and the files of /run/secrets and $CREDENTIALS_DIRECTORY. Values are never given on
    the command line. When no value is known, nothing is let through.

    Parameters
    ----------
    env_names
        Names of variables, e.g. A,B; may be repeated.
    env_file
        A .env file whose secrets are hidden; may be repeated.
    names_from
        A file that lists names, such as .env.example or strongroom.toml; the values come from
        the environment.
    """
    options = command.Options(
        command.split(env_names or []), tuple(env_file or ()), tuple(names_from or ())
    )
    return command.run(options, os.environ)
