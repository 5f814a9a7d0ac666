"""`strongroom secret edit`: at a real terminal, with real editors."""

import io
import os
import pty
import secrets
import select
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.rooms import KEY, WEAK, Terminal
from tests.cli.test_editor import script
from tests.conftest import needs

from strongroom.cli import editor
from strongroom.cli.editor import Folder
from strongroom.cli.main import main


class Person(io.StringIO):
    """Whoever sits at the terminal and types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def seat(kept: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """As if at a terminal, with one place for private files."""
    place = kept.folder / "private"
    place.mkdir()
    monkeypatch.setattr(editor, "_places", lambda _: [Folder(place, in_memory=True)])
    monkeypatch.delenv("VISUAL", raising=False)
    return kept


def edit(seat: Terminal, body: str, address: str = WEAK, typed: str = "") -> tuple[int, bytes]:
    seat._patch.setenv("EDITOR", script(seat.folder, body).argv[0])
    seat._capture.readouterr()
    with seat._patch.context() as patch:
        patch.setattr("sys.stdin", Person(typed))
        for stream in ("stdout", "stderr"):
            patch.setattr(f"sys.{stream}.isatty", lambda: True, raising=False)
        status = main(["secret", "edit", address])
    out, err = seat._capture.readouterr()
    assert [] == list((seat.folder / "private").iterdir())
    return status, out + err


def versions(kept: Terminal, address: str = WEAK) -> int:
    return len(kept.json("secret", "history", address))


def value(kept: Terminal, address: str = WEAK) -> bytes:
    assert 0 == kept.run("secret", "get", address)
    return kept.out.strip()


def test_what_is_saved_is_the_next_version(seat: Terminal) -> None:
    status, said = edit(seat, "path.write_text(path.read_text().replace('weak-1', 'weak-2'))")

    assert 0 == status
    assert b"version 2" in said
    assert b"weak" not in said
    assert b"weak-2" == value(seat)


@pytest.mark.parametrize("body", ["", "path.write_text('weak-1')", "os.utime(path)"])
def test_what_is_not_changed_is_not_written(seat: Terminal, body: str) -> None:
    status, said = edit(seat, body)

    assert 0 == status
    assert b"nothing was changed" in said
    assert 1 == versions(seat)


def test_what_the_policy_refuses_is_offered_again(seat: Terminal) -> None:
    body = (
        "n = int((path.parent / 'n').read_text()) if (path.parent / 'n').exists() else 0\n"
        "(path.parent / 'n').write_text(str(n + 1))\n"
        f"path.write_text(['changeme', {secrets.token_urlsafe(48)!r}][n])"
    )
    status, said = edit(seat, body, KEY, typed="\n")

    assert 0 == status, said
    assert b"[value-refused]" in said
    assert b"changeme" not in said
    assert 2 == versions(seat, KEY)


@pytest.mark.parametrize("typed", ["n\n", ""])
def test_what_is_refused_and_not_edited_again_is_kept_nowhere(seat: Terminal, typed: str) -> None:
    status, said = edit(seat, "path.write_text('changeme')", KEY, typed)

    assert 2 == status
    assert b"[edit-given-up]" in said
    assert 1 == versions(seat, KEY)


def test_whoever_wrote_meanwhile_is_not_written_over(seat: Terminal) -> None:
    run = f"import subprocess; subprocess.run([{sys.executable!r}, '-m', 'strongroom', 'secret', 'set', {WEAK!r}], input=b'weak-2', check=True)"
    status, said = edit(seat, f"{run}\npath.write_text('weak-3')")

    assert 6 == status
    assert b"[version-not-current]" in said
    assert b"weak-2" == value(seat)


def test_fields_are_edited_as_json(seat: Terminal) -> None:
    new = ("--type", "database-password", "--owner", "Ada", "--fields")
    fields = b'{"host": "db", "password": "weak-1"}'
    assert 0 == seat.run("secret", "set", "development/db", *new, stdin=fields)
    status, said = edit(
        seat, "path.write_text(path.read_text().replace('db', 'db2'))", "development/db"
    )

    assert 0 == status, said
    found = seat.json("secret", "get", "development/db")["fields"]
    assert {"host": "db2", "password": "weak-1"} == found
    status, said = edit(seat, "path.write_text('{')", "development/db", "n\n")
    assert b"[fields-not-json]" in said


def test_an_editor_that_is_not_known_is_noted(seat: Terminal) -> None:
    _, said = edit(seat, "")

    assert b"editor is not known here" in said


def test_without_a_terminal_nothing_is_read(kept: Terminal) -> None:
    before = len(kept.json("audit", "list"))
    assert 2 == kept.run("secret", "edit", WEAK)
    assert b"[terminal-needed]" in kept.err
    reads = [line for line in kept.json("audit", "list")[before:] if line["verb"] == "read"]
    assert [] == reads


@pytest.mark.parametrize(
    ("name", "more", "keys"),
    [
        ("vim", ["-c", "%s/weak-1/weak-9/", "-c", "wq"], ""),
        ("nano", [], "\x0bweak-9\x0f\r\x18"),  # cut the line, type, write, leave
    ],
)
def test_a_real_editor_at_a_real_terminal(
    kept: Terminal, name: str, more: list[str], keys: str
) -> None:
    """No copy of the value is left: not beside it, and not in the editor's own folders."""
    needs(name)
    home = kept.folder / "home"
    home.mkdir()
    quoted = " ".join(f"'{word}'" for word in more)
    environ = {
        **os.environ, "HOME": str(home), "TERM": "xterm", "EDITOR": f"{name} {quoted}",
        "XDG_RUNTIME_DIR": "", "VISUAL": "",
    }  # fmt: skip
    pid, status, shown = at_terminal(["secret", "edit", WEAK], environ, keys)

    assert 0 == status, shown
    assert b"version 2" in shown
    assert b"weak-9" == value(kept)
    kept_copies = [
        path for path in home.rglob("*") if path.is_file() and b"weak-" in path.read_bytes()
    ]
    assert [] == kept_copies
    assert [] == list(Path("/dev/shm").glob(f"{editor.PREFIX}{pid}-*"))


def at_terminal(argv: list[str], environ: dict[str, str], keys: str) -> tuple[int, int, bytes]:
    """Run it at a terminal of its own, type `keys` once something is on the screen."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "strongroom", *argv],
        stdin=theirs, stdout=theirs, stderr=theirs, env=environ, start_new_session=True,
    ) as process:  # fmt: skip
        os.close(theirs)
        shown = b""
        while select.select([ours], [], [], 30)[0]:
            try:
                data = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            shown += data
            if keys and b"weak-1" in shown:
                os.write(ours, keys.encode())
                keys = ""
        process.kill()
    os.close(ours)
    return process.pid, process.returncode, shown
