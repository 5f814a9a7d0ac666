"""Keys of our clients at the command line."""

import pytest
from tests.cli.rooms import Terminal

SET = "production/api/CLIENT_KEYS"


@pytest.fixture
def issued(kept: Terminal) -> Terminal:
    """With one key of ada; it is in the file `key`."""
    status = kept.run(
        "apikey", "issue", SET, "--client", "ada", "--owner", "Ada", "--scope", "read"
    )
    assert 0 == status, kept.err
    (kept.folder / "key").write_bytes(kept.out)
    return kept


def key(terminal: Terminal) -> bytes:
    return (terminal.folder / "key").read_bytes()


def test_the_key_alone_is_printed_and_once(issued: Terminal) -> None:
    assert key(issued).startswith(b"api_live_")
    assert 1 == key(issued).count(b"\n")
    for argv in (["list", SET], ["verify", SET], ["list", SET, "--json"]):
        assert 0 == issued.run("apikey", *argv, stdin=key(issued))
        assert key(issued).strip() not in issued.out + issued.err
        assert b"ada" in issued.out


def test_it_is_rolled_and_revoked(issued: Terminal) -> None:
    made = issued.json("apikey", "roll", SET, "--client", "ada")
    assert made["old_until"]
    assert made["scopes"] == ["read"]
    states = [one["state"] for one in issued.json("apikey", "list", SET)]
    assert states == ["ending", "active"]
    assert 0 == issued.run("apikey", "revoke", SET, "--client", "ada", "--id", made["id"])
    assert b"ended" in issued.out
    assert 4 == issued.run("apikey", "verify", SET, stdin=made["key"].encode())
    assert b"api-key-expired" in issued.err
    (found,) = issued.json("apikey", "verify", SET, stdin=key(issued))
    assert (found["client"], found["state"]) == ("ada", "ending")


def test_people_are_told_what_they_hold(issued: Terminal) -> None:
    assert 0 == issued.run("apikey", "roll", SET, "--client", "ada")
    for word in (b"of ada, valid until it is revoked", b"the one before it ends", b"this once"):
        assert word in issued.err
    assert 0 == issued.run("apikey", "issue", SET, "--client", "bob", "--days", "3")
    assert b"valid until 20" in issued.err


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["issue", SET, "--client", ""], 3, b"api-key-record-invalid"),
        (["issue", "production/api/OTHER", "--client", "ada"], 3, b"owner-missing"),
        (["issue", SET, "--client", "ada", "--days", "0"], 3, b"expiry-past"),
        (["issue", SET, "--client", "ada", "--brand", "A B"], 3, b"api-key-brand"),
        (["roll", SET, "--client", "nobody"], 5, b"api-key-client-unknown"),
        (["roll", SET, "--client", "ada", "--grace-hours", "1"], 3, b"grace-outside-policy"),
        (["revoke", SET, "--client", "ada", "--id", "zz"], 5, b"api-key-client-unknown"),
        (["verify", SET], 4, b"api-key-malformed"),
        (["verify", SET, "api_live_x"], 2, b"usage"),
        (["list", "production/api/OTHER"], 5, b"secret-unknown"),
    ],
    ids=range(10),
)
def test_what_cannot_be_is_said(
    issued: Terminal, argv: list[str], status: int, code: bytes
) -> None:
    assert status == issued.run("apikey", *argv, stdin=b"nonsense")
    assert code in issued.err
