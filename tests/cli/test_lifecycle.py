"""`strongroom secret freeze` and its like at the terminal."""

import pytest
from tests.cli.rooms import WEAK, Terminal


def test_the_life_of_a_secret(kept: Terminal) -> None:
    assert 0 == kept.run("secret", "set", WEAK, stdin=b"weak-2")
    assert 0 == kept.run("secret", "freeze", WEAK, "--reason", "a leak")
    assert 4 == kept.run("secret", "get", WEAK)
    assert 0 == kept.run("secret", "thaw", WEAK)
    assert 0 == kept.run("secret", "rollback", WEAK, "--version", "1")
    assert 0 == kept.run("secret", "get", WEAK)
    assert b"weak-1" == kept.out
    assert 0 == kept.run("secret", "history", WEAK)
    assert b"previous" in kept.out
    assert [2, 1] == [v["version"] for v in kept.json("secret", "history", WEAK)]
    assert 0 == kept.run("secret", "destroy", WEAK, "--version", "2", "--yes")
    assert 0 == kept.run("secret", "delete", WEAK)
    assert 0 == kept.run("secret", "undelete", WEAK)
    assert 0 == kept.run("secret", "tree", "development")
    assert WEAK.encode() == kept.out.strip()
    assert [WEAK] == kept.json("secret", "tree", "development/api")


def test_a_long_tree_has_types_owners_and_tags(kept: Terminal) -> None:
    assert 0 == kept.run("secret", "tag", WEAK, "+pci")
    assert 0 == kept.run("secret", "tree", "development/api", "--long")
    for text in (WEAK, "database-password", "Ada Lovelace", "pci"):
        assert text.encode() in kept.out
    (line,) = kept.json("secret", "tree", "development", "--long")
    assert (WEAK, ["pci"]) == (line["address"], line["tags"])
    assert [] == kept.json("secret", "tree", "development/ap", "--long")


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["freeze", WEAK], 3, b"reason-missing"),
        (["freeze", "mars", "--reason", "x"], 3, b"environment-unknown"),
        (["destroy", WEAK, "--version", "1"], 2, b"not-confirmed"),
        (["destroy", WEAK, "--version", "1", "--yes"], 6, b"version-current"),
        (["rollback", WEAK, "--version", "7"], 5, b"version-unknown"),
        (["delete", "development/none"], 5, b"secret-unknown"),
        (["tree", "mars"], 3, b"environment-unknown"),
        (["history", "development"], 3, b"address-invalid"),
    ],
)
def test_what_cannot_be_done_is_said(
    kept: Terminal, argv: list[str], status: int, code: bytes
) -> None:
    assert status == kept.run("secret", *argv)
    assert b"[" + code + b"]" in kept.err
