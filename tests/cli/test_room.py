"""`init`, `status`, `whoami`, `recover` at the terminal."""

import pytest
from tests.cli.rooms import WEAK, Terminal
from tests.conftest import POLICY

from strongroom.identity import os_user
from strongroom.identity.os_user import OsUser


def test_init_says_where_everything_is_and_shows_the_code_once(terminal: Terminal) -> None:
    assert 0 == terminal.run("init", "--policy", str(POLICY))
    shown = terminal.out.decode()

    for word in ("room", "key file", "log key", "Recovery code"):
        assert word in shown
    assert (terminal.folder / ".strongroom" / "room.db").is_file()
    assert 6 == terminal.run("init", "--policy", str(POLICY))
    assert b"[room-exists]" in terminal.err


def test_init_takes_another_folder_and_the_roles_of_the_policy(terminal: Terminal) -> None:
    made = terminal.init("--room", "elsewhere", "--role", "Admin", "--role", "DevOps")

    assert str(terminal.folder / "elsewhere") == made["folder"]
    assert ["Admin", "DevOps"] == terminal.json("whoami", "--room", "elsewhere")["roles"]


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["init"], 5, b"policy-not-found"),
        (["init", "--policy", "none.md"], 5, b"policy-not-found"),
        (["init", "--policy", str(POLICY), "--role", "King"], 3, b"role-unknown"),
        (["status"], 5, b"room-not-found"),
        (["status", "--room", "none"], 8, b"db-missing"),
        (["recover", "--room", "none"], 8, b"db-missing"),
    ],
)
def test_what_is_missing_is_said(
    terminal: Terminal, argv: list[str], status: int, code: bytes
) -> None:
    assert status == terminal.run(*argv)
    assert b"[" + code + b"]" in terminal.err
    assert not (terminal.folder / ".strongroom").exists()


def test_status_and_whoami_for_people_and_machines(kept: Terminal) -> None:
    assert 0 == kept.run("status")
    assert b"serves" in kept.out
    found = kept.json("status")
    assert found["ready"]
    assert 0 == kept.run("whoami")
    assert b"operating system" in kept.out


def test_without_its_key_file_the_room_is_sealed(kept: Terminal) -> None:
    (path,) = (kept.folder / "config" / "keys").iterdir()
    path.unlink()

    assert 10 == kept.run("status")
    assert b"[keyfile-missing]" in kept.err
    assert b"recover" in kept.err


def test_recovery_opens_it_again(terminal: Terminal) -> None:
    made = terminal.init()
    terminal.run(
        "secret", "set", WEAK, "--type", "database-password", "--owner", "Ada", stdin=b"weak-1"
    )
    (path,) = (terminal.folder / "config" / "keys").iterdir()
    path.unlink()

    assert 0 == terminal.run("recover", stdin=made["recovery"].encode())
    assert 0 == terminal.run("secret", "get", WEAK)
    assert b"weak-1" == terminal.out


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (b"", b"recovery-length"),
        (b"nonsense!", b"recovery-character"),
        (b"\xff\xfe", b"recovery-character"),
        (b"0" * 64, b"recovery-group"),
    ],
)
def test_a_mistyped_code_is_named_and_not_repeated(
    terminal: Terminal, code: bytes, reason: bytes
) -> None:
    terminal.init()

    assert 3 == terminal.run("recover", stdin=code)
    assert b"[" + reason + b"]" in terminal.err
    assert not code or code not in terminal.err


def test_a_stranger_is_told_whom_to_ask(kept: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os_user, "user", lambda uid: OsUser(uid, "mallory"))

    assert 4 == kept.run("secret", "get", WEAK)
    assert b"strongroom access add mallory" in kept.err
    assert b"" == kept.out
