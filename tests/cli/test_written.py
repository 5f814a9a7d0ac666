"""What is said of a version that was written."""

from tests.cli.rooms import KEY, WEAK, Terminal


def test_a_human_hand_in_production_is_said_by_every_command_that_writes(kept: Terminal) -> None:
    value = b"hV7!qZ2#tK9@wM4$xR6%yB8^"
    new = ("--type", "database-password", "--owner", "Ada")
    assert 0 == kept.run("secret", "set", "production/p", *new, stdin=value), kept.err
    assert b"P-4.9" in kept.err
    assert 0 == kept.run("secret", "copy", "production/p", "production/q"), kept.err
    assert b"production/q version 1" in kept.out
    assert 0 == kept.run("secret", "generate", KEY)
    assert b"256 bits" in kept.out
    assert b"P-4.9" not in kept.err
    assert 2 == kept.json("secret", "set", WEAK, stdin=b"weak-2")["version"]
