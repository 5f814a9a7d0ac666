"""Tests for strongroom.db.tables.work."""

from strongroom.db.interface import Begin, Db, number
from strongroom.db.tables import work
from strongroom.db.tables.house import ENVIRONMENT, EnvironmentRow
from strongroom.db.tables.secrets import SECRET, SecretRow
from strongroom.db.tables.work import FingerprintRow, Lease, OutboxRow

ONE, OTHER = b"1" * 16, b"2" * 16


def test_one_holds_a_lease_until_it_ends(db: Db) -> None:
    db.begin(Begin.RECORD)

    assert work.take_lease(db, Lease("log", ONE, 100), now_us=50)
    assert not work.take_lease(db, Lease("log", OTHER, 200), now_us=99)
    assert work.take_lease(db, Lease("log", ONE, 150), now_us=60)
    assert work.take_lease(db, Lease("log", OTHER, 300), now_us=150)


def test_a_lease_of_a_clock_that_was_put_back_since_holds_nobody_off(db: Db) -> None:
    db.begin(Begin.RECORD)
    assert work.take_lease(db, Lease("log", ONE, 1_000), now_us=900)
    assert not work.take_lease(db, Lease("log", OTHER, 1_000), now_us=900)
    assert work.take_lease(db, Lease("log", OTHER, 200), now_us=100)


def test_only_its_holder_gives_a_lease_back(db: Db) -> None:
    db.begin(Begin.RECORD)
    work.take_lease(db, Lease("log", ONE, 100), now_us=0)
    work.drop_lease(db, "log", OTHER)
    assert not work.take_lease(db, Lease("log", OTHER, 100), now_us=0)
    work.drop_lease(db, "log", ONE)

    assert work.take_lease(db, Lease("log", OTHER, 100), now_us=0)


def test_the_latest_use_counts(db: Db) -> None:
    db.begin(Begin.RECORD)
    for at in (5, 9, 7):
        work.mark_used(db, "secret", "k", at)

    assert work.last_used(db, "secret", "k") == 9
    assert work.last_used(db, "secret", "other") is None
    work.mark_all_used(db, [("secret", "k", 8), ("secret", "other", 3)])
    assert (9, 3) == (
        work.last_used(db, "secret", "k"), work.last_used(db, "secret", "other")
    )  # fmt: skip


def test_refusals_beyond_the_rate_are_counted(db: Db) -> None:
    db.begin(Begin.RECORD)
    for minute, n in ((2, 1), (1, 4), (2, 3)):
        work.count_overflow(db, ONE, minute, n)

    assert work.overflow(db, ONE) == [(1, 4), (2, 4)]


def test_an_owed_message_is_kept(db: Db) -> None:
    db.begin(Begin.RECORD)
    work.owe(db, OutboxRow(ONE, "topic", b"{}", 5, 0, "due", 1))

    assert number(db, "SELECT count(*) FROM outbox WHERE state = 'due'") == 1


def test_equal_values_meet_by_fingerprint(db: Db) -> None:
    db.begin(Begin.CHANGE)
    mac = bytes(32)
    ENVIRONMENT.insert(db, EnvironmentRow("e", "E", "weak", 0, "", 1, ONE, mac, 1))
    SECRET.insert(
        db, SecretRow(ONE, "e", "p", "t", "o", "room", "active", 0, "", "", 1, ONE, mac, 2)
    )
    rows = [
        FingerprintRow(ONE, 1, "password", b"m" * 32, "fp:01020304", 40, "lower digits"),
        FingerprintRow(ONE, 1, "username", None, None, 3, "lower"),
        FingerprintRow(ONE, 2, "password", b"m" * 32, "fp:01020304", 40, "lower digits"),
    ]
    for row in rows:
        work.keep_fingerprint(db, row)

    assert work.same_value(db, b"m" * 32) == [rows[0], rows[2]]
    assert sorted(work.same_values(db, [b"m" * 32, b"n" * 32])) == [rows[0], rows[2]]
    assert work.fingerprints_of(db, ONE, 1) == rows[:2]
    work.forget_fingerprints(db, ONE, 1)
    assert work.same_value(db, b"m" * 32) == [rows[2]]


def test_messages_are_owed_once_due_in_order_and_forgotten(db: Db) -> None:
    db.begin(Begin.RECORD)
    late, early = (
        OutboxRow(ONE, "t", b"a", 9, 0, "due", 1),
        OutboxRow(b"2" * 16, "t", b"b", 3, 0, "due", 2),
    )
    assert work.owe_once(db, late)
    assert work.owe_once(db, early)
    assert not work.owe_once(db, late._replace(body=b"other"))

    assert work.due(db, "t", 9, 10) == [early, late]
    assert work.due(db, "t", 9, 1) == [early]
    assert work.due(db, "t", 8, 10) == [early]
    assert work.due(db, "other", 9, 10) == []
    assert work.owed_by_id(db, ONE) == late
    assert work.owed_by_id(db, b"9" * 16) is None

    work.set_owed(db, early._replace(state="done", attempts=1))
    work.set_owed(db, late._replace(due_us=20, attempts=2))
    assert work.outbox_states(db, "t") == {"due": 1, "done": 1}
    assert work.unsettled(db, "t", 10) == [late._replace(due_us=20, attempts=2)]
    assert work.give_up_owed(db, "t") == 1
    assert work.outbox_states(db, "t") == {"given-up": 1, "done": 1}
    work.forget_settled(db, "t", 2)
    assert work.outbox_states(db, "t") == {"done": 1}
