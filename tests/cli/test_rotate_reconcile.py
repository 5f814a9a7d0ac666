"""`strongroom rotate reconcile` at the terminal."""

from tests.cli.rooms import Terminal
from tests.cli.test_rotate import DB, clock, house, system

from strongroom.rotation.rotators.memory import System, digest

__all__ = ["clock", "house", "system"]


def test_it_says_what_is_true_and_how_to_mend_what_is_not(house: Terminal, system: System) -> None:
    assert 0 == house.run("rotate", "reconcile", DB)
    assert b"the current version works" in house.out
    system.accounts["app_a"] = {digest("of-somebody-else")}
    assert 1 == house.run("rotate", "reconcile", "--all")
    for text in (b"no version works", b"fix:", b"--emergency"):
        assert text in house.out
    assert 1 == house.run("rotate", "reconcile", DB, "--json")
    assert b'"lost"' in house.out


def test_one_secret_or_all(house: Terminal) -> None:
    assert 2 == house.run("rotate", "reconcile")
    assert 2 == house.run("rotate", "reconcile", DB, "--all")
