"""A `.env` that cannot be trusted or has two meanings is refused with its line."""

import secrets
from pathlib import Path

import pytest

from strongroom.errors import ConfigError
from strongroom.runtime.local_env import load

VALUE = secrets.token_urlsafe(16)


@pytest.fixture
def env(tmp_path: Path) -> Path:
    path = tmp_path / ".env"
    path.touch(mode=0o600)
    return path


def test_there_need_not_be_one(tmp_path: Path) -> None:
    assert load(tmp_path) == ({}, ())


@pytest.mark.parametrize(
    "line",
    ["A=VALUE", "A='VALUE'", 'A="VALUE"', "export A=VALUE  # note", "A=VALUE\r"],
)
def test_every_way_to_write_a_value_is_read(env: Path, line: str) -> None:
    env.write_bytes(b"# one\r\n" + line.replace("VALUE", VALUE).encode() + b"\n")

    assert load(env.parent) == ({"A": VALUE}, ())


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("A=1\nB=VALUE\nA=VALUE\n", "env-file-duplicate", "line 1 and again on line 3"),
        ("A=VALUE\0\n", "env-file-unreadable-line", "line 1: the value holds NUL"),
        ('A="VALUE\n', "env-file-unreadable-line", "line 1: the quote is not closed"),
        ("A=1\nVALUE\n", "env-file-unreadable-line", "line 2: not NAME=VALUE"),
        ("A=\udcff", "secret-undecodable", "not UTF-8"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_not_repeated(
    env: Path, text: str, code: str, said: str
) -> None:
    env.write_bytes(text.replace("VALUE", VALUE).encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError, match=said) as caught:
        load(env.parent)

    assert caught.value.code == code
    assert VALUE not in str(caught.value)


def test_a_link_is_refused(env: Path) -> None:
    env.rename(env.parent / "elsewhere")
    env.symlink_to("elsewhere")
    with pytest.raises(ConfigError) as caught:
        load(env.parent)

    assert caught.value.code == "secret-file-is-a-link"


def test_one_that_others_can_read_is_a_warning(env: Path) -> None:
    """P-3.1."""
    env.write_text(f"A={VALUE}\n", "utf-8")
    env.chmod(0o644)
    values, (warning,) = load(env.parent)

    assert values == {"A": VALUE}
    assert str(warning) == (
        ".env can be read by other users of the machine: chmod 600 .env (P-3.1, warning)"
    )
