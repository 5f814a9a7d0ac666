"""The guide for auditors is run as it stands."""

import re
import shlex
import subprocess
from pathlib import Path

from tests.cli.rooms import Terminal
from tests.standalone import exports

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "audit.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def commands() -> list[str]:
    blocks = BLOCK.findall(GUIDE.read_text("utf-8"))
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]


def test_every_command_of_the_guide_does_what_it_says(kept: Terminal) -> None:
    key = kept.json("status")["log_key"]
    (kept.folder / "segments").mkdir()
    alone = exports.alone(kept.folder)
    (kept.folder / "strongroom_verify.py").unlink()
    shown = b""
    for line in commands():
        program, *argv = shlex.split(line.replace("$LOG_KEY", key))
        if program == "strongroom":
            assert kept.run(*argv) == 0, (line, kept.err)
            shown += kept.out
        else:
            done = subprocess.run(
                [*alone[:-1], *argv], capture_output=True, check=False, cwd=kept.folder
            )
            assert done.returncode == 0, (line, done.stdout, done.stderr)
            shown += done.stdout

    assert shown.count(b"the log is whole") == 2
    assert b"holds" in shown
    assert b"the room is whole" in shown


def test_every_word_that_the_verifier_says_is_explained() -> None:
    """In the guide or as the beginning of a word there."""
    source = (GUIDE.parents[2] / "src/strongroom/standalone/strongroom_verify.py").read_text(
        "utf-8"
    )
    said = set(re.findall(r'problem\(\s*"([a-z-]+)"', source)) | {
        "split-view",
        "undecodable",
        "edited",
    }
    guide = GUIDE.read_text("utf-8")

    missing = {word for word in said if f"`{word}`" not in guide}
    assert missing <= {"checkpoint-order", "checkpoint-inconsistent", "time-order", "time-ahead"}
