"""The `strongroom` command: its table of contents, and how every command ends.

Commands are imported when they run, so that `--help` and the next command stay fast.
"""

import sys
from collections.abc import Sequence
from typing import Final

from cyclopts import App, CycloptsError

from strongroom import __version__
from strongroom.errors import StrongroomError

INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141
COMMANDS: Final = {
    # name: (where it is, what it does)
    "policy": ("strongroom.cli.policy:app", "Compile, show, explain, compare the written policy."),
    "check": ("strongroom.cli.check:app", "Check a folder of source code against the policy."),
    "generate": ("strongroom.cli.generate:app", "Make a fresh secret as the policy demands."),
    "strength": ("strongroom.cli.strength:app", "Measure a value from standard input."),
    "init": ("strongroom.cli.room:init_app", "Make a room that runs a policy."),
    "secret": ("strongroom.cli.secret:app", "Write, generate, read, list and show secrets."),
    "access": ("strongroom.cli.access:app", "Principals, grants, and why somebody may or may not."),
    "audit": ("strongroom.cli.audit:app", "Read, verify and sign the audit log."),
    "fsck": (
        "strongroom.cli.fsck:app",
        "Check the whole room: storage, rows, changes and the log.",
    ),
    "status": (
        "strongroom.cli.room:status_app",
        "Say whether the room serves, and where it stands.",
    ),
    "whoami": ("strongroom.cli.room:whoami_app", "Say who you are to the room."),
    "recover": ("strongroom.cli.room:recover_app", "Open the room with its recovery code."),
    "context": ("strongroom.cli.context:app", "Name the policies and rooms that you work with."),
}
EPILOGUE: Final = "Exit codes: 0 done, 1 findings, 2 usage; the rest: docs/reference/exit-codes.md"


def build() -> App:
    """The command tree; commands are strings until one is run."""
    app = App(
        name="strongroom",
        help="Run your company's written secrets policy.",
        help_epilogue=EPILOGUE,
        version=__version__,
        help_format="plaintext",
    )
    for name, (target, summary) in COMMANDS.items():
        app.command(target, name=name, help=summary)
    app.register_install_completion_command(name="completion")
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; the one place where errors are rendered."""
    tokens = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in tokens
    try:
        result = build()(
            tokens, exit_on_error=False, print_error=False, result_action="return_value"
        )
    except CycloptsError as error:
        return _fail("usage", str(error), "add --help to see how it is used", 2, as_json=as_json)
    except StrongroomError as error:
        return _fail(error.code, error.message, error.fix, error.exit, as_json=as_json)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`| head`); nothing more can be said to it.
        sys.stdout = None
        return BROKEN_PIPE
    except MemoryError:
        return _fail("out-of-memory", "the machine is out of memory", None, 8, as_json=as_json)
    return result if isinstance(result, int) else 0


def _fail(code: str, message: str, fix: str | None, status: int, *, as_json: bool) -> int:
    from strongroom.cli import render

    render.error(code, message, fix, as_json=as_json)
    return status
