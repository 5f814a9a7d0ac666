"""Tests for strongroom.gate.operation."""

from strongroom.db.interface import DbBusyError, DbFullError
from strongroom.gate.operation import Delivered, Refused, closed, full, late, unrecorded
from strongroom.model.address import Address
from strongroom.model.plaintext import Plaintext


def test_a_delivery_does_not_show_its_value() -> None:
    value = Plaintext(b"fake-value-3")
    shown = repr(Delivered(Address("e", "p"), bytes(16), 1, "t", value, 0, 1, 2, 3))

    assert "fake-value-3" not in shown


def test_a_refusal_becomes_an_error_by_its_code() -> None:
    assert Refused("no-rule", 1).error().fix is None
    assert Refused("no-rule", 1).error().code == "no-rule"


def test_errors_say_whether_to_try_again() -> None:
    assert late().retryable
    assert unrecorded(DbBusyError("db-busy", "")).retryable
    assert not unrecorded(DbFullError("db-full", "")).retryable
    assert not full().retryable
    assert not closed().retryable
