"""`strongroom run` by the full command line: the same options, and help."""

import os
import subprocess
import sys
from pathlib import Path

from tests.cli.rooms import Terminal, terminal
from tests.conftest import Place
from tests.ops.rotating import FIRST, A, house_of, system
from tests.runtime.run.test_supervise import until
from tests.runtime.run.test_watch import digest

from strongroom.ops import rotate, secret, use
from strongroom.ops.local import Local
from strongroom.ops.rotate import StartRequest
from strongroom.rotation.rotators.memory import System
from strongroom.runtime.run import options

__all__ = ["system", "terminal"]

SHOW = (
    "import hashlib, os, time\n"
    "word = os.environ['DATABASE_PASSWORD'].encode()\n"
    "print(hashlib.sha256(word).hexdigest()[:8], flush=True)\n"
    "time.sleep(1000)"
)


def test_help_names_every_option(terminal: Terminal) -> None:
    assert terminal.run("run", "--help") == 0
    known = {*options._FLAGS, *options._LISTS, *options._TEXTS}

    assert {one for one in known if one.encode() not in terminal.out} == set()


def test_what_is_wrong_is_said_and_nothing_runs(terminal: Terminal) -> None:
    for words in (("--bogus", "--", "true"), ("--env",), (), ("--prefix", "9", "--", "true")):
        assert terminal.run("run", *words) == 2


def test_a_command_runs_with_the_secrets_of_a_room(terminal: Terminal) -> None:
    terminal.init()
    made = ("--type", "database-password", "--owner", "Ada")
    value = b"Wq7-a-long-enough-value-91x"
    assert terminal.run("secret", "set", "development/API_KEY", *made, stdin=value) == 0
    script = f'test "$API_KEY" = {value.decode()} && exit 42'

    assert terminal.run("run", "--env", "development", "--", "sh", "-c", script) == 42


def test_a_rotation_gives_a_command_its_new_value_and_hears_that_it_has_it(
    room: Local, place: Place, system: System
) -> None:
    """All of it is real besides the target: room, engine, watcher, processes, acknowledgements."""
    house_of(room, system)
    environ = {
        **place.environ,
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
        "STRONGROOM_ROOM": str(place.folder),
        "STRONGROOM_ORIGIN": "room",
        "STRONGROOM_APPLICATION": "api",
        "STRONGROOM_CACHE": "off",
    }
    words = ["run", "--env", "development", "--watch", "restart", "--interval", "0.1", "--"]
    command = [sys.executable, "-m", "strongroom", *words, sys.executable, "-c", SHOW]

    def said() -> list[int]:
        return [one.version for each in use.consumers(room, A) for one in each.live]

    with subprocess.Popen(command, env=environ, cwd=place.folder.parent, stdout=-1) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == digest(FIRST)
            until(lambda: said() == [1])
            rotate.start(room, StartRequest(A))
            assert rotate.drive(room, A).state == "promoted"
            new = secret.read(room, A).value.fields["password"].data
            assert isinstance(new, str)
            assert process.stdout.readline() == digest(new)
            until(lambda: said() == [2])
        finally:
            process.terminate()
    assert use.standing(room, A, 1).holders == ()
