"""`strongroom secret bulk` at the terminal: the plan is shown, nothing happens unasked."""

import io
from collections.abc import Iterator

import pytest
from tests.cli.rooms import KEY, WEAK, Terminal

from strongroom.cli import bulk
from strongroom.errors import UsageError
from strongroom.model.address import Address
from strongroom.ops import bulk as ops

ALL = ("--word", "api")


def tags(kept: Terminal, address: str) -> list[str]:
    found: list[str] = kept.json("secret", "tag", address)["tags"]
    return found


def test_without_a_yes_there_is_a_plan_and_no_change(kept: Terminal) -> None:
    assert 2 == kept.run("secret", "bulk", "tag", "+pci", *ALL)
    assert b"2 to tag (1 in development, 1 in production), 0 so already" in kept.out
    assert b"[not-confirmed]" in kept.err
    assert 0 == kept.run("secret", "bulk", "tag", "+pci", *ALL, "--dry-run")
    assert [WEAK, KEY] == kept.json("secret", "bulk", "tag", "+pci", *ALL, "--dry-run")["todo"]
    assert [] == tags(kept, WEAK)


def test_with_a_yes_it_is_done_and_again_nothing_is_left(kept: Terminal) -> None:
    assert 0 == kept.run("secret", "bulk", "tag", "+pci", *ALL, "--yes")
    assert b"2 done, 0 not" in kept.out
    assert ["pci"] == tags(kept, WEAK)
    assert 0 == kept.run("secret", "bulk", "tag", "+pci", *ALL, "--yes")
    assert b"0 to tag, 2 so already" in kept.out


@pytest.mark.parametrize(("typed", "status"), [("y\n", 0), ("n\n", 2), ("", 2)])
def test_at_a_terminal_it_asks(
    kept: Terminal, monkeypatch: pytest.MonkeyPatch, typed: str, status: int
) -> None:
    class Person(io.StringIO):
        def isatty(self) -> bool:
            return True

    selection = bulk.Select(word=("api",))
    monkeypatch.setattr("sys.stdin", Person(typed))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    code = 0
    try:
        code = bulk.tag("+pci", select=selection)
    except UsageError as error:
        code = error.exit
    assert status == code
    assert (["pci"] if status == 0 else []) == tags(kept, WEAK)


def test_each_act_ends_non_zero_when_one_failed(kept: Terminal) -> None:
    assert 0 == kept.run("secret", "bulk", "freeze", *ALL, "--yes", "--reason", "a leak")
    assert 1 == kept.run("secret", "bulk", "owner", "Bob", *ALL, "--yes")
    assert b"[secret-frozen]" in kept.err
    assert 0 == kept.run("secret", "bulk", "thaw", *ALL, "--yes")
    found = kept.run("secret", "bulk", "owner", "Bob", *ALL, "--yes", "--json")
    assert 0 == found
    assert 0 == kept.run("secret", "bulk", "delete", *ALL, "--yes")
    assert [] == kept.json("secret", "tree", "development")


def test_a_list_that_names_what_is_not_there_ends_non_zero(kept: Terminal) -> None:
    (kept.folder / "list").write_text(f"# these\n{WEAK}\ndevelopment/none\n", "utf-8")
    assert 1 == kept.run("secret", "bulk", "tag", "+pci", "--file", "list", "--yes")
    assert b"unknown  development/none" in kept.out
    assert ["pci"] == tags(kept, WEAK)


def test_a_list_may_be_longer_than_a_value(kept: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    (kept.folder / "list").write_text(f"# {'x' * 2**20}\n{WEAK}\n", "utf-8")
    assert 0 == kept.run("secret", "bulk", "tag", "+pci", "--file", "list", "--yes")
    assert ["pci"] == tags(kept, WEAK)
    monkeypatch.setattr(bulk, "LIST_BYTES_MAX", 9)
    assert 7 == kept.run("secret", "bulk", "tag", "+pci", "--file", "list", "--yes")
    assert b"[list-too-long]" in kept.err


def test_whoever_stops_it_is_told_how_to_go_on(
    kept: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> Iterator[ops.Result]:
        yield ops.Result(Address.parse(WEAK))
        raise KeyboardInterrupt

    monkeypatch.setattr(ops, "run", stopped)
    with pytest.raises(SystemExit) as ended:
        kept.run("secret", "bulk", "tag", "+pci", *ALL, "--yes")
    assert 130 == ended.value.code
    assert b"stopped after 1 of 2; run it again to go on" in kept._capture.readouterr().err


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["delete", "--yes"], 2, b"selection-missing"),
        (["freeze", *ALL, "--yes"], 3, b"reason-missing"),
        (["tag", *ALL], 2, b"nothing-to-change"),
        (["tag", "pci", *ALL], 2, b"tag-unsigned"),
        (["delete", "--file", "bytes"], 3, b"list-invalid"),
        (["delete", "--file", "none"], 8, b"value-unreadable"),
    ],
)
def test_what_cannot_be_done_is_said(
    kept: Terminal, argv: list[str], status: int, code: bytes
) -> None:
    (kept.folder / "bytes").write_bytes(b"\xff")
    assert status == kept.run("secret", "bulk", *argv)
    assert b"[" + code + b"]" in kept.err
