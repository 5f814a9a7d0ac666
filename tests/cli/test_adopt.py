"""`strongroom adopt` at the command line."""

import json
from typing import Any

import pytest
from tests.cli.rooms import Terminal, terminal
from tests.conftest import POLICY

from strongroom.errors import ConflictError
from strongroom.ops import adopt

__all__ = ["terminal"]
P = ("--policy", str(POLICY))


@pytest.fixture
def repository(terminal: Terminal) -> Terminal:
    (terminal.folder / "app.py").write_text("import os\nos.getenv('SECRET_KEY', 'changeme')\n")
    return terminal


def test_nobody_is_asked_where_nobody_is(repository: Terminal) -> None:
    assert repository.run("adopt", *P) == 2
    assert b"[not-confirmed]" in repository.err
    assert not (repository.folder / "strongroom.toml").exists()


def test_a_dry_run_shows_the_plan_and_needs_nobody(repository: Terminal) -> None:
    assert repository.run("adopt", *P, "--dry-run") == 0
    assert b"nothing was written: this is the plan" in repository.out
    assert not (repository.folder / "strongroom.toml").exists()


def test_violations_secrets_files_and_next_steps_are_shown(repository: Terminal) -> None:
    assert repository.run("adopt", *P, "--yes") == 0
    shown = repository.out.decode()

    for text in (
        "SECRET_KEY",
        "what violates the policy today",
        "P-8.11",
        "strongroom.toml",
        "next:",
    ):
        assert text in shown
    assert repository.run("adopt", *P, "--yes") == 0
    assert b"nothing to add" in repository.out


def test_json_has_the_whole_answer(repository: Terminal) -> None:
    answer = repository.json("adopt", *P, "--yes")

    assert answer["format"] == "strongroom/adopt/v1"
    assert [s["name"] for s in answer["secrets"]] == ["SECRET_KEY"]
    assert "P-8.11" in {v["clause"] for v in answer["violations"]}
    assert answer["written"]
    assert "room" not in answer


def test_a_room_needs_a_policy(repository: Terminal) -> None:
    assert (
        repository.run("adopt", "--room", "--yes") == 6 or b"[policy-not-found]" in repository.err
    )
    assert not (repository.folder / "strongroom.toml").exists()


def test_without_a_policy_the_files_are_written_and_it_is_said(repository: Terminal) -> None:
    assert repository.run("adopt", "--yes") == 0
    assert b"no policy: nothing was judged" in repository.out


def test_a_role_that_the_policy_does_not_have_is_refused_first(repository: Terminal) -> None:
    assert repository.run("adopt", *P, "--room", "--yes", "--role", "Pirate") == 3
    assert b"[role-unknown]" in repository.err
    assert not (repository.folder / "strongroom.toml").exists()
    assert not (repository.folder / ".strongroom").exists()


def test_a_table_of_ones_own_is_told_how_it_reads_from_the_room(repository: Terminal) -> None:
    (repository.folder / "strongroom.toml").write_text("[application]\nname = 'mine'\n")
    assert repository.run("adopt", *P, "--room", "--yes") == 0
    assert b'origin = "room"  ' in repository.out
    assert b"origin" not in (repository.folder / "strongroom.toml").read_bytes()


@pytest.mark.parametrize("more", [(), ("--dry-run",)], ids=["write", "plan"])
def test_no_room_is_made_where_a_link_leads(
    repository: Terminal, tmp_path_factory: pytest.TempPathFactory, more: tuple[str, ...]
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (repository.folder / ".strongroom").symlink_to(outside)

    assert repository.run("adopt", *P, "--room", "--yes", *more) == 3
    assert b"[file-not-regular]" in repository.err
    assert [] == list(outside.iterdir())
    assert not (repository.folder / "strongroom.toml").exists()


def test_no_file_names_a_room_that_could_not_be_made(repository: Terminal) -> None:
    (repository.folder / ".strongroom").mkdir()
    (repository.folder / ".strongroom" / "other").touch()

    assert repository.run("adopt", *P, "--room", "--yes") != 0
    assert b"[folder-in-use]" in repository.err
    assert not (repository.folder / "strongroom.toml").exists()


def test_a_recovery_code_is_shown_even_if_the_files_could_not_be_written(
    repository: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object) -> None:
        raise ConflictError("file-changed", "changed meanwhile")

    monkeypatch.setattr("strongroom.ops.adopt.apply", refuse)

    assert repository.run("adopt", *P, "--room", "--yes") != 0
    assert b"[file-changed]" in repository.err
    assert b"Recovery code, shown this once" in repository.out


def test_a_recovery_code_is_json_where_that_is_asked_for(
    repository: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What reads it is a program, also when something failed."""

    def refuse(*_given: object) -> None:
        raise ConflictError("file-changed", "changed meanwhile")

    monkeypatch.setattr("strongroom.ops.adopt.apply", refuse)

    assert repository.run("adopt", *P, "--room", "--yes", "--json") != 0
    answer = json.loads(repository.out)
    assert answer["room"]["recovery"]
    assert answer["written"] is False


def test_a_link_that_comes_after_the_plan_is_not_followed_either(
    repository: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = repository.folder.parent / "elsewhere"
    elsewhere.mkdir()
    room = repository.folder / ".strongroom"
    plan = adopt.plan

    def planned(*given: Any) -> adopt.Adoption:
        made = plan(*given)
        room.symlink_to(elsewhere)
        return made

    monkeypatch.setattr("strongroom.ops.adopt.plan", planned)
    assert repository.run("adopt", *P, "--room", "--yes") == 3
    assert b"[file-not-regular]" in repository.err
    assert not list(elsewhere.iterdir())
