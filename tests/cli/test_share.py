"""`strongroom share` at the terminal."""

import pytest
from tests.cli.rooms import KEY, WEAK, Terminal


def test_a_value_goes_over_once(kept: Terminal) -> None:
    assert 0 == kept.run("share", "create", WEAK)
    code = kept.out.split()[-1]
    assert 0 == kept.run("share", "open", stdin=code + b"\n")
    assert (b"weak-1", b"") == (kept.out, kept.err)
    assert 6 == kept.run("share", "open", stdin=code)
    assert b"[share-taken]" in kept.err
    assert b"" == kept.out
    assert 0 == kept.run("share", "list")
    assert b"taken" in kept.out
    assert code not in kept.out


def test_machines_get_json(kept: Terminal) -> None:
    made = kept.json("share", "create", WEAK, "--ttl", "7d")
    (one,) = kept.json("share", "list", "--all")
    assert (made["id"], "open", WEAK) == (one["id"], one["state"], one["address"])
    opened = kept.json("share", "open", stdin=made["code"].lower().encode())
    assert ("weak-1", WEAK, None) == (opened["value"], opened["address"], opened["binary"])
    other = kept.json("share", "create", KEY)
    assert 0 == kept.run("share", "revoke", other["id"][:8])
    assert 6 == kept.run("share", "open", stdin=other["code"].encode())
    assert b"[share-revoked]" in kept.err


@pytest.mark.parametrize(
    ("argv", "stdin", "status", "code"),
    [
        (["open"], b"", 3, b"share-code-length"),
        (["open"], b"x" * 600, 3, b"share-code-length"),
        (["open"], b"!" * 32, 3, b"share-code-character"),
        (["open"], b"0" * 32, 3, b"share-code-group"),
        (["create", WEAK, "--ttl", "1"], b"", 2, b"life-invalid"),
        (["create", WEAK, "--ttl", "8d"], b"", 3, b"share-life"),
        (["create", WEAK, "--for", "nobody"], b"", 5, b"principal-unknown"),
        (["create", WEAK, "--field", "none"], b"", 3, b"field-unknown"),
        (["create", "development/none"], b"", 5, b"secret-unknown"),
        (["revoke", "abcdef"], b"", 5, b"share-unknown"),
    ],
)
def test_what_cannot_be_done_is_said_by_a_code(
    kept: Terminal, argv: list[str], stdin: bytes, status: int, code: bytes
) -> None:
    assert status == kept.run("share", *argv, stdin=stdin)
    assert b"[" + code + b"]" in kept.err
    assert b"" == kept.out
