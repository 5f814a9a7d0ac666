"""The plugin in a pytest of its own."""

import secrets
import subprocess
import sys
from pathlib import Path

import pytest

VALUE = secrets.token_urlsafe(32)
HEAD = "import logging, os, sys\nvalue = os.environ['API_KEY']\n"
SHOWN = {
    "output": "def test_it(): print(value)",
    "error output": "def test_it(): print('x', value, file=sys.stderr)",
    "a log": "def test_it(): logging.warning('%s', value)",
    "an assertion": "def test_it(): assert value == 'x'",
    "an exception": "def test_it(): raise ValueError(value)",
    "base64": "import base64\ndef test_it(): print(base64.b64encode(b'a:' + value.encode()))",
    "a fixture": "import pytest\n@pytest.fixture\ndef f(): print(value)\ndef test_it(f): pass",
}


def run(folder: Path, code: str, *more: str) -> tuple[int, str]:
    (folder / "test_it.py").write_text(HEAD + code, "utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p"),
            *("strongroom.runtime.pytest_plugin", "--rootdir", str(folder), *more, "test_it.py"),
        ],
        cwd=folder,
        env={"API_KEY": VALUE, "COLUMNS": "200"},
        capture_output=True,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).decode()


@pytest.mark.parametrize("how", SHOWN)
def test_a_test_that_shows_a_secret_fails_and_the_report_does_not_show_it(
    tmp_path: Path, how: str
) -> None:
    status, said = run(tmp_path, SHOWN[how])

    assert status == 1
    assert "P-8.9: a secret was shown: [API_KEY] in " in said
    assert VALUE[:12] not in said


def test_a_test_that_shows_none_passes(tmp_path: Path) -> None:
    status, said = run(tmp_path, "def test_it(): print('hello'); assert value")

    assert (status, "1 passed" in said) == (0, True)


def test_a_test_may_teach_it_a_value(tmp_path: Path) -> None:
    code = (
        "from strongroom.runtime.masking.known import MASKER\n"
        "def test_it(): MASKER.add('MADE', 'f4k3-made-value'); print('f4k3-made-value')"
    )
    status, said = run(tmp_path, code)

    assert status == 1
    assert "[MADE] in Captured stdout call" in said
