"""Tests for strongroom.db.tables.secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.db.interface import Begin, Db
from strongroom.db.memory import MemoryRoom
from strongroom.db.tables import secrets
from strongroom.db.tables.house import ENVIRONMENT, EnvironmentRow
from strongroom.db.tables.secrets import SECRET, VERSION, SecretRow, VersionRow

MAC = bytes(32)
SEGMENT = st.sampled_from(["a", "a-b", "a.b", "a0", "a_", "A", "b", "ab", "z"])
PATHS = st.lists(st.lists(SEGMENT, min_size=1, max_size=3).map("/".join), unique=True, max_size=25)


def secret(number: int, path: str, seq: int, state: str = "active") -> SecretRow:
    return SecretRow(
        number.to_bytes(16, "big"), "e", path, "api-key", "ann", "room", state, 0, "", "", 1,
        b"p" * 16, MAC, seq,
    )  # fmt: skip


def version(n: int, seq: int, kek: bytes = b"k" * 16) -> VersionRow:
    return VersionRow(
        (1).to_bytes(16, "big"), n, "retired", 0, None, "api-key", "given", kek, b"w", b"v", 1,
        b"p" * 16, 9, 1, MAC, seq,
    )  # fmt: skip


def filled(db: Db, paths: list[str], state: str = "active") -> Db:
    db.begin(Begin.CHANGE)
    ENVIRONMENT.insert(db, EnvironmentRow("e", "E", "weak", 0, "", 1, b"p" * 16, MAC, 1))
    for number, path in enumerate(paths, start=1):
        SECRET.insert(db, secret(number, path, number + 1, state))
    return db


@given(PATHS, SEGMENT.map("{}/".format) | st.just(""), st.integers(1, 30))
def test_children_are_the_names_directly_below(paths: list[str], folder: str, limit: int) -> None:
    room = MemoryRoom()
    db = filled(room.connect(), paths)
    below = [path[len(folder) :] for path in paths if path.startswith(folder)]
    names = {name + slash for name, slash, _ in (path.partition("/") for path in below)}

    found = secrets.children(db, "e", folder, limit)
    assert len(found) == len(set(found)) == min(limit, len(names))
    assert set(found) <= names
    assert secrets.children(db, "other", folder) == []
    db.close()
    room.close()


def test_children_are_read_in_chunks(db: Db) -> None:
    names = [f"n{number:04}" for number in range(600)]
    filled(db, [f"f/{name}" for name in names] + ["f/sub/x", "g"])

    assert secrets.children(db, "e", "f/") == [*names, "sub/"]
    assert secrets.children(db, "e", "f/", 300) == names[:300]


def test_deleted_secrets_are_not_listed(db: Db) -> None:
    assert secrets.children(filled(db, ["a", "f/b"], "deleted"), "e", "") == []


def test_a_folder_ends_in_a_slash(db: Db) -> None:
    with pytest.raises(ValueError, match="ends in"):
        secrets.children(db, "e", "f")


def test_versions_newest_first(db: Db) -> None:
    filled(db, ["a"])
    for n in (1, 2, 3):
        VERSION.insert(db, version(n, n + 2, b"k" * 16 if n < 3 else b"K" * 16))
    first = (1).to_bytes(16, "big")

    assert [row.n for row in secrets.versions_of(db, first)] == [3, 2, 1]
    assert secrets.newest_n(db, first) == 3
    assert secrets.newest_n(db, b"x" * 16) == 0


def test_versions_are_found_by_their_key_with_where_they_stand(db: Db) -> None:
    filled(db, ["a"])
    for n in (1, 2, 3):
        VERSION.insert(db, version(n, n + 2, b"k" * 16 if n < 3 else b"K" * 16))
    found = secrets.wrapped_by(db, b"k" * 16, 5)

    assert [(one.version.n, one.environment, one.path) for one in found] == [
        (1, "e", "a"), (2, "e", "a"),
    ]  # fmt: skip
    assert (2, 1) == (secrets.wrapped_count(db, b"k" * 16), secrets.wrapped_count(db, b"K" * 16))
    assert len(secrets.wrapped_by(db, b"k" * 16, 1)) == 1
    # One at a time where they are large.
    assert 1 == len(secrets.wrapped_by(db, b"k" * 16, 5, bytes_max=1))
    plan = db.query(f"EXPLAIN QUERY PLAN {secrets._BYTES}", (b"k" * 16, 1))
    assert "version_kek" in str(plan)


def test_a_secret_is_found_at_its_address(db: Db) -> None:
    filled(db, ["a"])

    assert secrets.secret_at(db, "e", "a") == secret(1, "a", 2)
    assert secrets.secret_at(db, "e", "A") is None


def test_many_addresses_are_looked_at_in_one_statement(db: Db) -> None:
    filled(db, ["a", "b", "c"])
    found = secrets.secrets_among(db, "e", ["a", "c", "none"])

    assert ["a", "c"] == sorted(row.path for row in found)
    assert [] == secrets.secrets_among(db, "other", ["a"])
