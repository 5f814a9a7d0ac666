"""Keys at the command line."""

import pytest
from tests.cli.rooms import KEY, WEAK, Terminal


def _states(terminal: Terminal, environment: str = "production") -> list[tuple[str, int, int]]:
    found = terminal.json("key", "list", "--environment", environment)
    return [(key["state"], key["wraps"], key["seals"]) for key in found]


def test_a_rotation_wraps_all_by_a_new_key_and_ends_the_old_one(kept: Terminal) -> None:
    kept.run("secret", "get", KEY)
    before = kept.out
    assert [("active", 1, 2)] == _states(kept)
    done = kept.json("key", "rotate", "--environment", "production")

    assert (1, False, 1) == (done["rewrapped"], done["resumed"], len(done["destroyed"]))
    assert [("destroyed", 0, 0), ("active", 1, 2)] == _states(kept)
    assert 0 == kept.run("secret", "get", KEY)
    assert before == kept.out
    assert 0 == kept.run("fsck"), kept.out + kept.err


def test_a_rotation_touches_its_own_environment_only(kept: Terminal) -> None:
    before = _states(kept, "development")
    assert 0 == kept.run("key", "rotate", "--environment", "production")

    assert before == _states(kept, "development")
    assert b"2 seals" not in kept.out
    kept.run("secret", "get", WEAK)
    assert b"weak-1" == kept.out


def test_people_are_told_who_was_handed_the_key(kept: Terminal) -> None:
    assert 0 == kept.run("key", "rotate", "--environment", "production")

    for word in (b"handed to these seals", b"keyfile", b"recovery", b"1 versions wrapped anew"):
        assert word in kept.out
    assert b"wrapping" not in kept.err  # progress is for terminals


@pytest.mark.parametrize("argv", [["--environment", "mars"], [], ["--environment", ""]])
def test_bad_input_rotates_nothing(kept: Terminal, argv: list[str]) -> None:
    assert 0 != kept.run("key", "rotate", *argv)
    assert [("active", 1, 2)] == _states(kept)


def test_keys_are_listed_for_people(kept: Terminal) -> None:
    assert 0 == kept.run("key", "list")

    for word in (b"development", b"production", b"staging", b"active", b"yes"):
        assert word in kept.out
