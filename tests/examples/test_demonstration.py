"""The demonstration proves its claims, and says so when one of them does not hold."""

import io
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from tests.services import process

import demo
from demonstration import database, room, rotating
from demonstration.stage import Outcome, Stage, Step, prepare

ROOT = Path(__file__).parents[2]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, Console(file=io.StringIO(), width=100))


def shown(stage: Stage) -> str:
    assert isinstance(stage.console.file, io.StringIO)
    return stage.console.file.getvalue()


@pytest.mark.long
def test_every_claim_of_the_whole_demonstration_is_proved() -> None:
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100"}

    done = subprocess.run(
        [sys.executable, "examples/demo.py"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "NOT SO" not in done.stdout
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert len(re.findall(r"^proved: ", done.stdout, re.MULTILINE)) >= len(demo.STEPS)
    assert str(ROOT) not in done.stdout


KILLED = """
import os, signal
from demonstration import database
with database.serving(*database.programs()) as server:
    print(server.port, server.log.parent, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_killed_it_leaves_neither_a_server_nor_a_folder() -> None:
    process.program("postgres")
    # Its output ends with the last of those who hold it: who tidies up.
    done = subprocess.run(
        [sys.executable, "-c", KILLED], cwd=ROOT / "examples", capture_output=True, text=True,
        check=False,
    )  # fmt: skip

    assert done.returncode == -signal.SIGKILL, done.stderr
    port, folder = done.stdout.split()
    assert not process.listens(int(port))
    assert not Path(folder).exists()


def test_without_postgresql_a_rotation_is_shown_in_the_room_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = prepare(tmp_path, Console(file=io.StringIO(), width=100))
    room.found(stage)
    stage.proved.clear()
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(database, "FOLDERS", [])

    rotating.rotated(stage)

    assert (len(stage.proved), stage.failed) == (3, [])
    assert "shorter way" in shown(stage)


def test_a_claim_that_does_not_hold_is_remembered(stage: Stage) -> None:
    stage.prove("water is wet", fact=True)
    stage.prove("fire is cold", fact=False)

    assert (stage.proved, stage.failed) == (["water is wet"], ["fire is cold"])
    assert "NOT SO: fire is cold" in shown(stage)


def test_a_step_that_breaks_fails_and_the_next_one_is_still_played(stage: Stage) -> None:
    def breaks(_: Stage) -> None:
        raise LookupError("nothing there")

    def works(stage: Stage) -> None:
        stage.prove("the second step was played", fact=True)

    demo.play((Step("first", "why", breaks), Step("second", "why", works)), stage)

    assert stage.failed == ["the step runs to its end (LookupError: nothing there)"]
    assert stage.proved == ["the second step was played"]


@pytest.mark.parametrize(("fact", "status"), [(True, 0), (False, 1)])
def test_the_exit_code_is_the_verdict(
    fact: bool,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    step = Step("title", "why", lambda stage: stage.prove("as claimed", fact=fact))
    monkeypatch.setattr(demo, "STEPS", (step,))

    assert demo.main() == status
    assert f"{int(fact)} of 1 claims proved" in capsys.readouterr().out


def test_a_long_output_is_cut_in_the_middle_and_says_so(stage: Stage) -> None:
    rows = "\n".join(f"row {n}" for n in range(30))

    stage.printed(Outcome(0, rows, ""), lines=10)

    assert "row 5" in shown(stage)
    assert "row 6" not in shown(stage)
    assert "20 more lines" in shown(stage)
    assert "row 29" in shown(stage)


def test_the_temporary_folder_is_not_shown(stage: Stage) -> None:
    stage.printed(Outcome(3, "", f"{stage.folder}/broken.md: bad"))

    assert "./broken.md: bad" in shown(stage)
    assert str(stage.folder) not in shown(stage)
    assert "[exit 3]" in shown(stage)


def test_the_copy_is_a_repository_with_a_tracked_env_and_without_the_answers(
    tmp_path: Path,
) -> None:
    stage = prepare(tmp_path, Console(file=io.StringIO()))

    tracked = stage.git("ls-files").out.split()

    assert {".env", "app/config.py", "docs/SECRETS_POLICY.md"} <= set(tracked)
    assert not {"PLANTED.toml", "README.md"} & set(tracked)


def test_settings_of_the_caller_do_not_reach_the_command(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a developer's own policy or git hooks would change what is shown."""
    monkeypatch.setenv("STRONGROOM_POLICY", "elsewhere.md")
    monkeypatch.setenv("STRONGROOM_CONTEXT", "no-such-context")

    outcome = stage.strongroom("context", "list", "--json")

    assert (outcome.status, outcome.json) == (0, {"current": None, "contexts": []})


def test_git_that_fails_stops_the_demonstration(stage: Stage) -> None:
    with pytest.raises(RuntimeError, match="git no-such-command"):
        stage.git("no-such-command")
