"""`strongroom check --env` and `--stored` at the terminal."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.cli.rooms import KEY, Terminal

SCHEMA = Path(__file__).parents[1] / "check/data/sarif-2.1.0.json"


def test_a_room_is_checked_and_the_run_kept(kept: Terminal) -> None:
    assert 1 == kept.run("check", "--env", "production")
    assert b"scoreboard" in kept.out
    assert b"as of 20" in kept.out
    assert b"" == kept.err
    assert 1 == kept.run("check", "--stored")
    assert b"room-" not in kept.out
    assert b"policy sha256" in kept.out


def test_machines_get_the_same(kept: Terminal) -> None:
    kept.run("check", "--env", "all", "--json")
    body = json.loads(kept.out)
    assert ("strongroom/check-room/v1", True) == (body["format"], body["kept"])
    assert ["development", "staging", "production"] == body["environments"]
    kept.run("check", "--stored", "--json")
    stored = json.loads(kept.out)
    assert body["as_of_us"] == stored["as_of_us"]
    assert len(body["findings"]) == len(stored["report"]["open"])


def test_sarif_names_things_of_the_room(kept: Terminal) -> None:
    kept.run("check", "--env", "production", "--sarif")
    log = json.loads(kept.out)
    schema = json.loads(SCHEMA.read_text("utf-8"))

    assert [] == list(Draft202012Validator(schema).iter_errors(log))
    (place,) = {
        where["logicalLocations"][0]["fullyQualifiedName"]
        for result in log["runs"][0]["results"]
        if result["ruleId"] == "room-owner"
        for where in result["locations"]
    }
    assert "owner Ada Lovelace" == place


def test_a_severity_decides_the_exit_code(kept: Terminal) -> None:
    assert 0 == kept.run("check", "--env", "production", "--fail-on", "critical")
    assert 0 == kept.run("check", "--stored", "--fail-on", "critical")


def test_one_rule_alone_is_not_kept(kept: Terminal) -> None:
    assert 1 == kept.run("check", "--env", "production", "--rule", "room-owner")
    assert b"does not keep this check" in kept.err
    assert 5 == kept.run("check", "--stored")
    assert KEY.encode() in (kept.out if kept.run("check", "--env", "production") else b"")


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["--env", "mars"], 3, b"environment-unknown"),
        ([".", "--env", "production"], 2, b"folder-and-room"),
        (["--env", "production", "--policy", "x.md"], 2, b"folder-and-room"),
        (["--stored", "--env", "staging"], 5, b"check-none"),
        (["--stored", "--sarif"], 2, b"format-missing"),
        (["--env", "production", "--rule", "nope"], 5, b"rule-unknown"),
    ],
)
def test_what_cannot_be_done_is_said(
    kept: Terminal, argv: list[str], status: int, code: bytes
) -> None:
    assert status == kept.run("check", *argv)
    assert b"[" + code + b"]" in kept.err
