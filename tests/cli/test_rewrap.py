"""Files of ciphertexts at the command line."""

from tests.cli.rooms import Terminal
from tests.cli.test_data_key import ADDRESS, keyed

__all__ = ["keyed"]


def test_a_file_moves_to_the_current_version(keyed: Terminal) -> None:
    keyed.run("key", "encrypt", ADDRESS, "--context", "c", stdin=b"ada")
    old = keyed.out
    (keyed.folder / "old").write_bytes(old)
    keyed.run("key", "rotate", ADDRESS)
    moved = ("key", "rewrap", ADDRESS, "old", "--context", "c")
    assert 0 == keyed.run(*moved, "--out", "new"), keyed.err
    assert keyed.out.decode().splitlines() == ["1 lines", "  version 1 → 2: 1"]
    assert b"" == keyed.err  # progress is for terminals
    new = (keyed.folder / "new").read_bytes()
    assert new != old
    assert 0 == keyed.run("key", "decrypt", ADDRESS, "--context", "c", stdin=new)
    assert b"ada" == keyed.out
    found = keyed.json(*moved, "--out", "third")
    assert ({"1": 1}, {"2": 1}, 2) == (found["before"], found["after"], found["version"])
    assert 6 == keyed.run(*moved, "--out", "new")
    assert b"file-exists" in keyed.err


def test_json_lines_name_their_fields(keyed: Terminal) -> None:
    made = keyed.json("key", "encrypt", ADDRESS, "--context", "customers.email:7", stdin=b"ada")
    text = made["ciphertext"]
    (keyed.folder / "rows").write_text(f'{{"id": 7, "email": "{text}"}}\n', "utf-8")
    keyed.run("key", "rotate", ADDRESS)
    argv = ("key", "rewrap", ADDRESS, "rows", "--out", "new", "--field", "email")
    assert 3 == keyed.run(*argv, "--context", "customers.email:8")
    assert b"rewrap-line" in keyed.err
    assert 0 == keyed.run(*argv, "--context", "customers.email:{id}"), keyed.err
    line = (keyed.folder / "new").read_text("utf-8")
    assert line.startswith('{"id": 7, "email": "srd1.')
    assert text not in line
