"""`strongroom secret search` at the terminal."""

import pytest
from tests.cli.rooms import KEY, WEAK, Terminal

from strongroom.cli import search
from strongroom.cli.search import days


def test_secrets_are_found_by_what_is_said_about_them(kept: Terminal) -> None:
    assert 0 == kept.run("secret", "tag", WEAK, "+pci")
    assert 0 == kept.run("secret", "search", "lovelace", "PASSWORD")
    assert WEAK.encode() in kept.out
    assert KEY.encode() not in kept.out
    (found,) = kept.json("secret", "search", "--tag", "pci", "--environment", "development")
    assert (WEAK, ["pci"]) == (found["address"], found["tags"])
    assert [] == kept.json("secret", "search", "weak-1")
    assert 0 == kept.run("secret", "search", "weak-1")
    assert b"nothing was found" in kept.err


def test_people_are_shown_no_more_than_they_read(
    kept: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SHOWN_MAX", 1)
    assert 0 == kept.run("secret", "search", "lovelace")
    assert KEY.encode() not in kept.out
    assert b"and 1 more" in kept.err
    assert 2 == len(kept.json("secret", "search", "lovelace"))


def test_days_are_written_with_or_without_their_letter() -> None:
    assert (14, 14, None) == (days("14d"), days("14"), days(None))


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["--expiring", "2w"], b"expiring-invalid"),
        (["--environment", "mars"], b"environment-unknown"),
        (["--tag", "A"], b"tag-invalid"),
        (["--type", "x"], b"type-unknown"),
    ],
)
def test_what_cannot_be_looked_for_is_said(kept: Terminal, argv: list[str], code: bytes) -> None:
    assert 3 == kept.run("secret", "search", *argv)
    assert b"[" + code + b"]" in kept.err
