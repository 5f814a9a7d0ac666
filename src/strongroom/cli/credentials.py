"""What opens a room, asked for at the terminal without an echo, and new passphrases.

Standard input is left alone where a command may read a value from it: questions go to the
terminal itself. `recover` reads nothing else, so it takes lines from standard input too.
"""

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from strongroom.cli import render, value_input
from strongroom.errors import InvalidError, SealedError, UsageError

if TYPE_CHECKING:
    from strongroom.crypto.passphrase import Passphrase
    from strongroom.crypto.seal import Credential
    from strongroom.crypto.shamir import Share
    from strongroom.wiring import Asking

TRIES_MAX: Final = 100  # of a share; each is said to be wrong at once
_PROMPTS: Final = {
    "passphrase": "passphrase (not shown): ",
    "recovery": "recovery code (not shown): ",
}


def ask(asking: "Asking") -> "Credential":
    """The credential, typed at the terminal.

    Raises:
        SealedError: `seal-not-given`, there is no terminal.
        UsageError: `terminal-echoes`, `no-input`; and those of the credential.
    """
    from strongroom import wiring
    from strongroom.crypto.shamir import Shares
    from strongroom.crypto.slot import Kind
    from strongroom.wiring.credentials import nobody

    if not _has_terminal():
        return nobody(asking)
    if asking.kind is Kind.SHAMIR:
        return Shares(_shares(asking, lambda: value_input.ask("share (not shown): ")))
    return wiring.of_text(asking.kind, value_input.ask(_PROMPTS[asking.kind.name.lower()]))


def ask_or_read(asking: "Asking") -> "Credential":
    """As `ask`; where standard input is no terminal, its lines.

    Raises:
        As `ask`.
    """
    from strongroom import wiring

    if sys.stdin is not None and not sys.stdin.isatty():
        return wiring.of_text(asking.kind, value_input.read().decode("utf-8", "replace"))
    return ask(asking)


def new_passphrase() -> "Passphrase":
    """A new passphrase: typed twice at a terminal, or the one line of standard input.

    Raises:
        InvalidError: `passphrase-weak`, `passphrase-unusable`.
        UsageError: `passphrase-differs`, `terminal-echoes`, `no-input`.
    """
    from strongroom.ops import seal as ops

    if sys.stdin is None or not sys.stdin.isatty():
        return ops.new_passphrase(value_input.read().decode("utf-8", "replace"))
    made = ops.new_passphrase(text := value_input.ask("new passphrase (not shown): "))
    if value_input.ask("once more: ") != text:
        raise UsageError(
            "passphrase-differs", "the two are not the same", fix="nothing was changed; try again"
        )
    return made


def _shares(asking: "Asking", typed: Callable[[], str]) -> "list[Share]":
    """Shares one at a time, each held against the sets of the room, until they are enough."""
    from strongroom.crypto.shamir import Share

    found: list[Share] = []
    sets, console = asking.sets, render.err()
    for _ in range(TRIES_MAX):
        try:
            share = Share.parse(typed())
            of = next((s for s in sets if s.set_id == share.set_id), sets[0] if sets else None)
            if of is None:
                break
            of.check(asking.room_id, share, found)
        except (InvalidError, SealedError) as error:
            console.print(f"  {render.safe(error.message)}", style="red")
            continue
        # All further ones must be of its set.
        found, sets = [*found, share], [of]
        left = of.threshold - len(found)
        more = f"{left} more" if left else "that is enough"
        console.print(f"  share {share.index} is right; {more}", style="green")
        if not left:
            break
    return found


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return sys.stdin is not None and sys.stdin.isatty()
    return True
