"""One unguessable value goes through every command, well and badly given, and shows up nowhere.

A new command must be added here: the list below is held against the commands that exist. The
path of a file is a name and may be repeated in an error; nothing else that was given may.
"""

import base64
import json
import secrets
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest

from strongroom.cli.main import COMMANDS
from tests.cli.rooms import WEAK, Terminal, terminal
from tests.conftest import POLICY

__all__ = ["terminal"]

PART = 8  # no run of so many characters of a value may show up
NEW = ("--type", "database-password", "--owner", "Ada")


def forms(value: str) -> set[bytes]:
    """The value, its parts, and what it looks like encoded."""
    raw = value.encode()
    found = {raw[i : i + PART] for i in range(len(raw) - PART + 1)}
    found |= {raw[::-1], raw.hex().encode(), raw.hex().upper().encode()}
    found |= {base64.b64encode(bytes(n) + raw)[4:-4] for n in range(3)}
    found |= {urllib.parse.quote(value, safe="").encode(), json.dumps(value)[1:-1].encode()}
    return found


# What each command is given. `{}` is the canary; standard input is always the canary too.
GIVEN: dict[str, list[list[str]]] = {
    "policy": [["compile", "canary.md"], ["compile", "canary.md", "--json"], ["explain", "{}"], ["diff", "canary.md", "canary.md"], ["render", "canary.md"]],
    "check": [["repo", "--policy", str(POLICY)], ["repo", "--policy", str(POLICY), "--json"], ["repo", "--policy", str(POLICY), "--sarif"]],
    "generate": [["{}"], ["password", "--brand", "x"]],
    "strength": [[], ["--type", "jwt"], ["--clause", "P-4.1", "--json"], ["--type", "{}"]],
    "init": [["--policy", str(POLICY)], ["--policy", "canary.md", "--room", "other"], ["--policy", str(POLICY), "--role", "{}"]],
    "status": [[], ["--json"]],
    "whoami": [[]],
    "recover": [[]],
    "context": [["list"], ["use", "{}"]],
    "secret": [
        ["set", "development/canary", *NEW],
        ["set", "development/canary"],
        ["set", "development/fields", *NEW, "--fields"],
        ["set", "development/file", *NEW, "--file", "canary.bin"],
        ["set", "production/canary", *NEW],
        ["set", "{}", *NEW],
        ["set", "development/{}/x y", *NEW],
        ["set", "development/other", "--type", "{}", "--owner", "Ada"],
        ["set", "development/other", *NEW, "--expires-days", "9999"],
        ["generate", "{}"],
        ["show", "development/canary"],
        ["show", "development/canary", "--json"],
        ["list"],
        ["list", "{}"],
        ["get", "{}"],
        ["get", "development/canary", "--field", "{}"],
    ],
    "access": [["why", "{}", WEAK], ["why", "read", "{}"], ["why", "read", WEAK], ["who", "read", "{}"], ["revoke", "{}"], ["grant", "--verb", "{}"], ["add", "{}"], ["disable", "{}"], ["list"], ["matrix"]],
    "fsck": [[], ["--json"], ["--key", "{}"]],
    "audit": [["list"], ["list", "--json"], ["list", "--since", "{}"], ["list", "--outcome", "{}"], ["verify"], ["verify", "--key", "{}"], ["checkpoint"]],
}  # fmt: skip


def test_no_command_is_forgotten() -> None:
    assert set(COMMANDS) == set(GIVEN)


@pytest.fixture
def canary(terminal: Terminal) -> str:
    """A value as people choose them: strong, with characters that encoders change."""
    value = f"Qx7/{secrets.token_urlsafe(24)}+~"
    (terminal.folder / "canary.bin").write_bytes(value.encode())
    (terminal.folder / "canary.md").write_text("# Hello\n\nNothing of a policy.\n", "utf-8")
    repo = terminal.folder / "repo"
    repo.mkdir()
    (repo / "app.py").write_text(
        f'SECRET_KEY = "{value}"\nlog.info(f"x {{SECRET_KEY[:4]}}")\n', "utf-8"
    )
    (repo / "broken.py").write_text(f'SECRET_KEY = "{value}\n', "utf-8")
    (repo / ".env").write_text(f"API_KEY={value}\n", "utf-8")
    (repo / "config.yaml").write_text(f"password: {value}\n", "utf-8")
    return value


def test_a_value_shows_up_nowhere(terminal: Terminal, canary: str) -> None:
    """Not in what is printed, not in an error, not in any file of the room or configuration."""
    hidden = forms(canary)
    seen: dict[str, set[bytes]] = {}
    # The room comes first, so that every other command has one to work with.
    order = ["init", *(name for name in GIVEN if name != "init")]
    for name in order:
        for given in GIVEN[name]:
            argv = [name, *(word.replace("{}", canary) for word in given)]
            stdin = canary.encode()
            if "--fields" in given:
                stdin = json.dumps({"password": canary, "host": "db"}).encode()
            status = terminal.run(*argv, stdin=stdin)
            assert status in {0, 1, 2, 3, 4, 5, 6, 7, 8, 11}, argv
            shown = terminal.out + terminal.err
            seen[" ".join([name, *given])] = {form for form in hidden if form in shown}

    assert {} == {command: found for command, found in seen.items() if found}
    assert {} == {
        str(path.relative_to(terminal.folder)): found
        for path in terminal.folder.rglob("*")
        if path.is_file() and not _given(path, terminal.folder)
        if (found := {form for form in hidden if form in path.read_bytes()})
    }


def test_only_get_shows_it(terminal: Terminal, canary: str) -> None:
    """The test above can fail: the one command whose purpose it is prints the value."""
    terminal.init()
    terminal.run("secret", "set", "development/canary", *NEW, stdin=canary.encode())
    terminal.run("secret", "get", "development/canary")

    assert canary.encode() == terminal.out


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: c.encode() + b"\x00",
        lambda c: b"\xff" + c.encode(),
        lambda c: c.encode() * 40_000,
        lambda c: f'{{"a": {{"b": "{c}"}}}}'.encode(),
        lambda c: f'{{"a": "{c}", "a": "{c}"}}'.encode(),
        lambda c: f'["{c}"]'.encode(),
        lambda c: f'{{"{c}": 1}}'.encode(),
        lambda c: f'{{"a": {c}}}'.encode(),
    ],
)  # fmt: skip
def test_a_spoiled_value_shows_up_nowhere(
    terminal: Terminal, canary: str, spoil: Callable[[str], bytes]
) -> None:
    terminal.init()
    for argv in (
        ["secret", "set", "production/c", *NEW],
        ["secret", "set", "development/f", *NEW, "--fields"],
        ["strength"],
        ["recover"],
    ):
        terminal.run(*argv, stdin=spoil(canary))
        shown = terminal.out + terminal.err

        assert set() == {form for form in forms(canary) if form in shown}, argv
        assert b"Traceback" not in shown


def _given(path: Path, folder: Path) -> bool:
    """Whether the test itself wrote the value there."""
    return path.relative_to(folder).parts[0] in {"repo", "canary.bin"}
