"""A file of a secret that cannot be used is named, and nothing of it is shown."""

import os
import secrets
from pathlib import Path

import pytest

from strongroom.errors import ConfigError
from strongroom.runtime.files import VALUE_OCTETS_MAX, Links, Read, read, value

VALUE = secrets.token_urlsafe(32)


def refused(path: Path, links: Links = Links.FOLLOW) -> str:
    with pytest.raises(ConfigError) as caught:
        read(path, links)
    assert VALUE not in f"{caught.value!r} {caught.value.__cause__}"
    assert not isinstance(caught.value.__context__, UnicodeError), "it holds the bytes"
    assert caught.value.exit == 78
    return caught.value.code


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_value_is_what_stands_before_one_line_end(tmp_path: Path, end: str) -> None:
    (tmp_path / "a").write_bytes((VALUE + end).encode())

    assert value(tmp_path / "a") == VALUE


def test_lines_within_a_value_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one\r\ntwo\n\n")

    assert value(tmp_path / "a") == "one\r\ntwo\n"


@pytest.mark.parametrize(("mode", "shared"), [(0o600, False), (0o400, False), (0o640, True)])
def test_it_is_known_whether_others_may_read_it(tmp_path: Path, mode: int, shared: bool) -> None:
    (tmp_path / "a").write_text("x", "utf-8")
    (tmp_path / "a").chmod(mode)

    assert read(tmp_path / "a") == Read("x", shared)


def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff" + VALUE.encode())
    (tmp_path / "large").write_bytes(b"x" * (VALUE_OCTETS_MAX + 1))
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")

    assert refused(tmp_path / "none") == "secret-file-missing"
    assert refused(tmp_path / "loop") == "secret-file-unreadable"
    assert refused(tmp_path / "a\0b") == "secret-file-unreadable"
    assert refused(tmp_path) == "secret-file-not-a-file"
    assert refused(tmp_path / "pipe") == "secret-file-not-a-file"
    assert refused(tmp_path / "large") == "secret-file-too-large"
    assert refused(tmp_path / "binary") == "secret-undecodable"


def test_a_link_is_followed_only_where_links_belong(tmp_path: Path) -> None:
    (tmp_path / "real").write_text(VALUE, "utf-8")
    (tmp_path / "link").symlink_to("real")

    assert value(tmp_path / "link") == VALUE
    assert refused(tmp_path / "link", Links.REFUSE) == "secret-file-is-a-link"
    assert read(tmp_path / "real", Links.REFUSE).text == VALUE
