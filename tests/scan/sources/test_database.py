"""Tests for strongroom.scan.sources.database."""

import sqlite3
from contextlib import closing

import pytest
from tests.scan.sources.build import origin, split

from strongroom.scan.sources import database
from strongroom.scan.sources.content import whole
from strongroom.scan.sources.database import values
from strongroom.scan.sources.text import STRINGS


def made(*statements: str) -> bytes:
    with closing(sqlite3.connect(":memory:")) as base:
        for statement in statements:
            base.execute(statement)
        base.commit()
        return base.serialize()


ROWS = (
    'CREATE TABLE "a ""b" (name TEXT, n INT, token TEXT)',
    "INSERT INTO \"a \"\"b\" VALUES ('user', 7, 'one'), (NULL, 8, 'two')",
    'CREATE VIEW v AS SELECT token FROM "a ""b"',
)


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le", "UTF-16be"])
def test_each_value_has_its_line(encoding: str) -> None:
    data = made(f"PRAGMA encoding = '{encoding}'", *ROWS)

    assert [b"user\none\ntwo"] == list(values(data))


def test_one_that_had_a_log_beside_it_is_read() -> None:
    data = bytearray(made(*ROWS))
    data[18:20] = b"\x02\x02"

    assert [b"user\none\ntwo"] == list(values(bytes(data)))


def test_many_values_come_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PART_OCTETS", 4)

    assert [b"user\none", b"two"] == list(values(made(*ROWS)))


def test_what_takes_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_STEPS", 1)
    monkeypatch.setattr(database, "_STEPS_MAX", 3)

    assert [] == list(values(made(*ROWS)))


@pytest.mark.parametrize("cut", [20, 100, 5000])
def test_a_broken_one_ends(cut: int) -> None:
    data = made(*ROWS)

    assert isinstance(list(values(data[:cut] + b"\xff" * (len(data) - cut))), list)
    assert isinstance(list(values(data[:cut])), list)


def test_its_values_and_its_strings_are_looked_at() -> None:
    pieces, unscanned = split(whole(made(*ROWS), origin("a.db")))

    assert (b"user\none\ntwo", []) == (pieces[0].data, unscanned)
    assert any(piece.origin.encoding == STRINGS and b"user" in piece.data for piece in pieces)


def test_a_large_one_is_strings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "OCTETS_MAX", 100)
    pieces, _ = split(whole(made(*ROWS), origin("a.db")))

    assert [STRINGS] == [piece.origin.encoding for piece in pieces if b"user" in piece.data]
