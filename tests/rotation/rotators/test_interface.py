from dataclasses import replace

import pytest

from strongroom.rotation.rotators.interface import (
    Overlap,
    TargetChangedError,
    TargetDeniedError,
    TargetError,
    TargetFullError,
    TargetRejectedError,
    TargetTlsError,
    TargetUnreachableError,
)
from tests.rotation.rotators.test_memory import a_job


def test_a_secrets_own_words_come_before_the_targets() -> None:
    job = a_job()
    target = replace(job.target, options={"database": "app", "owner": "app_owner"})
    job = replace(job, target=target, options={"database": "other"})
    assert job.option("database") == "other"
    assert job.option("owner") == "app_owner"
    assert job.option("role", "none") == "none"


def test_only_one_overlap_is_none() -> None:
    assert [bool(one) for one in (Overlap.ACCOUNTS, Overlap.VALUES, Overlap.NONE)] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("kind", "again"),
    [
        (TargetUnreachableError, True),
        (TargetTlsError, False),
        (TargetDeniedError, False),
        (TargetRejectedError, False),
        (TargetFullError, False),
        (TargetChangedError, False),
    ],
)
def test_only_silence_is_tried_again(kind: type[TargetError], again: bool) -> None:
    assert kind("target-fault", "it did not").retryable is again
