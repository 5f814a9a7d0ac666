"""`strongroom agent` and `tick`: a round at the terminal, and a process that is told to stop."""

import json
import signal
import subprocess
import sys
from datetime import timedelta

from tests.cli.rooms import Terminal
from tests.cli.test_rotate import DB, clock, house, system
from time_machine import Traveller

from strongroom.rotation.rotators.interface import TargetUnreachableError
from strongroom.rotation.rotators.memory import System

__all__ = ["clock", "house", "system"]


def test_tick_does_one_round(house: Terminal, clock: Traveller, system: System) -> None:
    assert 0 == house.run("tick")
    assert b"" == house.out
    clock.shift(timedelta(days=89, hours=1))
    system.fault = TargetUnreachableError("target-unreachable", "nobody answers")
    assert 0 == house.run("tick")
    system.fault = None
    clock.shift(timedelta(minutes=1))
    assert 0 == house.run("tick", "--json")
    lines = [json.loads(line) for line in house.out.splitlines()]
    assert [one["state"] for one in lines if one["what"] == "step"] == [
        "mint minted", "set set", "test tested", "promote promoted", "wait promoted",
    ]  # fmt: skip
    assert {one["address"] for one in lines} <= {DB, ""}
    assert 0 != house.run("tick", "--parallel", "0")


def test_an_agent_ends_when_it_is_told_to(terminal: Terminal) -> None:
    terminal.init("--role", "DevOps")
    argv = [sys.executable, "-m", "strongroom", "agent", "--json"]
    with subprocess.Popen(argv, cwd=terminal.folder, stdout=subprocess.PIPE) as agent:
        assert agent.stdout is not None
        first = json.loads(agent.stdout.readline())
        assert (first["what"], first["state"]) == ("began", "agent")
        agent.send_signal(signal.SIGTERM)
        said, _ = agent.communicate(timeout=60)
    assert 0 == agent.returncode
    assert json.loads(said.splitlines()[-1])["what"] == "ended"


def test_an_agent_that_is_told_many_times_in_a_row_ends_too(terminal: Terminal) -> None:
    """The second comes while the first is heard: whoever waits for a lock there waits for itself."""
    terminal.init("--role", "DevOps")
    argv = [sys.executable, "-m", "strongroom", "agent", "--json"]
    with subprocess.Popen(argv, cwd=terminal.folder, stdout=subprocess.PIPE) as agent:
        assert agent.stdout is not None
        agent.stdout.readline()
        try:
            for _ in range(20_000):
                agent.send_signal(signal.SIGTERM)
            said, _ = agent.communicate(timeout=60)
        finally:
            agent.kill()
    assert agent.returncode in {0, -signal.SIGTERM}  # it had ended when the last ones came
    assert json.loads(said.splitlines()[-1])["what"] == "ended"
