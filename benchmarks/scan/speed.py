"""Our scanner beside the others, in turn, in one run; and what each finds on the corpus.

    python -m benchmarks.scan.speed VENVS REPO.git CLEAN OUT.md [ROUNDS]

`VENVS` is made by `peers setup`, `REPO.git` by `history`, `CLEAN` by `clean fetch`. Everything is
the complete scanner with its filters, decoding and attribution, as its users start it. Each round
runs every tool once; of the rounds the fastest counts, so that what else the machine does counts
least. The corpus is written for another seed than the one that its author looked at.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.scan import ours, peers, score
from benchmarks.scan.corpus import build

SEEDS: Final = (7,)
SLOW: Final = frozenset({"detect-secrets", "credsweeper"})
STAGED_ROUNDS: Final = 15
STRONGROOM: Final = str(Path(sys.executable).parent / "strongroom")
_STAGED: Final = {
    "kingfisher": ("{bin}/kingfisher", "scan", ".", "--staged", "-n", "--no-update-check", "-q"),
    "betterleaks": ("{bin}/betterleaks", "git", "--staged", "-s", "--no-banner"),
    "gitleaks": ("{bin}/gitleaks", "git", "--staged", "--no-banner", "-l", "error"),
}


def best(rounds: int, tools: dict[str, Callable[[], float]]) -> dict[str, float]:
    """The fastest of some rounds, each of which runs all of them."""
    taken: dict[str, list[float]] = {name: [] for name in tools}
    for _ in range(rounds):
        for name, run in tools.items():
            try:
                taken[name].append(run())
            except RuntimeError as failed:
                print(failed, file=sys.stderr)
    return {name: min(each) for name, each in taken.items() if each}


def own(command: list[str], folder: Path) -> float:
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode not in {0, 1}:
        raise RuntimeError(f"strongroom ended with {done.returncode}")
    return time.perf_counter() - begun


def others(
    venvs: Path, target: Path, out: Path, *, history: bool
) -> dict[str, Callable[[], float]]:
    tools: dict[str, Callable[[], float]] = {}
    for peer in peers.PEERS:
        command = peer.history if history else peer.folder
        if command and peers.version(venvs, peer) is not None:
            report = out / f"{peer.name}.json"
            tools[peer.name] = lambda p=peer, c=command, r=report: peers.run(venvs, p, c, target, r)
    return tools


def staged(venvs: Path, folder: Path) -> dict[str, Callable[[], float]]:
    """One small staged file in a repository that has a commit."""
    subprocess.run(["git", "init", "-q", folder], check=True)
    (folder / "app.py").write_text('import os\n\nprint(os.environ["HOME"])\n')
    commit = ["git", "-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-q", "-m", "x"]
    subprocess.run([*commit, "--allow-empty"], cwd=folder, check=True)
    subprocess.run(["git", "-C", folder, "add", "app.py"], check=True)
    tools: dict[str, Callable[[], float]] = {
        "strongroom": lambda: own([STRONGROOM, "scan", "--staged"], folder)
    }
    for peer in peers.PEERS:
        if peer.name in _STAGED and peers.version(venvs, peer) is not None:
            places = {"bin": str(venvs / peer.package / "bin")}
            command = [part.format(**places) for part in _STAGED[peer.name]]
            tools[peer.name] = lambda c=command: own_or_peer(c, folder)
    return tools


def own_or_peer(command: list[str], folder: Path) -> float:
    begun = time.perf_counter()
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    return time.perf_counter() - begun


def table(title: str, taken: dict[str, float], unit: str = "s", scale: float = 1.0) -> list[str]:
    mine = taken["strongroom"]
    rows = [f"## {title}", "", f"| tool | {unit} | times ours |", "|---|---|---|"]
    for name, seconds in sorted(taken.items(), key=lambda item: item[1]):
        rows.append(
            f"| {name} | {seconds * scale:.{0 if scale > 1 else 2}f} | {seconds / mine:.2f} |"
        )
    return [*rows, ""]


def quality(venvs: Path, folder: Path) -> list[str]:
    rows: list[str] = []
    for seed in SEEDS:
        corpus = folder / f"corpus{seed}"
        labels = build.write(corpus, seed)
        found = folder / f"found{seed}"
        peers.scan(venvs, corpus / "files", found)
        ours.main(str(corpus / "files"), str(found / "strongroom.jsonl"))
        rows += [f"## Labelled corpus, seed {seed}: {len(labels)} labels", ""]
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.scan.score", str(corpus),
             *map(str, sorted(found.glob("*.jsonl")))],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        rows += [*done.stdout.split("\n\n", 1)[0].splitlines(), ""]
    return rows


def alarms(venvs: Path, clean: Path, folder: Path) -> list[str]:
    found = folder / "alarms"
    found.mkdir()
    for peer in peers.PEERS:  # the others take up to a quarter of an hour: see results.md
        if peer.folder and peer.name not in SLOW and peers.version(venvs, peer) is not None:
            report = folder / f"{peer.name}.alarms.json"
            peers.run(venvs, peer, peer.folder, clean, report)
            score.write_findings(found / f"{peer.name}.jsonl", list(peer.read(report, clean)))
    ours.main(str(clean), str(found / "strongroom.jsonl"))
    rows = ["## False alarms on real clean sources", "", "| tool | lines |", "|---|---|"]
    counts = {
        path.stem: len({(f.file, f.line) for f in score.read_findings(path)})
        for path in found.glob("*.jsonl")
    }
    rows += [f"| {name} | {n} |" for name, n in sorted(counts.items(), key=lambda c: c[1])]
    return [*rows, ""]


def main(arguments: list[str]) -> int:
    venvs, history, clean, out = (Path(a).resolve() for a in arguments[:4])
    rounds = int(arguments[4]) if len(arguments) > 4 else 3
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        rows = ["# The scanner beside its peers", ""]
        versions = {p.name: peers.version(venvs, p) for p in peers.PEERS}
        rows += [
            f"Two shared cores, in turn in one run, best of {rounds}. {json.dumps(versions)}",
            "",
        ]
        reports = folder / "reports"
        reports.mkdir()
        command = [STRONGROOM, "scan", "--no-project", "--format", "json", "--output"]
        tools = {
            "strongroom": lambda: own([*command, str(reports / "own"), "--history", "."], history)
        }
        tools |= others(venvs, history, reports, history=True)
        rows += table("A history of 520 MB of unique blobs", best(rounds, tools))
        tools = {"strongroom": lambda: own([*command, str(reports / "own"), "."], clean)}
        tools |= others(venvs, clean, reports, history=False)
        tools = {name: run for name, run in tools.items() if name not in SLOW}
        rows += table("A working tree of 84 MB", best(rounds, tools))
        small = staged(venvs, folder / "staged")
        for run in small.values():
            run()  # what is compiled once is compiled
        rows += table("One staged file, a new process", best(STAGED_ROUNDS, small), "ms", 1000)
        rows += quality(venvs, folder) + alarms(venvs, clean, folder)
    out.write_text("\n".join(rows), "utf-8")
    print(out.read_text("utf-8"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
