"""Tests for strongroom.cli.scan_direct: it says what the whole command line says, sooner."""

import base64
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from tests.scan.build import token
from tests.scan.repos import repository

from strongroom import entry
from strongroom.cli import main, scan_direct
from strongroom.cli.scan_direct import Words
from strongroom.scan import starting
from strongroom.scan.drive import Totals

CAPTURE = pytest.CaptureFixture[str]


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("COLUMNS", "200")
    folder = repository(tmp_path / "work")
    (folder / "a.py").write_text(f"key = '{token()}'\n")
    (folder / "clean").mkdir()
    (folder / "clean" / "b.py").write_text("x = 1\n")
    (folder / "empty").mkdir()
    (folder / "node_modules").mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", Words()),
        (". src", Words((".", "src"))),
        ("--json --jobs 3 a", Words(("a",), "json", jobs=3, as_json=True)),
        ("--history r", Words(("r",), history=True)),
        ("--format=sarif --output=o.json", Words((), "sarif", "o.json")),
        ("--no-project --strict --exit-zero --all-files",
         Words(project=False, strict=True, exit_zero=True, everything=True)),
    ],
)  # fmt: skip
def test_what_is_common_is_understood(line: str, words: Words) -> None:
    assert words == scan_direct.parse(line.split())


@pytest.mark.parametrize(
    "words",
    [
        ["-"], ["--help"], ["--history", "a", "b"], ["--history", "--all-files"], ["--show"], ["-x"], ["rules", "list"], ["fingerprints"], ["--"],
        [""], [" "], ["--jobs", "0"], ["--jobs", "-1"], ["--jobs", "two"], ["--jobs"], ["--jobs", "²"],
        ["--format", "xml"], ["--json", "--format", "sarif"], ["--json", "--json"], ["--json=1"],
        ["--output", ""], ["--output", "--json"], ["--rules", "x"], ["--baseline", "b"],
    ],
)  # fmt: skip
def test_everything_else_is_left_to_the_whole_command_line(words: list[str]) -> None:
    assert scan_direct.parse(words) is None


@pytest.mark.parametrize(
    "line",
    [
        "", "--exit-zero", "--strict", "clean", "empty", "clean --strict", "none", "none --json", "a.py clean", "--json",
        "--jobs 1 --format jsonl", "--format sarif", "--format github", "--format html", "--all-files --json",
        "--no-project --json", "empty --json", "../work", "--format text .",
        "--history", "--history --json .", "--history --format sarif", "--history none", "--history clean --strict",
    ],
)  # fmt: skip
@pytest.mark.parametrize("baseline", ["", "nonsense\n"])
def test_it_is_as_the_whole_command_line(
    work: Path, capsys: CAPTURE, line: str, baseline: str
) -> None:
    if baseline:
        (work / ".strongroom-baseline").write_text(baseline)
    words = ["scan", *line.split()]
    assert scan_direct.parse(words[1:]) is not None
    directly, said = entry.main(words), capsys.readouterr()
    wholly, whole = main.main(words), capsys.readouterr()

    assert directly == wholly
    assert said == whole


def test_a_report_is_written_for_its_owner(work: Path) -> None:
    assert 1 == entry.main(["scan", "--format", "json", "--output", "o.json"])
    assert 1 == json.loads((work / "o.json").read_bytes())["summary"]["findings"]
    assert 0o600 == (work / "o.json").stat().st_mode & 0o777


@pytest.mark.parametrize("words", [["clean"], ["--json"]])
def test_neither_the_framework_nor_the_terminal_is_loaded(work: Path, words: list[str]) -> None:
    code = "import sys; from strongroom.entry import main; main(sys.argv[1:]); print(*sys.modules)"
    command = [sys.executable, "-c", code, "scan", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.startswith(("0 secrets found; ", "{"))
    assert not re.search(r"\b(?:cyclopts|rich|msgspec)\b", done.stdout)


@pytest.mark.parametrize("more", [(), ("--no-project",)], ids=["own-rules", "shipped-rules"])
def test_a_folder_is_scanned_without_making_dataclasses(work: Path, more: tuple[str, ...]) -> None:
    """They take longer to make than a small folder to scan, and load what reads sources."""
    encoded = base64.b64encode(f"password = '{token()}'\n".encode()).decode()
    (work / "b.yaml").write_text(f"a: {encoded}\n")
    (work / "wide.txt").write_bytes(f"key = '{token()}'\n".encode("utf-16"))
    with zipfile.ZipFile(work / "c.zip", "w") as packed:
        packed.write("a.py")
    with tarfile.open(work / "d.tgz", "w:gz") as taped:
        taped.add("a.py")
    code = "import sys; from strongroom.entry import main; main(sys.argv[1:]); print(*sys.modules)"
    words = ["--jobs", "1", "--format", "json", "--output", "o.json", *more]
    done = subprocess.run(
        [sys.executable, "-c", code, "scan", *words], capture_output=True, text=True, check=True
    )
    found = json.loads((work / "o.json").read_bytes())["findings"]
    seen = {place["path"].partition("!")[0] for leak in found for place in leak["places"]}

    loaded = set(done.stdout.split())

    assert more or {"a.py", "b.yaml", "c.zip", "d.tgz", "wide.txt"} == seen
    assert {f"strongroom.scan.engine.{name}" for name in ("confirm", "decode")} <= loaded
    assert not {"dataclasses", "inspect", "secrets", "subprocess"} & loaded


def test_a_bar_is_shown_once_it_takes_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    with scan_direct._LateBar() as bar:
        bar.advance(Totals(), 1, 1)
        assert bar._bar is None
        monkeypatch.setattr(scan_direct, "PATIENCE_S", 0.0)
        bar.advance(Totals(), 1, 1)
        assert bar._bar is not None


def test_a_process_is_ready_where_there_are_many_folders(work: Path, capsys: CAPTURE) -> None:
    assert not scan_direct._is_large(".")
    for n in range(scan_direct.FOLDERS_MANY):
        (work / f"d{n}").mkdir()
        (work / f"d{n}" / "a.py").write_text("x = 1\n")
    assert scan_direct._is_large(".")
    assert not scan_direct._is_large("none")
    assert [] == scan_direct._ready(Words(jobs=1))
    (process,) = scan_direct._ready(Words(jobs=2))
    starting.end(process)

    assert 1 == entry.main(["scan", "--jobs", "2"])
    assert "1 secret found at 1 place" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "sarif", "github", "html"])
def test_a_name_that_is_no_utf8_is_told_in_every_form(
    work: Path, form: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (work / os.fsdecode(b"bad\xff")).symlink_to("/nowhere")

    assert 1 == entry.main(["scan", "--format", form])
    assert b"fault" not in capfdbinary.readouterr().err


@pytest.mark.parametrize("words", [["clean"], ["clean", "--json"], ["."]])
def test_without_an_output_it_says_so(
    work: Path, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: CAPTURE
) -> None:
    assert work.is_dir()
    monkeypatch.setattr(sys, "stdout", None)

    assert 2 == entry.main(["scan", *words])
    assert "no-output" in capsys.readouterr().err
