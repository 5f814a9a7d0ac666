"""What `strongroom run` adds to the start of a command, with a room on this machine; its throughput.

The command tells by the clock when it started. What comes behind that (what it prints is masked,
the log is signed) goes on beside it, and counts in full only for a command that does nothing.
"""

import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import Row, at_least, at_most

SECRETS = 20
RUNS = 15
OCTETS = 64 * 1024 * 1024
POLICY = (
    Path(__file__).parent.parent
    / "examples/customer-intelligence-api-before/docs/SECRETS_POLICY.md"
)
STRONGROOM = [sys.executable, "-m", "strongroom"]
CLOCK = ["date", "+%s%N"]  # a command that says when it started
BECOME = "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])"


def _seconds(command: list[str], environ: Mapping[str, str], folder: Path) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environ, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


class _Cost(NamedTuple):
    """Milliseconds: until the command starts, until all has ended, of processor time."""

    start: float
    end: float
    processor: float


def _cost(command: list[str], environ: Mapping[str, str], folder: Path) -> _Cost:
    used, start = os.times(), time.time_ns()
    done = subprocess.run(command, env=environ, cwd=folder, check=True, capture_output=True)
    end, now = time.time_ns(), os.times()
    processor = sum(now[2:4]) - sum(used[2:4])
    return _Cost((int(done.stdout) - start) / 1e6, (end - start) / 1e6, processor * 1000)


def _added(line: list[str], environ: Mapping[str, str], folder: Path) -> _Cost:
    """Over the command alone, pair by pair."""
    extra = []
    for number in range(RUNS + 1):
        alone = _cost(CLOCK, environ, folder)
        ours = _cost([*line, *CLOCK], environ, folder)
        if number:
            extra.append([mine - its for mine, its in zip(ours, alone, strict=True)])
    return _Cost(*(statistics.median(column) for column in zip(*extra, strict=True)))


def run() -> list[Row]:
    """With masking, without, and with files, in a room of 20 secrets of one application."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": name,
            "STRONGROOM_CONFIG": str(folder / "config" / "config.toml"),
            "STRONGROOM_ENVIRONMENT": "development",
            "STRONGROOM_FOLDER": "app",
            "STRONGROOM_ORIGIN": "room",
        }
        done = [*STRONGROOM, "init", "--policy", str(POLICY)]
        _seconds(done, environ, folder)
        lines = "".join(f"KEY_{n}={secrets.token_urlsafe(32)}\n" for n in range(SECRETS))
        words = ["import", "--format", "env", "--into", "development/app", "--type", "api-key"]
        subprocess.run(
            [*STRONGROOM, *words, "--owner", "Ada"],
            input=lines.encode(), env=environ, cwd=folder, check=True, capture_output=True,
        )  # fmt: skip
        line = [*STRONGROOM, "run"]
        bare = _added([sys.executable, "-c", BECOME], environ, folder)
        rows = [Row("a bare interpreter, over the command alone", bare.start, "ms")]
        for what, options in (
            ("", ()),
            (", --no-mask", ("--no-mask",)),
            (", --inject files", ("--inject", "files")),
        ):
            added = _added([*line, *options, "--"], environ, folder)
            rows += [
                at_most(f"run adds to the start of a command{what}, room of 20 secrets", added.start, "ms", 120),
                Row(f"the same until all has ended{what}", added.end, "ms"),
                Row(f"the same, processor time{what}", added.processor, "ms"),
            ]  # fmt: skip
        empty = _seconds([*line, "--", "true"], environ, folder)
        copy = [*line, "--", "sh", "-c", f"head -c {OCTETS} /dev/zero | tr '\\0' 'a'"]
        taken = _seconds(copy, environ, folder) - empty
        rows.append(at_least("output of a command, masked", OCTETS / taken / 1e6, "MB/s", 100))
        return rows
