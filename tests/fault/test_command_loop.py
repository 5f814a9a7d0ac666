"""A smaller run of the loop over all commands; `make fault` runs a long one."""

import os
from pathlib import Path

import pytest
from tests.fault.command_loop import run
from tests.fault.commands import STILL, WORK
from tests.test_canary import commands

from strongroom.cli.main import build

KILLS = 30


def test_every_command_is_killed_or_said_to_change_nothing() -> None:
    assert set(commands(build())) == set(WORK) | STILL
    assert not set(WORK) & STILL


@pytest.mark.long
def test_what_a_killed_command_leaves_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("STRONGROOM_ROOM", "STRONGROOM_KEYFILE", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STRONGROOM_CONFIG", os.environ.get("STRONGROOM_CONFIG", ""))

    writes, killed = run(KILLS, tmp_path)

    assert killed.total() == KILLS
    assert writes > 0
    assert set(killed) <= {*WORK, "between two"}
