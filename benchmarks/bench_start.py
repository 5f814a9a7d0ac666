"""How long the command and the package take to start."""

import sys

from benchmarks.measure import Row, at_most, processes_ms


def run() -> list[Row]:
    """`--help` and `import strongroom`, over a bare interpreter."""
    _, help_ms = processes_ms([sys.executable, "-m", "strongroom", "--help"])
    _, import_ms = processes_ms([sys.executable, "-c", "import strongroom"])
    return [
        at_most("strongroom --help, over python -c pass", help_ms, "ms", 150),
        at_most("import strongroom, over python -c pass", import_ms, "ms", 50),
    ]
