"""`strongroom target` at the terminal."""

import json

from tests.cli.rooms import Terminal
from tests.cli.test_rotate import DB, clock, house, system

from strongroom.rotation.rotators.interface import TargetUnreachableError
from strongroom.rotation.rotators.memory import System

__all__ = ["clock", "house", "system"]


def test_targets_come_are_looked_at_and_go(house: Terminal, system: System) -> None:
    assert 0 == house.run("target", "list")
    assert b"development" in house.out
    (one,) = house.json("target", "list", "--env", "development")
    assert (one["name"], one["rotator"], one["secrets"]) == ("db", "memory", 1)
    assert 0 == house.run("target", "test", "db")
    assert DB.encode() in house.out
    system.fault = TargetUnreachableError("target-unreachable", "nobody there")
    assert 1 == house.run("target", "test", "db")
    assert b"fix: start it" in house.out
    assert 1 == house.run("target", "test", "db", "--json")
    assert [DB] == list(json.loads(house.out))
    assert 0 == house.run("target", "remove", "db")
    assert 0 == house.run("target", "list")
    assert b"no targets" in house.out
    assert 5 == house.run("target", "test", "db")


def test_bad_input_is_said_and_not_repeated(house: Terminal) -> None:
    add = ("target", "add", "x", "--env", "development", "--rotator", "memory", "--option")
    assert 2 == house.run(*add, "fake-pasted-value")
    assert b"[option-form]" in house.err
    assert b"fake-pasted" not in house.err
    assert 3 == house.run("target", "add", "a b", "--env", "development", "--rotator", "memory")
    assert 5 == house.run("rotate", "schedule", DB, "--target", "none")
    assert 0 == house.run("target", "add", "x", "--env", "development", "--rotator", "memory")
    assert 5 == house.run("target", "test", "x")
    assert b"[target-unused]" in house.err
