"""The `strongroom` command: its table of contents, and how every command ends.

Commands are imported when they run, so that `--help` and the next command stay fast.
"""

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from traceback import walk_tb
from typing import Final

from cyclopts import App, CycloptsError

from strongroom import __version__
from strongroom.errors import StrongroomError

INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141
HIDDEN_CHARS_MIN: Final = 4  # shorter words stand in every sentence, and give nothing away
_OPTION: Final = re.compile(r"--?[a-z-]{1,32}")
PLACES: Final = 4  # frames of a fault that are shown
COMMANDS: Final = {
    # name: (where it is, what it does)
    "policy": ("strongroom.cli.policy:app", "Compile, show, explain, compare the written policy."),
    "check": ("strongroom.cli.check:app", "Check a folder of source code against the policy."),
    "discover": (
        "strongroom.cli.discover:app",
        "Say which secrets a repository expects, without running it.",
    ),
    "scan": (
        "strongroom.cli.scan:app",
        "Find leaked secrets in files, histories, changes and streams.",
    ),
    "hooks": (
        "strongroom.cli.hooks:app",
        "Have git scan before it commits, pushes or receives.",
    ),
    "adopt": ("strongroom.cli.adopt:app", "Bring an existing repository under its policy."),
    "generate": ("strongroom.cli.generate:app", "Make a fresh secret as the policy demands."),
    "strength": ("strongroom.cli.strength:app", "Measure a value from standard input."),
    "validate": ("strongroom.cli.validate:app", "Check the secrets that an application declares."),
    "run": ("strongroom.cli.run:app", "Run a command with its secrets, masked in its output."),
    "mask": ("strongroom.cli.mask:app", "Copy standard input without the secrets in it."),
    "env": ("strongroom.cli.env:app", "The `.env` of a developer's machine, and the room."),
    "init": ("strongroom.cli.room:init_app", "Make a room that runs a policy."),
    "secret": ("strongroom.cli.secret:app", "Write, generate, read, list and show secrets."),
    "rotate": (
        "strongroom.cli.rotate:app",
        "Give a secret another value where it is valid, without breaking it.",
    ),
    "target": ("strongroom.cli.target:app", "The systems that hold credentials."),
    "inventory": (
        "strongroom.cli.inventory:app",
        "What the room keeps, who owns it, what is missing; no values.",
    ),
    "import": (
        "strongroom.cli.importing:app",
        "Bring many secrets in from a file, all or nothing.",
    ),
    "export": (
        "strongroom.cli.export:app",
        "Take many secrets out into a file, encrypted.",
    ),
    "access": ("strongroom.cli.access:app", "Principals, grants, and why somebody may or may not."),
    "audit": ("strongroom.cli.audit:app", "Read, verify and sign the audit log."),
    "share": ("strongroom.cli.share:app", "Give a value to one other person, once, with a code."),
    "alarm": ("strongroom.cli.alarm:app", "Look at alarms: tries that could be guessing."),
    "notify": ("strongroom.cli.notify:app", "Who is told of rotations, and what he has been told."),
    "fsck": (
        "strongroom.cli.fsck:app",
        "Check the whole room: storage, rows, changes and the log.",
    ),
    "backup": ("strongroom.cli.backup:app", "Copy the room into one file; verify and list copies."),
    "restore": (
        "strongroom.cli.restore:app",
        "Make a backup, or a copied folder, an instance of its own.",
    ),
    "drill": ("strongroom.cli.drill:app", "Try the worst day, and keep what came of it."),
    "agent": ("strongroom.cli.agent:agent_app", "Keep a room in time: rotations, reminders."),
    "tick": ("strongroom.cli.agent:tick_app", "Do one round of an agent, for cron."),
    "status": (
        "strongroom.cli.room:status_app",
        "Say whether the room serves, and where it stands.",
    ),
    "whoami": ("strongroom.cli.room:whoami_app", "Say who you are to the room."),
    "recover": ("strongroom.cli.room:recover_app", "Open the room with its recovery code."),
    "seal": (
        "strongroom.cli.seal:app",
        "Who can open the room: key files, passphrases, shares, codes.",
    ),
    "key": ("strongroom.cli.key:app", "The keys that wrap the values of environments."),
    "apikey": (
        "strongroom.cli.api_keys:app",
        "Keys that we give to our clients: issue, verify, roll, revoke.",
    ),
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
        return _fail(
            "usage",
            _hidden(str(error), tokens),
            "add --help to see how it is used",
            2,
            as_json=as_json,
        )
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001 - all end here
        return failure(error, as_json=as_json)
    return result if isinstance(result, int) else 0


def failure(error: BaseException, *, as_json: bool) -> int:
    """Say what ended a command, and give its exit code."""
    match error:
        case StrongroomError():
            return _fail(error.code, error.message, error.fix, error.exit, as_json=as_json)
        case KeyboardInterrupt():
            return INTERRUPTED
        case BrokenPipeError():
            # The reader went away (`| head`); nothing more can be said to it.
            sys.stdout = None
            return BROKEN_PIPE
        case MemoryError():
            return _fail("out-of-memory", "the machine is out of memory", None, 8, as_json=as_json)
        case OSError():
            reason = error.strerror or "an operation failed"
            # What is left of the output cannot be written at the end either.
            sys.stdout = None
            message = f"the machine refused: {reason}"
            return _fail("machine-refused", message, None, 8, as_json=as_json)
        case _:  # a traceback would show what was given
            return _fail("internal", _place(error), "report it with this line", 70, as_json=as_json)


def _hidden(message: str, tokens: Sequence[str]) -> str:
    """`message` without what was typed, names of options and commands apart.

    People type values where they do not belong, and what is printed ends in logs.
    """
    words = {part for token in tokens for part in (token, *token.partition("=")[::2])}
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= HIDDEN_CHARS_MIN and not _OPTION.fullmatch(word) and word not in COMMANDS:
            for spelled in (word, repr(word)[1:-1]):
                message = message.replace(spelled, "…")
    return message


def _place(error: BaseException) -> str:
    """What went wrong and where, without the error's own words: they may repeat a value."""
    frames = walk_tb(error.__traceback__)
    steps = [f"{Path(f.f_code.co_filename).stem}:{line}" for f, line in frames]
    return f"a fault of ours: {type(error).__name__} at {' '.join(steps[-PLACES:])}"


def _fail(code: str, message: str, fix: str | None, status: int, *, as_json: bool) -> int:
    from strongroom.cli import render

    render.error(code, message, fix, as_json=as_json)
    return status
