"""Which kinds of anchors there are."""

from enum import StrEnum

from strongroom.anchor.file import FileAnchor
from strongroom.anchor.git import GitAnchor
from strongroom.anchor.interface import Anchor, local


class Kind(StrEnum):
    """Where checkpoints are kept."""

    FILE = "file"
    GIT = "git"


def opened(kind: str, place: str, *origins: str) -> Anchor:
    """The anchor at `place` for the log whose names are `origins`, the one of today last.

    Raises:
        InvalidError: `anchor-remote`.
    """
    return (GitAnchor if kind == Kind.GIT else FileAnchor)(local(place), *origins)
