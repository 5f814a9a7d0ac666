"""Starting a process to scan in, which takes a while: whoever knows early that it is needed begins here.

Only what that takes is imported.
"""

import signal
import subprocess
import sys
from contextlib import suppress

# A folder that is scanned must not be where modules are looked for.
_SAFE = "-I" if sys.flags.isolated else "-P"
COMMAND = (sys.executable, _SAFE, "-c", "from strongroom.scan.child import main; main()")


def start() -> "subprocess.Popen[bytes]":
    """A process that waits for its recipe; it ends when its standard input does.

    Ctrl-C does not reach it, not even while it loads: whoever started it ends it.

    Raises:
        OSError: there is none to be had.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return subprocess.Popen(
            COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=True
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end(process: "subprocess.Popen[bytes]") -> None:
    """End it, whatever it is doing."""
    with suppress(OSError):
        process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
    process.wait()
