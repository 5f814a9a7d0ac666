"""Tests for strongroom.cli.editor: a private file that nothing outlives."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from strongroom.cli import editor
from strongroom.cli.editor import Editor, Folder
from strongroom.errors import InvalidError, LimitError, MachineError

VALUE = b"fake-value-in-the-editor\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place where a private file can lie."""
    monkeypatch.setattr(editor, "_places", lambda _: [Folder(tmp_path, in_memory=False)])
    return tmp_path


def script(folder: Path, body: str) -> Editor:
    """An editor that does this to the file whose name it is given."""
    file = folder / "editor.py"
    text = (
        f"#!{sys.executable}\nimport os, sys, pathlib\npath = pathlib.Path(sys.argv[-1])\n{body}\n"
    )
    file.write_text(text, "utf-8")
    file.chmod(0o700)
    return Editor((str(file),), "editor", quiet=False)


def edited(place: Path, body: str) -> bytes:
    with editor.folder({}) as folder:
        return editor.edit(script(place, body), folder.path / "value.txt", VALUE)


def left(place: Path) -> list[str]:
    return [path.name for path in place.iterdir() if path.name.startswith(editor.PREFIX)]


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"VISUAL": "cat", "EDITOR": "false"}, ["cat"]),
        ({"VISUAL": " ", "EDITOR": "cat -u 'two words'"}, ["cat", "-u", "two words"]),
        ({"EDITOR": "cat; rm -rf $HOME"}, None),
        ({"EDITOR": "cat $(id) >x"}, ["cat", "$(id)", ">x"]),
    ],
)
def test_an_editor_is_split_into_words_and_run_by_no_shell(
    environ: dict[str, str], words: list[str] | None
) -> None:
    if words is None:
        with pytest.raises(MachineError):
            editor.find(environ)
        return
    found = editor.find(environ)

    assert words == [Path(found.argv[0]).name, *found.argv[1:]]


def test_an_editor_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidError):
        editor.find({"EDITOR": "vim 'unfinished"})
    with pytest.raises(MachineError) as named:
        editor.find({"EDITOR": "no-such-editor"})
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MachineError) as none:
        editor.find({})
    assert {"editor-missing"} == {named.value.code, none.value.code}


def test_known_editors_are_told_to_keep_no_copies(tmp_path: Path) -> None:
    for name, flag in (
        ("vim.basic", "-n"),
        ("nvim", "-i"),
        ("nano", "--ignorercfiles"),
        ("emacs-nox", "--eval"),
    ):
        program = tmp_path / name
        program.write_text("#!/bin/sh\n", "utf-8")
        program.chmod(0o700)
        link = tmp_path / f"alias-{name}"
        link.symlink_to(program)
        found = editor.find({"EDITOR": f"{link} -x"})

        assert flag in found.argv
        assert "-x" == found.argv[-1]
        assert found.quiet
    assert not editor.find({"EDITOR": "cat"}).quiet


def test_what_was_written_comes_back_and_the_file_is_gone(place: Path) -> None:
    assert b"new" == edited(place, "path.write_bytes(b'new')")
    assert [] == left(place)


def test_only_the_owner_can_enter_and_temporary_files_go_there(place: Path) -> None:
    said = edited(
        place,
        "a, b = os.stat(path.parent).st_mode, os.stat(path).st_mode\n"
        "path.write_text(f'{a & 0o777:o} {b & 0o777:o} {os.environ[\"TMPDIR\"] == str(path.parent)}')",
    )

    assert b"700 600 True" == said


def test_copies_that_the_editor_made_there_are_gone_too(place: Path) -> None:
    edited(
        place,
        "for n in ('.value.swp', 'value.txt~'): (path.parent / n).write_bytes(path.read_bytes())",
    )

    assert [] == left(place)


def test_files_are_overwritten_before_they_are_removed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []
    remove = shutil.rmtree

    def look(path: Path) -> None:
        seen.extend(file.read_bytes() for file in path.iterdir())
        remove(path)

    monkeypatch.setattr(shutil, "rmtree", look)
    edited(place, "(path.parent / 'copy').write_bytes(path.read_bytes())")

    assert [bytes(len(VALUE))] * 2 == seen


@pytest.mark.parametrize(
    ("body", "error", "code"),
    [
        ("sys.exit(3)", MachineError, "editor-failed"),
        ("os.kill(os.getpid(), 9)", MachineError, "editor-failed"),
        ("path.unlink()", MachineError, "edit-unreadable"),
        (f"os.truncate(path, {editor.SHEET_BYTES_MAX + 1})", LimitError, "value-too-large"),
    ],
)
def test_an_edit_that_went_wrong_leaves_nothing(
    place: Path, body: str, error: type[Exception], code: str
) -> None:
    with pytest.raises(error) as raised:
        edited(place, body)
    assert code == getattr(raised.value, "code", "")
    assert [] == left(place)


def test_a_file_that_the_editor_replaced_by_a_link_harms_nothing(place: Path) -> None:
    other = place / "other"
    other.write_bytes(b"keep me")
    edited(place, f"path.unlink(); path.symlink_to({str(other)!r})")

    assert b"keep me" == other.read_bytes()
    assert [] == left(place)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_ends_us_leaves_nothing(place: Path, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with pytest.raises(SystemExit) as ended:
        edited(place, f"os.kill(os.getppid(), {int(number)}); import time; time.sleep(60)")

    assert 128 + number == ended.value.code
    assert [] == left(place)
    assert signal.getsignal(number) is before


def test_keys_that_interrupt_are_the_editors(place: Path) -> None:
    assert b"new" == edited(place, "os.kill(os.getppid(), 2); path.write_bytes(b'new')")


def test_what_a_killed_edit_left_is_wiped_by_the_next(place: Path) -> None:
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                          check=True, capture_output=True).stdout.decode().strip()  # fmt: skip
    stale = place / f"{editor.PREFIX}{dead}-abc"
    alive = place / f"{editor.PREFIX}{os.getpid()}-abc"
    for path in (stale, alive):
        path.mkdir()
        (path / "value.txt").write_bytes(VALUE)
    (place / f"{editor.PREFIX}x-1").mkdir()
    edited(place, "")

    assert sorted([alive.name, f"{editor.PREFIX}x-1"]) == sorted(left(place))


def test_memory_comes_before_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editor, "_mounts", lambda: {"/": "ext4", str(tmp_path / "b"): "tmpfs"})
    for name in "ab":
        (tmp_path / name).mkdir()
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "b"))
    found = editor._places({"XDG_RUNTIME_DIR": str(tmp_path / "a")})

    assert Folder(tmp_path / "b", in_memory=True) == found[0]
    assert Folder(tmp_path / "a", in_memory=False) in found


def test_no_place_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editor, "_places", lambda _: [])
    with pytest.raises(MachineError) as error, editor.folder({}):
        pass
    assert "edit-no-folder" == error.value.code


def test_a_folder_that_stays_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "rmtree", lambda _: None)
    with pytest.raises(MachineError) as error:
        edited(place, "")
    assert "edit-not-removed" == error.value.code
    (name,) = left(place)
    assert bytes(len(VALUE)) == (place / name / "value.txt").read_bytes()
    assert 0o700 == stat.S_IMODE((place / name).stat().st_mode)
