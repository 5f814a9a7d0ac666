"""`make bench`: run every benchmark, print one table, write benchmarks/results/latest.json.

Each module `bench_*.py` has `run() -> list[Row]`. Whole processes are compared in turn, pair
by pair, with `python -c pass` on the same machine: absolute times of a shared machine say
little, ratios and differences within one run say more.
"""

import importlib
import json
import os
import platform
import sys
from pathlib import Path

from benchmarks.measure import Row

HERE = Path(__file__).parent


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all of them."""
    found = sorted(path.stem for path in HERE.glob("bench_*.py"))
    wanted = [n if n.startswith("bench_") else f"bench_{n}" for n in names] or found
    rows: list[Row] = []
    for name in wanted:
        print(f"… {name.removeprefix('bench_')}", file=sys.stderr, flush=True)
        rows += importlib.import_module(f"benchmarks.{name}").run()
    print(_table(rows))
    machine = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
    }
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    body = {"machine": machine, "rows": [row._asdict() for row in rows]}
    target = results / ("latest.json" if not names else "local-part.json")
    target.write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if not names:
        (results / "latest.md").write_text(_table(rows) + "\n", encoding="utf-8")
    return 0 if all(row.met in {None, True} for row in rows) else 1


def _table(rows: list[Row]) -> str:
    lines = ["| what | measured | bar | met |", "|---|---|---|---|"]
    for row in rows:
        met = {True: "yes", False: "**no**", None: "-"}[row.met]
        lines.append(f"| {row.what} | {row.value:,.4g} {row.unit} | {row.bar or '-'} | {met} |")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
