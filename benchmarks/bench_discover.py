"""`strongroom discover` over a repository with 4,000 Python files, as a process and inside."""

import os
import sys
import tempfile
from pathlib import Path

from benchmarks.bench_check import FILES, build
from benchmarks.measure import Row, at_most, median_ms, processes_ms
from strongroom.ops.discover import DiscoverRequest, discover

RUNS = 3
BAR_S = 3.0
# One file in forty uses a function of another file that reads for it, and one holds settings.
EVERY = 40
HELPERS = """import os


def from_environment(name, default=None):
    return os.environ.get(name, default)
"""
USES = (
    "\nfrom helpers import from_environment\n\nTOKEN_{n} = from_environment('SERVICE_{n}_TOKEN')\n"
)
SETTINGS = "\nfrom base import Common\n\n\nclass Settings{n}(Common):\n    key_{n}: str\n"
BASE = "from pydantic_settings import BaseSettings\n\n\nclass Common(BaseSettings):\n    secret_key: str\n"


def enrich(root: Path) -> None:
    """Add what needs more than one file to be understood."""
    (root / "helpers.py").write_text(HELPERS, "utf-8")
    (root / "base.py").write_text(BASE, "utf-8")
    for number, path in enumerate(sorted(root.glob("package_*/*.py"))):
        added = USES if number % EVERY == 1 else SETTINGS if number % EVERY == 2 else ""
        if added:
            path.write_text(path.read_text("utf-8") + added.format(n=number), "utf-8")


def run() -> list[Row]:
    """Seconds inside and as a process."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        size = build(root)
        enrich(root)
        request = DiscoverRequest(root, environ=os.environ)
        assert len(discover(request).items) > 2 * FILES // EVERY
        inside = median_ms(lambda: discover(request), runs=RUNS)
        command = (sys.executable, "-m", "strongroom", "discover", name, "--json")
        whole, _ = processes_ms(command, runs=RUNS)
    what = f"discover {FILES:,} Python files, {size / 1e6:.0f} MB"
    return [
        at_most(f"{what}: process", whole / 1000, "s", BAR_S),
        Row(f"{what}: inside", inside / 1000, "s"),
    ]


if __name__ == "__main__":
    for row in run():
        print(*row)
