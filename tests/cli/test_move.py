"""`strongroom secret move`, `copy` and `diff` at the terminal."""

import pytest
from tests.cli.rooms import KEY, WEAK, Terminal

NEW = "development/worker/PASSWORD"


def test_a_secret_moves_and_is_read_there(kept: Terminal) -> None:
    assert 0 == kept.run("secret", "move", WEAK, NEW, "--reason", "renamed")
    assert 0 == kept.run("secret", "get", NEW)
    assert b"weak-1" == kept.out
    assert 5 == kept.run("secret", "get", WEAK)
    assert 0 == kept.run("fsck")
    for address in (WEAK, NEW):
        lines = kept.json("audit", "list", "--address", address, "--verb", "write")
        assert "renamed" in repr(lines)


def test_a_copy_is_a_secret_of_its_own(kept: Terminal) -> None:
    assert NEW == kept.json("secret", "copy", WEAK, NEW)["address"]
    assert 0 == kept.run("secret", "set", WEAK, stdin=b"weak-2")
    assert 0 == kept.run("secret", "get", NEW)
    assert b"weak-1" == kept.out


def test_a_difference_names_fields_and_shows_no_value(kept: Terminal) -> None:
    assert 0 == kept.run("secret", "set", WEAK, stdin=b"weak-2")
    assert 0 == kept.run("secret", "diff", WEAK)
    assert b"changed" in kept.out
    assert b"weak" not in kept.out
    found = kept.json("secret", "diff", WEAK, KEY)
    assert (f"{WEAK}@2", f"{KEY}@1") == (found["old"], found["new"])


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["move", WEAK, "production/x"], 3, b"move-across"),
        (["move", WEAK, WEAK], 3, b"move-nowhere"),
        (["move", "development/none", NEW], 5, b"secret-unknown"),
        (["move", WEAK, "development"], 3, b"address-invalid"),
        (["copy", WEAK, "production/x"], 3, b"copy-across"),
        (["copy", WEAK, WEAK], 6, b"secret-exists"),
        (["diff", WEAK], 5, b"version-none"),
        (["diff", WEAK, WEAK, "--from", "1"], 3, b"diff-same"),
    ],
)
def test_what_cannot_be_done_is_said(
    kept: Terminal, argv: list[str], status: int, code: bytes
) -> None:
    assert status == kept.run("secret", *argv)
    assert b"[" + code + b"]" in kept.err
