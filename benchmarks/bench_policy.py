"""How long a policy takes to compile."""

import sys
from pathlib import Path

from benchmarks.measure import Row, at_most, median_ms, processes_ms
from strongroom.policy.compiler import compile as compile_

EXAMPLE = (
    Path(__file__).parents[1] / "examples/customer-intelligence-api-before/docs/SECRETS_POLICY.md"
)


def run() -> list[Row]:
    """The example's document in process, and as a command over a bare interpreter."""
    data = EXAMPLE.read_bytes()
    inside = median_ms(lambda: compile_(data), runs=15)
    command = [sys.executable, "-m", "strongroom", "policy", "compile", str(EXAMPLE), "--json"]
    _, extra = processes_ms(command)
    return [
        at_most("compile the example's policy, in process", inside, "ms", 100),
        Row("strongroom policy compile --json, over python -c pass", extra, "ms"),
    ]
