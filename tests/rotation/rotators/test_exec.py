"""The exec rotator with real programs: what they are given, how they end, what is shown of them."""

import json
import os
import secrets
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from strongroom.errors import InvalidError, StrongroomError
from strongroom.rotation.contract import Bench, RotatorContract, no_wait, plain_draw
from strongroom.rotation.rotators.exec import ExecRotator
from strongroom.rotation.rotators.interface import (
    Answer,
    Credential,
    Job,
    Overlap,
    Target,
    TargetDeniedError,
    TargetUnreachableError,
)
from tests.rotation.rotators import keeper
from tests.rotation.rotators.keeper import Keeper, digest

PROGRAM = Path(keeper.__file__)


@dataclass(frozen=True)
class Stand:
    """A job of a program that keeps its state in a file."""

    job: Job
    file: Path

    def keeper(self) -> Keeper:
        return Keeper(json.loads(self.file.read_text("utf-8")))

    def change(self, **state: object) -> None:
        kept = json.loads(self.file.read_text("utf-8")) | state
        self.file.write_text(json.dumps(kept), "utf-8")

    def bench(self) -> Bench:
        return Bench(ExecRotator(), self.job, lambda one: self.keeper().works(dict(one.fields)))


def a_stand(folder: Path, overlap: Overlap = Overlap.VALUES, **options: str) -> Stand:
    password = secrets.token_hex(16)
    file = folder / "state.json"
    file.write_text(json.dumps({"accounts": {"app_a": [digest(password)]}}), "utf-8")
    argv = json.dumps([sys.executable, str(PROGRAM), str(file)])
    said = {"argv": argv, "overlap": overlap, "changes": "password", **options}
    current = Credential(1, {"username": "app_a", "password": password})
    target = Target("program", "", said)
    job = Job(target, "production/app/DB", "password", {}, current, plain_draw, no_wait)
    return Stand(job, file)


class TestValues(RotatorContract):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Bench:
        return a_stand(tmp_path).bench()


class TestAccounts(RotatorContract):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Bench:
        return a_stand(tmp_path, Overlap.ACCOUNTS, accounts="app_a,app_b").bench()


class TestMadeThere(RotatorContract):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Bench:
        return a_stand(tmp_path, mint="target").bench()


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Job]:
    """A job whose program is this text of Python."""

    def write(text: str) -> Job:
        program = tmp_path / "program"
        program.write_text(f"#!{sys.executable} -I\n{text}", "utf-8")
        program.chmod(0o700)
        return a_stand(tmp_path, argv=json.dumps([str(program)])).job

    return write


def error_of(job: Job) -> StrongroomError:
    """What `set` raises."""
    going = replace(job, pending=Credential(2, ExecRotator().mint(job)))
    with pytest.raises(StrongroomError) as caught:
        ExecRotator().set(going)
    for one in (going.current, going.pending):
        assert one is not None
        assert one.fields["password"] not in f"{caught.value.message} {caught.value.fix}"
    assert caught.value.__cause__ is None
    return caught.value


class TestWhatItIsGiven:
    def test_a_clean_environment_its_own_group_and_the_root_folder(
        self, written: Callable[[str], Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("STRONGROOM_KEY", "plainly-fake-key")
        monkeypatch.setenv("PYTHONPATH", "/nowhere")
        out = tmp_path / "seen"
        text = (
            "import json, os, sys\n"
            "seen = [dict(os.environ), os.getcwd(), os.getpgrp() == os.getpid(), sys.argv[1:],"
            " sorted(int(n) for n in os.listdir('/dev/fd'))[:-1]]\n"
            f"open({str(out)!r}, 'w').write(json.dumps(seen))\n"
        )
        job = written(text)
        assert job.current is not None
        assert ExecRotator().probe(job, job.current).answer is Answer.UNKNOWN
        environment, folder, leads, arguments, files = json.loads(out.read_text())
        assert set(environment) - {"LC_CTYPE"} == {"PATH", "LANG", "TZ"}
        assert (folder, leads, arguments, files) == ("/", True, [], [0, 1, 2])

    def test_values_come_by_standard_input(self, tmp_path: Path) -> None:
        stand = a_stand(tmp_path)
        job = stand.bench().set()
        assert job.pending is not None
        assert stand.keeper().works(dict(job.pending.fields))


class TestHowItEnds:
    @pytest.mark.parametrize(
        ("text", "code", "kind"),
        [
            ("import sys; sys.exit(3)", "target-denied", TargetDeniedError),
            ("", "target-unreachable", TargetUnreachableError),
            ("print('{}')", "target-unreachable", TargetUnreachableError),
            ("print('x' * 1_000_000)", "target-unreachable", TargetUnreachableError),
            ("import os; os.kill(os.getpid(), 9)", "target-denied", TargetDeniedError),
        ],
        ids=["exit 3", "nothing", "no answer", "too much", "killed"],
    )
    def test_without_an_answer(
        self, written: Callable[[str], Job], text: str, code: str, kind: type[Exception]
    ) -> None:
        error = error_of(written(text))
        assert error.code == code
        assert isinstance(error, kind)

    def test_slowness_ends_it_and_what_it_started(
        self, written: Callable[[str], Job], tmp_path: Path
    ) -> None:
        out = tmp_path / "child"
        text = (
            "import os, subprocess, sys, time\n"
            "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
            f"open({str(out)!r}, 'w').write(str(child.pid))\n"
            "time.sleep(600)\n"
        )
        error = error_of(replace(written(text), timeout_s=2.0))
        assert error.code == "target-slow"
        child = int(out.read_text())
        while _runs(child):  # it was killed; the system takes a moment to say so
            os.sched_yield()

    def test_who_reads_nothing_is_no_fault_of_ours(self, written: Callable[[str], Job]) -> None:
        job = written("import os; os.close(0); print('{}')")
        long = replace(job, secret="production/" + "x" * 200_000)
        assert error_of(long).code == "target-unreachable"


class TestWhatIsShown:
    def test_what_it_says_is_masked_and_bounded(self, written: Callable[[str], Job]) -> None:
        text = (
            "import sys\n"
            "print('cannot log in\\x1b[31m with token ab12cd34ef56, ' + 'why ' * 500,"
            " file=sys.stderr)\n"
            "sys.exit(1)\n"
        )
        message = error_of(written(text)).message
        assert "\x1b" not in message
        assert "ab12cd34ef56" not in message
        assert len(message) < 300
        assert "why why" in message

    def test_a_part_of_a_value_is_withheld(self, written: Callable[[str], Job]) -> None:
        text = (
            "import json, sys\n"
            "value = json.load(sys.stdin)['pending']['fields']['password']\n"
            "print('refused:', value[4:14], file=sys.stderr)\n"
            "sys.exit(1)\n"
        )
        assert "withheld" in error_of(written(text)).message


class TestOptions:
    @pytest.mark.parametrize(
        "argv",
        [
            "",
            "[]",
            "/bin/true",
            '["true"]',
            '["/bin/true", 1]',
            '["/bin/true", "a\\u0000"]',
            "[" * 99,
        ],
        ids=range(7),
    )
    def test_arguments_that_are_none(self, tmp_path: Path, argv: str) -> None:
        with pytest.raises(InvalidError) as caught:
            ExecRotator().check(a_stand(tmp_path, argv=argv).job)
        assert caught.value.code == "target-option"

    def test_an_argument_that_holds_a_value(self, tmp_path: Path) -> None:
        job = a_stand(tmp_path).job
        assert job.current is not None
        password = job.current.fields["password"]
        bad = replace(job, options={"argv": json.dumps(["/bin/true", f"--password={password}"])})
        with pytest.raises(InvalidError) as caught:
            ExecRotator().check(bad)
        assert caught.value.code == "target-option"
        assert password not in f"{caught.value.message} {caught.value.fix}"

    def test_a_program_that_is_not_there(self, tmp_path: Path) -> None:
        argv = json.dumps([str(tmp_path / "absent")])
        assert error_of(a_stand(tmp_path, argv=argv).job).code == "target-denied"

    def test_a_program_that_others_can_write(self, written: Callable[[str], Job]) -> None:
        job = written("")
        (program,) = json.loads(job.option("argv"))
        Path(program).chmod(0o722)
        assert "others can write" in error_of(job).message

    def test_a_program_that_cannot_be_run(self, written: Callable[[str], Job]) -> None:
        job = written("")
        (program,) = json.loads(job.option("argv"))
        Path(program).write_text("#!/nowhere/at/all\n")
        assert "cannot be run" in error_of(job).message

    @pytest.mark.parametrize("name", ["../x", "os.path", "a b", "é"])
    def test_a_recipe_that_is_no_name(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(InvalidError):
            ExecRotator().check(a_stand(tmp_path, recipe=name).job)


def _runs(pid: int) -> bool:
    """Whether it runs; one that nobody has waited for yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}


class TestAnEngineThatIsKilled:
    DRIVER = (
        "import sys\n"
        "from strongroom.rotation.rotators import exec as one\n"
        "one._run(sys.argv[1:], b'{}', 600)\n"
    )

    def test_the_program_that_it_waits_for_ends_with_it(self, tmp_path: Path) -> None:
        fifo = tmp_path / "told"
        os.mkfifo(fifo)
        text = (
            f"import os, signal; open({str(fifo)!r}, 'w').write(str(os.getpid())); signal.pause()"
        )
        argv = [sys.executable, "-c", self.DRIVER, sys.executable, "-c", text]
        with subprocess.Popen(argv, stdin=subprocess.DEVNULL) as engine:
            program = os.pidfd_open(int(fifo.read_text()))
            try:
                ended = select.poll()
                ended.register(program, select.POLLIN)
                assert ended.poll(0) == []
                engine.kill()
                engine.wait()
                assert ended.poll(30_000) != []
            finally:
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(program, signal.SIGKILL)
                os.close(program)
