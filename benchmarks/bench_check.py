"""`strongroom check` of a repository with 4,000 Python files, as a process and inside."""

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import Row, at_most, median_ms, processes_ms
from strongroom.ops import policy
from strongroom.ops.check import CheckRequest, check

DOCUMENT = (
    Path(__file__).parents[1] / "examples/customer-intelligence-api-before/docs/SECRETS_POLICY.md"
)
FILES = 4_000
FILES_PER_FOLDER = 40
# One file in so many reads a secret, and one has something to find.
READS_EVERY = 4
VIOLATES_EVERY = 40
FUNCTIONS = 22  # about 180 lines and 5 kB, as in real applications
RUNS = 3
BAR_S = 5.0
FUNCTION = '''
def step_{n}(customer: str, amount: int, limit: int = 100) -> dict[str, int]:
    """Work out what a customer is owed in step {n}."""
    if amount > limit:
        logger.info("customer %s is over the limit by %d", customer, amount - limit)
    totals = {{"amount": amount, "limit": limit, "step": {n}}}
    return {{name: value for name, value in totals.items() if value}}
'''
READS = '\nAPI_KEY = os.getenv("API_KEY")\nDATABASE_URL = os.environ["DATABASE_URL"]\n'
VIOLATION = '\nSECRET_KEY = os.getenv("SECRET_KEY", "changeme")\nlogger.info(f"{SECRET_KEY}")\n'


def build(root: Path, files: int = FILES) -> int:
    """A repository with so many Python files in one commit; returns their bytes."""
    size = 0
    body = "".join(FUNCTION.format(n=n) for n in range(FUNCTIONS))
    for number in range(files):
        text = (
            f'"""Module {number}."""\n\nimport logging\nimport os\n\nlogger = logging.getLogger()\n'
        )
        text += READS if number % READS_EVERY == 0 else ""
        text += VIOLATION if number % VIOLATES_EVERY == 0 else ""
        path = root / f"package_{number // FILES_PER_FOLDER}" / f"module_{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + body, "utf-8")
        size += len(text) + len(body)
    (root / ".gitignore").write_text(".env\n")
    who = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.com")
    for command in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "-m", "work")):
        subprocess.run(["git", *command], cwd=root, check=True)
    return size


def run() -> list[Row]:
    """Seconds inside and as a process, and how many times `python -c pass` fits into it."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        size = build(root)
        request = CheckRequest(
            root,
            policy.load(DOCUMENT),
            DOCUMENT,
            datetime(2026, 11, 24, tzinfo=UTC),
            environ=os.environ,
        )
        inside = median_ms(lambda: check(request), runs=RUNS)
        command = (
            sys.executable,
            "-m",
            "strongroom",
            "check",
            name,
            "--policy",
            str(DOCUMENT),
            "--json",
        )
        # Findings are what the check is for: it ends with 1.
        whole, extra = processes_ms(command, runs=RUNS, allowed=(1,))
    what = f"check {FILES:,} Python files, {size / 1e6:.0f} MB"
    return [
        at_most(f"{what}: process", whole / 1000, "s", BAR_S),
        Row(f"{what}: inside", inside / 1000, "s"),
        Row(f"{what}: times python -c pass", whole / (whole - extra), "times"),
    ]


if __name__ == "__main__":
    for row in run():
        print(*row)
