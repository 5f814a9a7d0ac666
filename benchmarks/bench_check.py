"""`strongroom check` of a repository with 4,000 Python files, as a process and inside."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from strongroom.ops import policy
from strongroom.ops.check import CheckRequest, check

DOCUMENT = Path(__file__).parents[1] / "examples/customer-intelligence-api/docs/SECRETS_POLICY.md"
FILES = 4_000
FILES_PER_FOLDER = 40
# One file in so many reads a secret, and one has something to find.
READS_EVERY = 4
VIOLATES_EVERY = 40
FUNCTIONS = 22  # about 180 lines and 5 kB, as in real applications
BEST_OF = 3
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


def best_s(work: Callable[[], object]) -> float:
    """The shortest of a few runs, in seconds: the machine's noise only ever adds."""
    times = []
    for _ in range(BEST_OF):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def process(*arguments: str) -> None:
    """One process on one core."""
    core = min(os.sched_getaffinity(0))
    subprocess.run(
        arguments,
        check=False,
        stdout=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),  # noqa: PLW1509 - no threads here
    )


def run() -> dict[str, float]:
    """Seconds on one core, and how many times `python -c pass` fits into the process."""
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
        findings = len(check(request).report.findings)
        inside = best_s(lambda: check(request))
        command = (
            sys.executable,
            "-m",
            "strongroom",
            "check",
            str(root),
            "--policy",
            str(DOCUMENT),
            "--json",
        )
        whole = best_s(lambda: process(*command))
        python = best_s(lambda: process(sys.executable, "-c", "pass"))
    return {
        "check_files": FILES,
        "check_megabytes": round(size / 1e6, 1),
        "check_findings": findings,
        "check_inside_s": round(inside, 3),
        "check_process_s": round(whole, 3),
        "python_pass_s": round(python, 4),
        "check_process_per_python_pass": round(whole / python, 1),
    }


if __name__ == "__main__":
    for key, value in run().items():
        print(f"{key}: {value}")
