"""Tests for strongroom.ops.adopt_room."""

import secrets
from pathlib import Path
from typing import Any

import pytest
from tests.cli.rooms import Terminal, terminal
from tests.conftest import POLICY

__all__ = ["terminal"]
KEY = secrets.token_hex(32)
MINE = "only-on-my-laptop"
CODE = "import os\nfor n in (os.environ['JWT_SECRET_KEY'], os.environ['DATABASE_PASSWORD']): pass\n"


@pytest.fixture
def repository(terminal: Terminal) -> Terminal:
    (terminal.folder / "app.py").write_text(CODE)
    (terminal.folder / ".env").write_text(
        f"JWT_SECRET_KEY={KEY}\nDATABASE_PASSWORD='{MINE}'\nLEVEL=info\nEMPTY_API_KEY=\n"
    )
    return terminal


def _adopt(terminal: Terminal) -> Any:
    return terminal.json("adopt", "--policy", str(POLICY), "--room", "--yes", "--owner", "Ada")


def test_values_of_the_local_file_are_kept_for_development(repository: Terminal) -> None:
    room = _adopt(repository)["room"]
    taken = room["taken"]

    assert set(taken["names"]) == {"JWT_SECRET_KEY", "DATABASE_PASSWORD"}
    assert taken["left"] == []
    place = f"development/{repository.folder.name}/DATABASE_PASSWORD"
    assert 0 == repository.run("secret", "get", place)
    assert repository.out.decode().strip() == MINE
    assert (repository.folder / ".env").exists()
    stored = b"".join(p.read_bytes() for p in Path(room["folder"]).iterdir() if p.name != "reserve")
    assert MINE.encode() not in stored


def test_a_second_run_uses_the_room_and_leaves_what_it_keeps(repository: Terminal) -> None:
    _adopt(repository)
    place = f"development/{repository.folder.name}/DATABASE_PASSWORD"
    repository.run("secret", "set", place, stdin=b"changed-in-the-room")
    again = _adopt(repository)

    assert "recovery" not in again["room"]
    repository.run("secret", "get", place)
    assert repository.out == b"changed-in-the-room"


def test_what_the_policy_refuses_stays_and_the_rest_is_taken(repository: Terminal) -> None:
    with (repository.folder / ".env").open("a") as stream:
        stream.write("JWT_SECRET_KEY=x\n")
    taken = _adopt(repository)["room"]["taken"]

    assert "DATABASE_PASSWORD" in taken["names"]
    kept = {*taken["names"], *(left["name"] for left in taken["left"])}
    assert kept == {"JWT_SECRET_KEY", "DATABASE_PASSWORD"}


def test_a_link_in_place_of_the_file_is_not_followed(repository: Terminal) -> None:
    elsewhere = repository.folder.with_name(f"{repository.folder.name}-elsewhere")
    (repository.folder / ".env").rename(elsewhere)
    (repository.folder / ".env").symlink_to(elsewhere)
    taken = _adopt(repository)["room"]["taken"]

    assert taken["names"] == []
    assert [left["code"] for left in taken["left"]] == ["symlink-outside"]


def test_what_is_not_whole_is_left_and_never_kept_in_part(repository: Terminal) -> None:
    """A part of a key, or a text that other readers complete, would be a wrong credential."""
    body = f"{KEY}\nAPI_KEY_{KEY[:8]}=\n"
    (repository.folder / ".env").write_text(
        f"JWT_SECRET_KEY=-----BEGIN PRIVATE KEY-----\n{body}-----END PRIVATE KEY-----\n"
        "DATABASE_PASSWORD=${BASE}-and-more\n"
        'LEVEL="open\n'
    )
    answer = _adopt(repository)
    taken = answer["room"]["taken"]

    assert taken["names"] == []
    assert {(left["name"], left["code"]) for left in taken["left"]} == {
        (".env, line 1", "line-malformed"),
        ("DATABASE_PASSWORD", "value-refers"),
        (".env, line 6", "line-malformed"),
    }
    assert KEY[:8] not in str(answer)


def test_bytes_that_are_no_text_are_not_guessed(repository: Terminal) -> None:
    (repository.folder / ".env").write_bytes(b"DATABASE_PASSWORD=caf\xe9-and-sixteen-more\n")
    taken = _adopt(repository)["room"]["taken"]

    assert taken["names"] == []
    assert [left["code"] for left in taken["left"]] == ["env-file-undecodable"]
