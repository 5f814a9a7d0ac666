"""`strongroom mask` as a program in a pipe."""

import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from strongroom.errors import ConfigError
from strongroom.runtime.masking.command import Options, collect, parse

VALUE = "v" + secrets.token_urlsafe(32)  # an option would begin with a dash
MASK = [sys.executable, "-m", "strongroom", "mask"]


def mask(*words: str, data: bytes, **environ: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*MASK, *words],
        input=data,
        env={"PATH": os.environ["PATH"], **environ},
        capture_output=True,
        check=False,
    )


def test_what_looks_like_a_secret_is_hidden_and_the_rest_is_not() -> None:
    done = mask(
        data=f"{VALUE} eu-central-1 {VALUE[::-1]}\n".encode(),
        API_KEY=VALUE,
        REGION="eu-central-1",
        BUILD=VALUE[::-1],
    )

    assert (0, b"") == (done.returncode, done.stderr)
    assert done.stdout == f"[API_KEY] eu-central-1 {VALUE[::-1]}\n".encode()


def test_a_value_that_is_too_long_to_be_masked_lets_nothing_through(tmp_path: Path) -> None:
    long = secrets.token_hex(33 * 1024)
    (tmp_path / "app.env").write_text(f"API_KEY={VALUE}\nTLS_PRIVATE_KEY={long}\n", "utf-8")
    done = mask("--env-file", str(tmp_path / "app.env"), data=long.encode())

    assert (done.returncode, done.stdout) == (78, b"")
    assert b"mask-value-too-long" in done.stderr
    assert b"TLS_PRIVATE_KEY" in done.stderr
    assert long[:8].encode() not in done.stderr


def test_named_variables_are_hidden_whatever_they_look_like() -> None:
    done = mask("--env-names", "BUILD", data=VALUE.encode(), BUILD=VALUE, API_KEY="x" * 20)

    assert done.stdout == b"[BUILD]"


def test_the_secrets_of_a_file_are_hidden(tmp_path: Path) -> None:
    file = tmp_path / "app.env"
    other = secrets.token_hex(20)
    file.write_text(
        f"HOST=db.example\nDATABASE_URL=postgresql://app:{VALUE}@db.example/x\n"
        f"API_KEY='{other}'\nAPI_KEY={other}2\n",
        "utf-8",
    )
    done = mask("--env-file", str(file), data=f"db.example {VALUE} {other} {other}2".encode())

    assert done.stdout == b"db.example [DATABASE_URL] [API_KEY] [API_KEY]"


def test_names_may_come_from_an_example_file(tmp_path: Path) -> None:
    file = tmp_path / ".env.example"
    file.write_text("HOST=\nAPI_KEY=\n", "utf-8")
    done = mask("--names-from", str(file), data=VALUE.encode(), API_KEY=VALUE)

    assert done.stdout == b"[API_KEY]"


def test_files_of_secrets_are_hidden(tmp_path: Path) -> None:
    (tmp_path / "smtp").write_text(VALUE + "\n", "utf-8")
    done = mask(data=VALUE.encode(), CREDENTIALS_DIRECTORY=str(tmp_path))

    assert done.stdout == b"[smtp]"


@pytest.mark.parametrize(
    ("words", "environ", "code"),
    [
        ([], {}, b"[mask-nothing-known]"),
        ([], {"API_KEY": "short"}, b"[mask-nothing-known]"),
        (["--env-names", "API_KEY,OTHER"], {"API_KEY": VALUE}, b"[mask-value-missing]"),
        (["--env-names", VALUE], {"API_KEY": VALUE}, b"[mask-value-missing]"),
        (["--env-file", "/nowhere/.env"], {}, b"[secret-file-missing]"),
        (["--env-file", "/dev/zero"], {}, b"[secret-file-not-a-file]"),
        (["--value", VALUE], {"API_KEY": VALUE}, b"[usage]"),
        ([VALUE], {"API_KEY": VALUE}, b"[usage]"),
        (["--env-names"], {"API_KEY": VALUE}, b"[usage]"),
    ],
)
def test_without_what_it_was_asked_for_nothing_is_let_through(
    words: list[str], environ: dict[str, str], code: bytes
) -> None:
    done = mask(*words, data=b"a line\n", **environ)

    assert done.returncode in {2, 78}
    assert done.stdout == b""
    assert code in done.stderr
    assert VALUE.encode() not in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_value_that_cannot_be_hidden_is_named() -> None:
    done = mask(data=b"1234 " + VALUE.encode(), DB_PASSWORD="1234", API_KEY=VALUE)

    assert done.stdout == b"1234 [API_KEY]"
    assert done.stderr == b"note: DB_PASSWORD is not masked: shorter than 8 characters\n"


@pytest.mark.parametrize("line", [b"API_KEY\n", b'API_KEY="open\n', b"A=\0\n"])
def test_a_file_that_cannot_be_read_whole_hides_nothing(tmp_path: Path, line: bytes) -> None:
    """What stands in the line that was not understood would go through unmasked."""
    (tmp_path / ".env").write_bytes(b"OTHER_TOKEN=" + VALUE.encode() + b"\n" + line)
    done = mask("--env-file", str(tmp_path / ".env"), data=VALUE.encode())

    assert (78, b"") == (done.returncode, done.stdout)
    assert b"line 2: " in done.stderr


def test_bytes_that_are_no_text_pass() -> None:
    data = secrets.token_bytes(10_000)

    assert mask(data=data, API_KEY=VALUE).stdout == data


def test_an_interrupt_does_not_cut_off_what_the_command_before_says() -> None:
    with subprocess.Popen(
        MASK, env={"API_KEY": VALUE}, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"started\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"started\n"
        process.send_signal(signal.SIGINT)
        process.stdin.write(b"stopping " + VALUE.encode())
        process.stdin.close()
        assert process.stdout.read() == b"stopping [API_KEY]"
        assert process.wait() == 0


def test_a_reader_that_went_away_ends_it_quietly() -> None:
    with subprocess.Popen(
        MASK,
        env={"API_KEY": VALUE},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(b"a line\n")
        process.stdin.close()
        assert process.wait() == 141
        assert process.stderr.read() == b""


def test_a_full_disk_is_an_error_of_the_machine() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            MASK,
            input=b"x\n",
            env={"API_KEY": VALUE},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert done.returncode == 8
    assert b"[machine-refused]" in done.stderr
    assert b"Traceback" not in done.stderr


def test_it_loads_neither_a_framework_nor_a_room() -> None:
    code = (
        "import sys; from strongroom.entry import main; status = main(['mask']);"
        "print(status, sorted(n for n in sys.modules if n.split('.')[0] in "
        "{'cyclopts', 'rich', 'cryptography', 'sqlite3', 'msgspec'} or n.startswith("
        "('strongroom.ops', 'strongroom.wiring', 'strongroom.cli'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"API_KEY": VALUE},
        input=b"",
        capture_output=True,
        check=True,
    )

    assert done.stdout == b"0 []\n"


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ([], Options()),
        (["--env-names", "A,B, C"], Options(env_names=("A", "B", "C"))),
        (["--env-names", "A", "--env-names", "B"], Options(env_names=("A", "B"))),
        (["--env-file", ".env"], Options(env_files=(Path(".env"),))),
        (["--names-from", "x"], Options(names_from=(Path("x"),))),
        (["--help"], None),
        (["--env-names=A"], None),
        (["--env-names", ""], None),
        (["--env-names", "--help"], None),
        (["a", "b"], None),
    ],
)
def test_only_what_is_well_formed_is_understood(words: list[str], options: Options | None) -> None:
    assert parse(words) == options


def test_the_full_command_line_knows_the_same_options() -> None:
    """What the quick way does not understand, the other way does."""
    done = mask("--env-names=API_KEY", data=VALUE.encode(), API_KEY=VALUE)

    assert done.stdout == b"[API_KEY]"


def test_a_name_that_no_label_can_hold_is_not_passed_over() -> None:
    """Shells export functions as `BASH_FUNC_x%%`."""
    gathered = collect(Options(), {"BASH_FUNC_secret%%": VALUE})

    assert gathered.masker.text(VALUE) == "[UNNAMED]"


def test_a_file_that_a_variable_names_and_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ConfigError, match="/nowhere/key"):
        collect(Options(), {"API_KEY_FILE": "/nowhere/key"})
