"""What every anchor promises; `tests/anchor/test_contract.py` runs it against each kind.

1. `notes` gives every checkpoint that was kept, oldest first, as the text that was appended.
2. `append` returns when the checkpoint is on the disk. It adds; nothing kept is changed.
   What was cut off by a crash is no checkpoint, and does not spoil the next one.
3. Only what an anchor wrote is appended to: a file or branch of something else is refused,
   and so is that of another log.
4. No network is used, no program of the user's is run, no setting of his is obeyed.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

from strongroom.errors import InvalidError, MachineError

NOTE_BYTES_MAX: Final = 64 * 1024
_REMOTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[^/]*@[^/]*:")


class Anchor(Protocol):
    """One place that keeps checkpoints of one log. See the module's contract."""

    def notes(self) -> Iterator[str]:
        """What was kept, oldest first.

        Raises:
            MachineError: `anchor-unreadable`.
            InvalidError: `anchor-foreign`; something else stands there.
        """

    def append(self, note: str, at_us: int) -> None:
        """Keep one more.

        Raises:
            MachineError: `anchor-unwritable`; InvalidError: `anchor-foreign`.
        """


def local(place: str) -> Path:
    """The absolute path of a place on this machine.

    Raises:
        InvalidError: `anchor-remote`; it is an address, which may carry a password too.
    """
    if _REMOTE.match(place) or "\0" in place or not place.isprintable():
        raise InvalidError(
            "anchor-remote",
            "an anchor is a file or a repository on this machine",
            fix="anchor in a local clone, and let its owner push it",
        )
    return Path(place).absolute()


def unreadable(why: str) -> MachineError:
    """The anchor's place cannot be read."""
    return MachineError(
        "anchor-unreadable",
        f"the anchor cannot be read: {why}",
        fix="put it back, or take it out with `strongroom audit anchor remove`",
    )


def unwritable(why: str) -> MachineError:
    """The anchor's place cannot be written."""
    return MachineError("anchor-unwritable", f"the anchor cannot be written: {why}")


def foreign(why: str) -> InvalidError:
    """Something stands there that no anchor of this log wrote."""
    return InvalidError(
        "anchor-foreign", f"that is no anchor of this log: {why}", fix="name a new place"
    )
