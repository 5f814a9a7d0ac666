"""Tidies up after a demonstration that is killed and can do it no more."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

# Standard input ends with the process that holds its other end, however that ends. A server is
# given time to stop, since its folder goes after it.
_WATCH: Final = """
read -r _
if [ -n "$2" ] && kill -INT "$2" 2>/dev/null; then
    n=0
    while kill -0 "$2" 2>/dev/null && [ $n -lt 200 ]; do sleep 0.1; n=$((n + 1)); done
    kill -KILL "$2" 2>/dev/null
fi
rm -rf -- "$1"
"""


@contextmanager
def guarded(folder: Path, server: int | None = None) -> Iterator[None]:
    """Whatever ends this process: `server`, a pid, is ended too, and then `folder` removed.

    A block that comes to its end has done so itself.
    """
    pid = "" if server is None else str(server)
    watcher = subprocess.Popen(
        ["/bin/sh", "-c", _WATCH, "sh", str(folder), pid],
        stdin=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the demonstration
    )
    try:
        yield
    finally:
        watcher.kill()  # before the pipe is closed, which it would take for the end
        watcher.communicate()
