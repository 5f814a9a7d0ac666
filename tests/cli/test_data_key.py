"""Keys of applications at the command line."""

import base64
import json

import pytest
from tests.cli.rooms import KEY, Terminal

ADDRESS = "production/api/FIELD_KEY"
DATA = b"ada@example.com\nand a second line\n"


@pytest.fixture
def keyed(kept: Terminal) -> Terminal:
    """With an AES key in production."""
    assert 0 == kept.run("key", "create", ADDRESS, "--owner", "Ada"), kept.err
    return kept


def test_data_goes_in_and_comes_out_after_a_rotation(keyed: Terminal) -> None:
    (keyed.folder / "data").write_bytes(DATA)
    made = keyed.json("key", "encrypt", ADDRESS, "--context", "c:1", "--file", "data")
    assert 0 == keyed.run("key", "rotate", ADDRESS)
    assert b"version 2 (AES-256-GCM, key id " in keyed.out
    text = f"{made['ciphertext']}\n".encode()
    assert 0 == keyed.run("key", "decrypt", ADDRESS, "--context", "c:1", stdin=text)
    assert DATA == keyed.out
    assert 3 == keyed.run("key", "decrypt", ADDRESS, "--context", "c:2", stdin=text)
    assert b"ciphertext-refused" in keyed.err


def test_standard_input_loses_one_lines_end(keyed: Terminal) -> None:
    assert 0 == keyed.run("key", "encrypt", ADDRESS, stdin=b"x\n\n")
    assert 0 == keyed.run("key", "decrypt", ADDRESS, stdin=keyed.out)
    assert b"x\n" == keyed.out


def test_a_fresh_data_key_is_printed_with_its_wrapping(keyed: Terminal) -> None:
    found = keyed.json("key", "datakey", ADDRESS, "--context", "backup")
    for stdin in (found["wrapped"].encode(), f"{found['wrapped']}\n".encode()):
        assert 0 == keyed.run("key", "decrypt", ADDRESS, "--context", "backup", stdin=stdin)
        assert keyed.out == base64.urlsafe_b64decode(found["plain"])
    assert 0 == keyed.run("key", "datakey", ADDRESS)
    assert 2 == keyed.out.count(b"\n")
    assert keyed.out.split(b"\n")[1].startswith(b"srd1.")


def test_a_signature_is_checked_and_its_public_half_published(keyed: Terminal) -> None:
    address = "production/api/SIGNER"
    assert 0 == keyed.run("key", "create", address, "--kind", "ed25519", "--owner", "Ada")
    assert b"-----BEGIN PUBLIC KEY-----" in keyed.out
    assert b"PRIVATE" not in keyed.out
    signature = keyed.json("key", "sign", address, stdin=DATA)["signature"]
    assert 0 == keyed.run("key", "verify", address, signature, stdin=DATA)
    assert b"signed by version 1\n" == keyed.out
    said = keyed.json("key", "verify", address, signature, stdin=DATA)
    assert {"valid": True, "version": 1} == said
    assert 3 == keyed.run("key", "verify", address, signature, stdin=b"other")
    assert 0 == keyed.run("key", "jwks", address)
    (found,) = json.loads(keyed.out)["keys"]
    assert {"kty", "crv", "x", "kid", "alg", "use"} == set(found)
    assert 3 == keyed.run("key", "jwks", KEY)
    assert b"jwks-empty" in keyed.err


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["key", "rotate"], 2, b"key-which"),
        (["key", "rotate", ADDRESS, "--environment", "production"], 2, b"key-which"),
        (["key", "rotate", KEY], 0, b""),
        (["key", "create", ADDRESS, "--owner", "Ada"], 6, b"secret-exists"),
        (["key", "create", "production/api/B"], 3, b"owner-missing"),
        (["key", "create", "production/api/B", "--kind", "des", "--owner", "Ada"], 2, b"usage"),
        (["key", "create", "production/api/B", "--bits", "128", "--owner", "Ada"], 3, b"key-bits"),
        (["key", "sign", ADDRESS], 3, b"data-key-unfit"),
        (["key", "decrypt", ADDRESS], 3, b"ciphertext-malformed"),
        (["key", "encrypt", "production/api/NONE"], 5, b"secret-unknown"),
        (["key", "encrypt", ADDRESS, "--file", "none"], 8, b"value-unreadable"),
    ],
    ids=range(11),
)
def test_what_cannot_be_is_said(keyed: Terminal, argv: list[str], status: int, code: bytes) -> None:
    assert status == keyed.run(*argv, stdin="fäke".encode())
    assert code in keyed.err
