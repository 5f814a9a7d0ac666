"""All kinds of files that are read beside Python and `.env`."""

from typing import Final

from strongroom.discover.interface import Reader
from strongroom.discover.sources import compose, dockerfile, github_actions, javascript, shell

READERS: Final[tuple[Reader, ...]] = (compose, dockerfile, github_actions, javascript, shell)
