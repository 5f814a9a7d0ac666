"""A room at the command line, in a folder of its own."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import POLICY

from strongroom.cli.main import main

KEY = "production/api/SECRET_KEY"
WEAK = "development/api/DATABASE_PASSWORD"


class Terminal:
    """Runs commands in a folder and keeps what they print."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capture: Any) -> None:
        self.folder = folder
        self.out = b""
        self.err = b""
        self._patch = monkeypatch
        self._capture = capture
        monkeypatch.setenv("STRONGROOM_CONFIG", str(folder / "config" / "config.toml"))
        monkeypatch.setenv("COLUMNS", "200")
        for name in (
            "STRONGROOM_ROOM",
            "STRONGROOM_POLICY",
            "STRONGROOM_KEYFILE",
            "STRONGROOM_SEAL",
            "STRONGROOM_SEAL_FILE",
            "CREDENTIALS_DIRECTORY",
        ):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.chdir(folder)

    def run(self, *argv: str, stdin: bytes = b"") -> int:
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        self._capture.readouterr()
        status = main(list(argv))
        self.out, self.err = self._capture.readouterr()
        return status

    def json(self, *argv: str, stdin: bytes = b"") -> Any:
        assert self.run(*argv, "--json", stdin=stdin) == 0, self.err
        return json.loads(self.out)

    def init(self, *more: str) -> Any:
        return self.json("init", "--policy", str(POLICY), *more)


@pytest.fixture
def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Terminal:
    return Terminal(tmp_path, monkeypatch, capsysbinary)


@pytest.fixture
def kept(terminal: Terminal) -> Terminal:
    """With a generated key in production and a weak password in development."""
    terminal.init("--role", "DevOps")
    made = ("--owner", "Ada Lovelace")
    assert 0 == terminal.run("secret", "generate", KEY, "--type", "jwt-secret-key", *made)
    assert 0 == terminal.run(
        "secret", "set", WEAK, "--type", "database-password", *made, stdin=b"weak-1\n"
    )
    return terminal
