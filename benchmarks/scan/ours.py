"""Our own findings in the form of the comparison: `python -m benchmarks.scan.ours FOLDER OUT`."""

import json
import subprocess
import sys
import time
from pathlib import Path


def main(folder: str, out: str, *options: str) -> None:
    command = [sys.executable, "-P", "-m", "strongroom", "scan", ".", "--no-project"]
    begun = time.perf_counter()
    done = subprocess.run(
        [*command, "--format", "json", *options], cwd=folder, capture_output=True, check=False
    )
    took = time.perf_counter() - begun
    if done.returncode not in {0, 1}:
        raise SystemExit(done.stderr.decode())
    report = json.loads(done.stdout)
    rows = [
        {"file": place["path"], "line": place["line"], "end_line": place["end_line"]}
        for finding in report["findings"]
        for place in finding["places"]
    ]
    Path(out).write_text("".join(json.dumps(row) + "\n" for row in rows))
    print(f"{len(rows)} places, {took:.2f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
