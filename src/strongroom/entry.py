"""The first step of `strongroom`: small commands that stand in pipes start by themselves.

They load neither the command line's framework nor a room. Everything else, and whatever they do
not understand, goes to the full command line.
"""

import os
import sys
from collections.abc import Sequence

from strongroom.errors import StrongroomError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    status = _mask(words[1:]) if words[:1] == ["mask"] else None
    if status is not None:
        return status
    from strongroom.cli.main import main as full  # noqa: PLC0415 - the framework

    return full(words)


def _mask(words: Sequence[str]) -> int | None:
    from strongroom.runtime.masking import command  # noqa: PLC0415 - for this command only

    options = command.parse(words)
    if options is None:
        return None
    try:
        return command.run(options, os.environ)
    except StrongroomError as error:
        from strongroom.cli import render  # noqa: PLC0415 - only to say what went wrong

        render.error(error.code, error.message, error.fix, as_json=False)
        return error.exit
