"""Answers of the gate as results or errors that say what to do next."""

import pytest

from strongroom.errors import DeniedError, NotFoundError
from strongroom.gate.operation import Done, Failed, Refused
from strongroom.ops.local import delivered, done, refusal


def test_a_result_is_handed_on() -> None:
    assert 7 == done(Done(7, 1))


def test_a_failure_is_its_error() -> None:
    failed = Failed(NotFoundError("secret-unknown", "there is none"), 1)
    for hand_on in (done, delivered):
        with pytest.raises(NotFoundError):
            hand_on(failed)


def test_a_refusal_says_where_the_rules_are() -> None:
    refused = Refused("no-rule", 1)
    for hand_on in (done, delivered):
        with pytest.raises(DeniedError) as error:
            hand_on(refused)
        assert ("no-rule", "refused: no rule") == (error.value.code, error.value.message)
        assert "access why" in str(error.value.fix)


def test_missing_approvals_are_counted() -> None:
    assert "2 more" in str(refusal(Refused("approval-needed", 1, missing_approvals=2)).fix)


def test_what_is_not_there_is_not_found() -> None:
    assert isinstance(refusal(Refused("secret-unknown", 1)), NotFoundError)
