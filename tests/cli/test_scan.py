"""Tests for strongroom.cli.scan."""

import io
import json
import sys
import zipfile
from pathlib import Path

import pytest
from tests.scan.build import token
from tests.scan.repos import commit, git, repository

from strongroom.cli.main import main

CAPTURE = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in which one secret lies about."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("COLUMNS", "200")
    folder = repository(tmp_path / "work")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def secret(work: Path) -> str:
    one = token()
    (work / "a.py").write_text(f"key = '{one}'\n")
    return one


def locked_zip() -> bytes:
    """An archive whose one member needs a password."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("b", "text")
    data = bytearray(out.getvalue())
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.rindex(magic) + flags] |= 1
    return bytes(data)


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_a_folder_for_people(secret: str, capsys: CAPTURE) -> None:
    assert 1 == main(["scan"])
    said = capsys.readouterr()

    assert "a.py:1" in said.out
    assert "key = '********'" in said.out
    assert "1 secret found at 1 place" in said.out
    assert secret not in said.out + said.err


def test_clean_is_zero_and_empty_is_not(work: Path, capsys: CAPTURE) -> None:
    (work / "empty").mkdir()

    assert 0 == main(["scan"])
    assert 8 == main(["scan", "empty"])
    assert "[scan-nothing-scanned]" in capsys.readouterr().err
    assert 5 == main(["scan", "none"])


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        ([""], 2, "path-empty"),
        (["a.py", ""], 2, "path-empty"),
        (["--history", ""], 2, "path-empty"),
        (["--follow", ""], 2, "path-empty"),
        (["--range", ""], 3, "range-unusable"),
        (["--rules", ""], 78, "scan-rules-invalid"),
    ],
)
@pytest.mark.usefixtures("secret")
def test_an_unset_variable_is_not_the_folder_one_is_in(
    words: list[str], status: int, code: str, capsys: CAPTURE
) -> None:
    assert status == main(["scan", *words])
    said = capsys.readouterr()

    assert f"[{code}]" in said.err
    assert "" == said.out


@pytest.mark.parametrize(
    "words",
    [
        ["--stdin", "a.py"],
        ["-", "a.py"],
        ["a.py", "-"],
        ["--history", "-"],
        ["--follow", "a.py", "b.py"],
        ["--pre-receive", "a.py"],
    ],
)
@pytest.mark.usefixtures("secret")
def test_no_path_is_left_unscanned_without_a_word(words: list[str], capsys: CAPTURE) -> None:
    assert 2 == main(["scan", *words])
    assert "[scan-sources-exclude]" in capsys.readouterr().err


def test_a_file_that_is_called_like_an_option(secret: str, capsys: CAPTURE) -> None:
    for name in ("-", "--staged"):
        Path(name).write_text(f"k = '{secret}'\n")

        assert 1 == main(["scan", "--jobs", "1", f"./{name}"])
        assert f"{name}:1" in capsys.readouterr().out
    assert 2 == main(["scan", "--stagedd"])


def test_a_repository_without_a_commit_is_not_called_clean(tmp_path: Path, capsys: CAPTURE) -> None:
    (tmp_path / "new").mkdir()
    git(tmp_path / "new", "init", "-q")

    assert 8 == main(["scan", "--history", str(tmp_path / "new")])
    said = capsys.readouterr()
    assert "[scan-nothing-scanned]" in said.err
    assert "history-empty" in said.out


def test_what_is_not_there_is_called_as_it_was_typed(tmp_path: Path, capsys: CAPTURE) -> None:
    assert 5 == main(["scan", f"{tmp_path}/absent"])
    assert f"error: {tmp_path}/absent does not exist" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (["--fail-on", "critical"], 0),
        (["--exit-zero"], 0),
        (["--min-confidence", "certain"], 0),
        (["--skip", "acme-token"], 0),
        (["--only", "acme-token", "--jobs", "2"], 1),
        (["a.py"], 1),
        ([".strongroom-scan.toml"], 0),
        (["--no-project", "--rules", ".strongroom-scan.toml"], 1),
        (["--strict"], 1),
        (["--only", "none"], 5),
        (["--jobs", "0"], 2),
        (["--rules", "none"], 5),
        (["--baseline", "none"], 5),
    ],
)
@pytest.mark.usefixtures("secret")
def test_exit_codes(options: list[str], status: int) -> None:
    assert status == main(["scan", *options])


@pytest.mark.parametrize("form", ["json", "jsonl", "sarif", "github", "html"])
def test_forms(secret: str, capsys: CAPTURE, form: str) -> None:
    assert 1 == main(["scan", "--format", form])
    out = capsys.readouterr().out

    assert "acme-token" in out
    assert secret not in out
    assert 1 == main(["scan", "--format", form, "--output", "../report"])
    assert 0o600 == Path("../report").stat().st_mode & 0o777


@pytest.mark.parametrize(("answer", "status"), [(b"y\n", 1), (b"n\n", 2), (b"", 2)])
def test_secrets_are_shown_once_asked(
    secret: str, monkeypatch: pytest.MonkeyPatch, capsys: CAPTURE, answer: bytes, status: int
) -> None:
    monkeypatch.setattr("strongroom.cli.scan._terminal", lambda: True)
    stdin(monkeypatch, answer)

    assert status == main(["scan", "--show"])
    said = capsys.readouterr()
    assert "[y/N]" in said.err
    assert (status == 1) == (secret in said.out)


def test_a_history_and_a_range(work: Path, secret: str, capsys: CAPTURE) -> None:
    commit(work, "a.py", f"key = '{secret}'\n")
    commit(work, "a.py", "gone\n")

    assert 1 == main(["scan", "--history", "--json"])
    (place,) = json.loads(capsys.readouterr().out)["findings"][0]["places"]
    assert ("a.py", "Ada") == (place["path"], place["author"])
    assert 0 == main(["scan", "--range", "HEAD~..HEAD"])
    assert 3 == main(["scan", "--range", "none..HEAD"])


def test_what_is_staged_and_pushed(
    work: Path, secret: str, monkeypatch: pytest.MonkeyPatch, capsys: CAPTURE
) -> None:
    git(work, "add", "a.py")
    old = git(work, "rev-parse", "HEAD")
    assert 1 == main(["scan", "--staged"])
    git(work, "commit", "-qm", "x")
    new = git(work, "rev-parse", "HEAD")
    assert 0 == main(["scan", "--staged"])
    stdin(monkeypatch, f"refs/heads/main {new} refs/heads/main {old}\n".encode())
    assert 1 == main(["scan", "--pre-push", "origin", "../x.git"])
    git(work, "update-ref", "refs/heads/main", old)
    stdin(monkeypatch, f"{old} {new} refs/heads/main\n".encode())
    assert 1 == main(["scan", "--pre-receive", "--rules", ".strongroom-scan.toml"])
    for hook in ("--pre-receive", "--pre-push"):
        stdin(monkeypatch, b"")
        assert 2 == main(["scan", hook])
    assert secret not in capsys.readouterr().out


def test_a_baseline_is_written_and_kept(work: Path, secret: str, capsys: CAPTURE) -> None:
    terms = ["--reason", "a test", "--owner", "ada", "--expires", "2126-01-01"]
    assert 0 == main(["scan", "--write-baseline", *terms])
    assert "1 added" in capsys.readouterr().out
    assert 0 == main(["scan"])
    assert "1 accepted by the baseline" in capsys.readouterr().out
    (work / "a.py").write_text(f"key = '{token()}'\n")

    assert 1 == main(["scan"])
    assert secret not in (work / ".strongroom-baseline").read_text()
    assert 1 == main(["scan", "--no-project", "--rules", ".strongroom-scan.toml"])


@pytest.mark.usefixtures("secret")
def test_a_baseline_names_what_was_not_scanned_and_strictly_is_not_written_then(
    work: Path, capsys: CAPTURE
) -> None:
    terms = ["--write-baseline", "--reason", "a test"]
    (work / "a.zip").write_bytes(locked_zip())
    assert 8 == main(["scan", *terms, "--strict"])
    said = capsys.readouterr()

    assert "a.zip!b" in said.out
    assert "[scan-incomplete]" in said.err
    assert not (work / ".strongroom-baseline").exists()
    assert 0 == main(["scan", *terms])
    assert "archive-encrypted" in capsys.readouterr().out
    assert (work / ".strongroom-baseline").exists()


def test_no_baseline_is_written_where_nothing_was_scanned(work: Path, capsys: CAPTURE) -> None:
    (work / "empty").mkdir()

    assert 8 == main(["scan", "empty", "--write-baseline", "--reason", "a test"])
    assert "[scan-nothing-scanned]" in capsys.readouterr().err
    assert [] == list((work / "empty").iterdir())


def test_a_log_is_followed_until_it_is_stopped(
    secret: str, monkeypatch: pytest.MonkeyPatch, capsys: CAPTURE
) -> None:
    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("strongroom.scan.sources.follow.time.sleep", interrupted)
    assert 1 == main(["scan", "--follow", "a.py"])
    first, *_ = capsys.readouterr().out.splitlines()

    assert "a.py:1" in first
    assert secret not in first


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--history", "--staged"], "scan-sources-exclude"),
        (["--unreachable"], "scan-sources-exclude"),
        (["--json", "--format", "html"], "format-twice"),
        (["--reason", "x"], "baseline-options"),
        (["--write-baseline"], "baseline-options"),
        (["--write-baseline", "--reason", " "], "baseline-options"),
        (["--write-baseline", "--reason", "\x01"], "baseline-options"),
        (["--write-baseline", "--reason", "", "--from", "a"], "baseline-options"),
        (["--write-baseline", "--reason", "x", "--expires", "soon"], "date-invalid"),
        (["--write-baseline", "--reason", "x", "--expires", ""], "date-invalid"),
        (["--write-baseline", "--reason", "x", "--expires", "2020-01-01"], "date-past"),
        (["--write-baseline", "--reason", "x", "--output", "a"], "baseline-options"),
        (["--write-baseline", "--reason", "x", "--format", "sarif"], "baseline-options"),
        (["--write-baseline", "--reason", "x", "--json"], "baseline-options"),
        (["--write-baseline", "--reason", "x", "--show"], "baseline-options"),
        (["--show"], "show-unshowable"),
        (["--histroy"], "option-unknown"),
        (["--history", "a", "b"], "scan-one-repository"),
    ],
)
def test_what_does_not_go_together(options: list[str], code: str, capsys: CAPTURE) -> None:
    assert 2 == main(["scan", *options])
    assert code in capsys.readouterr().err
