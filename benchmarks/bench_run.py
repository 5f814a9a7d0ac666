"""What `strongroom run` adds to the start of a command, with a room on this machine; its throughput."""

import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.measure import Row, at_most

SECRETS = 20
RUNS = 15
OCTETS = 64 * 1024 * 1024
POLICY = (
    Path(__file__).parent.parent
    / "examples/customer-intelligence-api-before/docs/SECRETS_POLICY.md"
)
STRONGROOM = [sys.executable, "-m", "strongroom"]


def _seconds(command: list[str], environ: Mapping[str, str], folder: Path) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environ, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def _added_ms(line: list[str], environ: Mapping[str, str], folder: Path) -> float:
    """Over the command alone, pair by pair."""
    extra = []
    for number in range(RUNS + 1):
        alone = _seconds(line[-1:], environ, folder)
        ours = _seconds(line, environ, folder)
        if number:
            extra.append((ours - alone) * 1000)
    return statistics.median(extra)


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
        bare = _added_ms([sys.executable, "-c", "pass", "true"], environ, folder)
        rows = [
            Row("a bare interpreter, over the command alone", bare, "ms"),
            at_most(
                "run adds to the start of a command, room of 20 secrets",
                _added_ms([*line, "--", "true"], environ, folder), "ms", 120,
            ),
            Row("the same, --no-mask", _added_ms([*line, "--no-mask", "--", "true"], environ, folder), "ms"),
            Row("the same, --inject files", _added_ms([*line, "--inject", "files", "--", "true"], environ, folder), "ms"),
        ]  # fmt: skip
        copy = [*line, "--", "sh", "-c", f"head -c {OCTETS} /dev/zero | tr '\\0' 'a'"]
        taken = _seconds(copy, environ, folder)
        rows.append(Row("output of a command, masked", OCTETS / taken / 1e6, "MB/s"))
        return rows
