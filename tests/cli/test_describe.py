"""`strongroom secret update` and `tag` at the terminal."""

import pytest
from tests.cli.rooms import KEY, WEAK, Terminal


def test_labels_at_the_terminal(kept: Terminal) -> None:
    new = ("--type", "api-key", "--owner", "Ada", "--tag", "pci", "--tag", "x", "--client", "acme")
    assert 0 == kept.run("secret", "set", "development/k", *new, "--backup", "Bob", stdin=b"weak")
    assert 0 == kept.run("secret", "show", "development/k")
    for text in (b"Ada (backup: Bob)", b"acme", b"pci x"):
        assert text in kept.out
    assert 0 == kept.run("secret", "tag", "development/k", "+a", "-x", "--room", ".strongroom")
    assert b"development/k: a pci" == kept.out.strip()
    assert ["a", "pci"] == kept.json("secret", "tag", "development/k")["tags"]


def test_an_update_says_what_changed(kept: Terminal) -> None:
    changed = kept.json("secret", "update", KEY, "--owner", "Bob", "--expires-days", "5")
    assert {"address": KEY, "changed": ["owner", "expires"]} == changed
    assert 0 == kept.run("secret", "update", KEY, "--owner", "Bob")
    assert b"nothing changed" in kept.out


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["tag", WEAK, "pci"], 2, b"tag-unsigned"),
        (["tag", WEAK, "+pci", "-pci"], 2, b"tag-both"),
        (["tag", WEAK, "--pci"], 3, b"tag-invalid"),
        (["tag", "development/none", "+pci"], 5, b"secret-unknown"),
        (["update", WEAK], 2, b"nothing-to-change"),
        (["update", WEAK, "--expires-days", "5000"], 3, b"expiry-too-far"),
        (["set", WEAK, "--client", "acme"], 6, b"secret-exists"),
    ],
)
def test_what_cannot_be_said_is_refused(
    kept: Terminal, argv: list[str], status: int, code: bytes
) -> None:
    assert status == kept.run("secret", *argv, stdin=b"weak-2")
    assert b"[" + code + b"]" in kept.err
