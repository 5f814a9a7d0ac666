"""False alarms on real sources: Python's library, Django, NumPy and well-known npm packages.

    python -m benchmarks.scan.clean fetch FOLDER             by pip and npm, pinned versions
    python -m benchmarks.scan.clean scan VENVS FOLDER OUT    with the scanners of peers.py
    python -m benchmarks.scan.clean count FOLDER FINDINGS…   findings by source

Published packages hold no live credentials, so what is found there is taken for a false alarm.
Test certificates and their keys are left out: those are real keys, if nobody's. Packages come as
their registries have them, never with their install scripts.
"""

import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

from benchmarks.scan import peers
from benchmarks.scan.score import read_findings

WHEELS = ("django==5.2.1", "numpy==2.2.6")
NPM = (
    "axios@1.9.0",
    "bootstrap@5.3.6",
    "eslint@9.28.0",
    "express@5.1.0",
    "jquery@3.7.1",
    "jsonwebtoken@9.0.2",
    "lodash@4.17.21",
    "passport@0.7.0",
    "react-dom@19.1.0",
    "vue@3.5.16",
    "webpack@5.99.9",
)
_KEYS = frozenset((".pem", ".key", ".crt", ".der", ".p12", ".pfx"))
_BINARIES = frozenset((".so", ".pyc", ".pyd", ".a", ".exe", ".dll", ".whl"))


def fetch(folder: Path) -> None:
    """Get all sources below `folder`, one folder each.

    Raises FileExistsError where it is there already, and CalledProcessError with the words of pip
    or npm on standard error.
    """
    folder.mkdir(parents=True)
    skipped = shutil.ignore_patterns("site-packages", "__pycache__", "config-*", "lib2to3", "test")
    shutil.copytree(sysconfig.get_path("stdlib"), folder / "python", ignore=skipped)
    packed = folder / "packed"
    packed.mkdir()
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:"]
    for wheel in WHEELS:
        subprocess.run([*pip, "-d", str(packed), wheel], check=True)
    for package in NPM:
        line = ["npm", "pack", "--silent", "--ignore-scripts", package]
        subprocess.run(line, cwd=packed, check=True, stdout=subprocess.DEVNULL)
    for archive in sorted(packed.iterdir()):
        unpack(archive, folder)
    shutil.rmtree(packed)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in _KEYS | _BINARIES:
            path.unlink()


def unpack(archive: Path, folder: Path) -> None:
    """A wheel or an npm package into a folder that is named as it is."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(folder / archive.name.partition("-")[0])
    else:
        with tarfile.open(archive) as package:
            package.extractall(folder / archive.name.rpartition("-")[0], filter="data")


def sizes(folder: Path) -> dict[str, tuple[int, int]]:
    """Files and bytes of each source."""
    result = {}
    for source in sorted(path for path in folder.iterdir() if path.is_dir()):
        found = [path.stat().st_size for path in source.rglob("*") if path.is_file()]
        result[source.name] = (len(found), sum(found))
    return result


def count(folder: Path, findings: list[Path]) -> str:
    """A Markdown table: each tool's lines with a finding, by source."""
    tools = {
        path.stem: Counter(
            name.partition("/")[0]
            for name, _ in {(one.file, one.line) for one in read_findings(path)}
        )
        for path in findings
    }
    rows = [
        f"| source | files | MB | {' | '.join(tools)} |",
        "|---" * (len(tools) + 3) + "|",
    ]
    measured = sizes(folder)
    for name, (number, size) in measured.items():
        cells = " | ".join(str(found[name]) for found in tools.values())
        rows.append(f"| {name} | {number} | {size / 1e6:.1f} | {cells} |")
    cells = " | ".join(str(found.total()) for found in tools.values())
    files, size = (sum(column) for column in zip(*measured.values(), strict=True))
    rows.append(f"| **all** | {files} | {size / 1e6:.1f} | {cells} |")
    return "\n".join(rows)


def main(arguments: list[str]) -> int:
    match arguments:
        case ["fetch", folder]:
            fetch(Path(folder))
        case ["scan", venvs, folder, out]:
            peers.scan(Path(venvs), Path(folder), Path(out))
            print(count(Path(folder), sorted(Path(out).glob("*.jsonl"))))
        case ["count", folder, *findings] if findings:
            print(count(Path(folder), [Path(name) for name in findings]))
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
