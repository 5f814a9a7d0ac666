"""Tests for strongroom.db.interface: what its errors are, and `number`."""

import pytest

from strongroom.db import interface
from strongroom.db.interface import Db, DbBusyError, DbDamagedError, DbFullError, number
from strongroom.errors import ConfigError, ConflictError, IntegrityError, MachineError


def test_only_waiting_helps_against_a_held_lock() -> None:
    assert DbBusyError("db-busy", "").retryable
    assert not DbFullError("db-full", "").retryable


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        ("DbError", MachineError),
        ("DbReadOnlyError", MachineError),
        ("DbMissingError", MachineError),
        ("DbRefusedError", ConflictError),
        ("DbDamagedError", IntegrityError),
        ("DbNewerError", ConfigError),
    ],
)
def test_each_error_says_whose_fault_it_is(error: str, fault: type[Exception]) -> None:
    assert issubclass(getattr(interface, error), fault)


def test_a_number_is_a_number(db: Db) -> None:
    assert number(db, "SELECT 40 + ?", (2,)) == 42
    with pytest.raises(DbDamagedError):
        number(db, "SELECT 'forty-two'")
