"""What the schema refuses from anybody, SQL by hand included. See docs/adr/0121."""

import pytest

from strongroom.db.interface import Begin, Db, DbRefusedError, number
from strongroom.db.tables import log
from strongroom.db.tables.house import META, MetaRow

MAC = bytes(32)
AUTHORITY = (
    "meta", "principal", "role", "grant_", "token", "policy", "environment", "kek", "seal",
    "secret", "version", "current", "schedule", "label",
    "moved", "batch", "batch_part", "evidence", "anchor", "segment", "check_run", "share",
    "acknowledgement", "target", "rotation_rule", "rotation", "channel", "reference",
)  # fmt: skip
ID = "zeroblob(16)"
NEXT = len(AUTHORITY) + 1
FILL = {
    "channel": (
        "(zeroblob(16), 'on-call', '', zeroblob(16), 'failure', 'active', 0, zeroblob(16),"
        " zeroblob(32), {})"
    ),
    "target": "(zeroblob(16), 'e', 't', 'memory', '', '', '{{}}', 'active', 0, zeroblob(16), zeroblob(32), {})",
    "rotation_rule": (
        "(zeroblob(16), zeroblob(16), '{{}}', 'auto', '', 'UTC', 0, '[]', 0, zeroblob(16),"
        " zeroblob(32), {})"
    ),
    "rotation": (
        "(zeroblob(16), zeroblob(16), zeroblob(16), 'planned', '', 1, 0, 0, 0, 0, 1, NULL, 0, 0,"
        " 0, zeroblob(16), 0, 0, 0, 0, 0, 0, '', '[]', x'', 0, 0, zeroblob(32), {})"
    ),
    "reference": "(zeroblob(16), zeroblob(16), 'app', 1, 7, 0, zeroblob(16), zeroblob(32), {})",
    "acknowledgement": (
        "(zeroblob(16), zeroblob(16), zeroblob(16), 'app', 'node-1', 1, 0, 9, zeroblob(32), {})"
    ),
    "share": (
        "(zeroblob(16), zeroblob(32), zeroblob(16), 1, '', zeroblob(16), x'00', NULL, 'open', 0,"
        " zeroblob(16), 9, NULL, NULL, zeroblob(32), {})"
    ),
    "check_run": "(zeroblob(16), 'e', zeroblob(32), 0, 0, x'', zeroblob(16), zeroblob(32), {})",
    "meta": "('k', x'', zeroblob(32), {})",
    "principal": "(zeroblob(16), 'person', 'n', '', NULL, '', 0, 0, 0, zeroblob(16), zeroblob(32), {})",
    "role": "('r', 0, zeroblob(32), {})",
    "grant_": (
        "(zeroblob(16), 'deny', NULL, 'r', 'read', '*', '*', NULL, NULL, 0, 0, NULL, '', 0, '',"
        " 0, zeroblob(16), zeroblob(32), {})"
    ),
    "token": (
        "(zeroblob(16), zeroblob(32), zeroblob(16), 'n', 0, NULL, 0, zeroblob(16), 9,"
        " zeroblob(32), {})"
    ),
    "policy": "(1, zeroblob(32), x'', x'', 0, zeroblob(16), zeroblob(32), {})",
    "environment": "('e', 'E', 'weak', 0, '', 0, zeroblob(16), zeroblob(32), {})",
    "kek": "(zeroblob(16), 'e', 'active', 0, zeroblob(32), {})",
    "seal": "(zeroblob(16), 'keyfile', 'room', 'active', x'', 0, zeroblob(16), zeroblob(32), {})",
    "secret": (
        "(zeroblob(16), 'e', 'p', 't', 'o', 'room', 'active', 0, '', '', 0, zeroblob(16),"
        " zeroblob(32), {})"
    ),
    "version": (
        "(zeroblob(16), 1, 'current', 0, NULL, 't', 'given', zeroblob(16), x'00', x'00', 0,"
        " zeroblob(16), 9, 0, zeroblob(32), {})"
    ),
    "current": "(zeroblob(16), 1, 0, zeroblob(32), {})",
    "schedule": "(zeroblob(16), NULL, NULL, 0, 0, 0, zeroblob(16), zeroblob(32), {})",
    "batch": "(zeroblob(16), 'import', 'e/p', 'staging', zeroblob(32), 1, 0, zeroblob(16), 0, zeroblob(32), {})",
    "batch_part": "(zeroblob(16), 0, 'open', zeroblob(20), zeroblob(32), {})",
    "moved": "('e', 'q', zeroblob(16), 0, zeroblob(16), zeroblob(32), {})",
    "anchor": "(zeroblob(16), 'file', '/a', 'active', 0, zeroblob(16), zeroblob(32), {})",
    "segment": "(0, 256, zeroblob(32), zeroblob(32), 0, '/s', 0, 0, zeroblob(16), zeroblob(32), {})",
    "label": "(zeroblob(16), 'pci', '', '', 0, zeroblob(16), zeroblob(32), {})",
    "evidence": (
        "(zeroblob(16), 'drill', 'passed', 0, zeroblob(16), '{{}}', zeroblob(32), zeroblob(32), {})"
    ),
}


@pytest.fixture
def full(db: Db) -> Db:
    """One row in each authority table, in an open transaction."""
    db.begin(Begin.CHANGE)
    db.execute("INSERT INTO checkpoint VALUES (256, zeroblob(32), 'note', 0)")
    for seq, table in enumerate(AUTHORITY, start=1):
        db.execute(f"INSERT INTO {table} VALUES {FILL[table].format(seq)}")
    return db


def test_every_table_with_a_mac_is_covered_here(db: Db) -> None:
    rows = db.query(
        "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c"
        " WHERE m.type = 'table' AND c.name = 'mac'"
    )

    assert set(AUTHORITY) == {name for (name,) in rows} - {"change"}


def test_each_write_leaves_its_change(full: Db) -> None:
    scopes = [c.scope for c in log.changes_after(full, 0, 99)]

    assert scopes == [
        "authority", "principal", "authority", "authority", "token", "authority", "mount",
        "mount", "authority", "secret", "value", "value", "secret", "secret",
        "secret", "value", "value", "mount", "authority", "authority", "mount", "secret",
        "value", "value", "secret", "value", "value", "value",
    ]  # fmt: skip


@pytest.mark.parametrize("table", AUTHORITY)
def test_no_write_without_a_new_change(full: Db, table: str) -> None:
    """Neither silent, nor under an old number, nor under one that leaves a gap."""
    for seq in ("change_seq", "1", "99", "0", "-1"):
        with pytest.raises(DbRefusedError), full.savepoint():
            full.execute(f"UPDATE {table} SET mac = zeroblob(32), change_seq = {seq}")
    full.execute(f"UPDATE {table} SET mac = zeroblob(32), change_seq = {len(AUTHORITY) + 1}")

    assert log.head(full) == len(AUTHORITY) + 1


@pytest.mark.parametrize("table", AUTHORITY)
def test_nothing_that_decides_is_deleted(full: Db, table: str) -> None:
    full.execute("PRAGMA foreign_keys=OFF")
    with pytest.raises(DbRefusedError):
        full.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", AUTHORITY)
@pytest.mark.parametrize("verb", ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE"])
def test_a_row_is_never_replaced(full: Db, table: str, verb: str) -> None:
    with pytest.raises(DbRefusedError):
        full.execute(f"{verb} INTO {table} VALUES {FILL[table].format(len(AUTHORITY) + 1)}")


def test_a_taken_address_or_name_does_not_remove_the_other_row(full: Db) -> None:
    other = "x'0102030405060708090a0b0c0d0e0f10'"
    for table in ("secret", "principal", "token"):
        row = FILL[table].format(99).replace("(zeroblob(16)", f"({other}", 1)
        with pytest.raises(DbRefusedError, match="exists"), full.savepoint():
            full.execute(f"INSERT OR REPLACE INTO {table} VALUES {row}")


def test_what_names_a_row_does_not_change(full: Db) -> None:
    for sql in (
        f"UPDATE OR REPLACE secret SET id = randomblob(16), change_seq = {NEXT}",
        f"UPDATE grant_ SET role = NULL, principal_id = zeroblob(16), change_seq = {NEXT}",
        f"UPDATE version SET secret_id = randomblob(16), change_seq = {NEXT}",
        f"UPDATE policy SET compiled = x'01', change_seq = {NEXT}",
    ):
        with pytest.raises(DbRefusedError, match="does not change"), full.savepoint():
            full.execute(sql)


@pytest.mark.parametrize(
    ("table", "column"),
    [("secret", "owner"), ("secret", "type"), ("version", "type"), ("version", "expires_us"),
     ("token", "expires_us")],
)  # fmt: skip
def test_owner_type_and_expiry_are_not_optional(full: Db, table: str, column: str) -> None:
    for value in ("NULL", "''"):
        with pytest.raises(DbRefusedError), full.savepoint():
            full.execute(f"UPDATE {table} SET {column} = {value}, change_seq = {NEXT}")


def test_a_destroyed_version_has_no_keys_and_only_that(full: Db) -> None:
    for change in ("state = 'destroyed'", "wrapped = x''", "sealed = x''"):
        with pytest.raises(DbRefusedError), full.savepoint():
            full.execute(f"UPDATE version SET {change}, change_seq = {NEXT}")
    full.execute(
        f"UPDATE version SET state = 'destroyed', wrapped = x'', sealed = x'', change_seq = {NEXT}"
    )


def entry(seq: int, change_seq: int = 0, lane: int = 7) -> tuple[bytes, int, int, int, bytes]:
    return bytes([lane]) * 16, seq, change_seq, 1, b"leaf"


def test_lanes_have_no_gaps(db: Db) -> None:
    db.begin(Begin.RECORD)
    log.append(db, [entry(1), entry(2), entry(1, lane=8)], [])
    for seq in (2, 4, 0):
        with pytest.raises(DbRefusedError), db.savepoint():
            log.append(db, [entry(seq)], [])
    with pytest.raises(DbRefusedError):
        log.append(db, [entry(3, change_seq=1)], [])


def test_runs_follow_one_another_and_their_lane(db: Db) -> None:
    db.begin(Begin.RECORD)
    lane = bytes([7]) * 16
    log.append_run(db, log.Run(0, lane, 1, 3))
    for idx, seq in ((3, 5), (4, 4), (0, 4), (3, 1)):
        with pytest.raises(DbRefusedError), db.savepoint():
            log.append_run(db, log.Run(idx, lane, seq, 1))
    log.append_run(db, log.Run(3, lane, 4, 2))

    assert log.size(db) == 5


def test_the_record_is_neither_rewritten_nor_deleted(db: Db) -> None:
    db.begin(Begin.CHANGE)
    META.insert(db, MetaRow("k", b"", MAC, 1))
    log.append(db, [entry(1, 1)], [(bytes(16), 1, b"salt", b"blob")])
    log.append_run(db, log.Run(0, bytes([7]) * 16, 1, 1))
    log.append_nodes(db, [(8, 0, bytes(32))])
    log.append_checkpoint(db, log.Checkpoint(1, bytes(32), "note", 1))
    for table in ("change", "entry", "run", "node", "checkpoint", "migration"):
        column = {"change": "key", "entry": "leaf", "run": "n", "node": "hash",
                  "checkpoint": "note", "migration": "name"}[table]  # fmt: skip
        for sql in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with pytest.raises(DbRefusedError), db.savepoint():
                db.execute(sql)
    with pytest.raises(DbRefusedError), db.savepoint():
        db.execute("UPDATE detail SET blob = x''")
    with pytest.raises(DbRefusedError), db.savepoint():
        log.append_nodes(db, [(8, 0, bytes(32))])
    with pytest.raises(DbRefusedError), db.savepoint():
        log.append_checkpoint(db, log.Checkpoint(1, bytes(32), "note", 1))


def test_a_detail_can_be_erased(db: Db) -> None:
    db.begin(Begin.RECORD)
    log.append(db, [], [(bytes(16), 1, b"salt", b"blob")])
    db.execute("DELETE FROM detail")

    assert log.detail(db, bytes(16), 1) is None


def test_a_change_by_hand_must_be_the_next(db: Db) -> None:
    """Harmless, since it only makes others look again; a gap would not be."""
    db.begin(Begin.CHANGE)
    for seq in (2, 0, 2**62):
        with pytest.raises(DbRefusedError), db.savepoint():
            db.execute(
                "INSERT INTO change VALUES (?, 'authority', '*', 'meta', 'k', zeroblob(32))", (seq,)
            )
    db.execute("INSERT INTO change VALUES (1, 'authority', '*', 'meta', 'k', zeroblob(32))")


def test_a_write_that_is_undone_leaves_no_change(db: Db) -> None:
    db.begin(Begin.CHANGE)
    with pytest.raises(DbRefusedError), db.savepoint():
        db.script(f"INSERT INTO role VALUES {FILL['role'].format(1)};\nDELETE FROM role")
    db.commit()

    assert log.head(db) == 0
    assert number(db, "SELECT count(*) FROM role") == 0
