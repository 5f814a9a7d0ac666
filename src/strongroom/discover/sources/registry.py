"""All kinds of files that are read beside Python and `.env`."""

from typing import Final

from strongroom.discover.interface import Reader
from strongroom.discover.sources import (
    compose,
    dockerfile,
    github_actions,
    javascript,
    kubernetes,
    makefile,
    pipelines,
    platforms,
    shell,
    systemd,
    terraform,
)

# The first one that reads a path reads it: the narrow ones come before the wide ones.
READERS: Final[tuple[Reader, ...]] = (
    compose,
    github_actions,
    pipelines,
    platforms,
    kubernetes,
    dockerfile,
    javascript,
    makefile,
    shell,
    systemd,
    terraform,
)
