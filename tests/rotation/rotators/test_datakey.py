"""Data keys: the new one encrypts, what the old one made still opens."""

from dataclasses import replace

import pytest

from strongroom.errors import InvalidError
from strongroom.generate import keys
from strongroom.keysets import data_keys
from strongroom.keysets.data_keys import Algorithm
from strongroom.rotation.contract import Bench, RotatorContract
from strongroom.rotation.rotators.datakey import DataKeyRotator
from strongroom.rotation.rotators.interface import Credential, Step, TargetDeniedError
from tests.rotation.rotators.test_jwt import small_rsa
from tests.rotation.rotators.test_versions import a_bench, a_job


class TestAes(RotatorContract):
    @pytest.fixture
    def bench(self) -> Bench:
        return a_bench(DataKeyRotator, keys.data_key().value)


class TestEd25519(RotatorContract):
    @pytest.fixture
    def bench(self) -> Bench:
        return a_bench(DataKeyRotator, keys.ed25519().value)


@pytest.mark.parametrize(
    ("value", "algorithm"),
    [
        (keys.jwt().value, Algorithm.AES),
        (small_rsa(), Algorithm.RSA),
        (keys.ed25519().value, Algorithm.ED25519),
    ],
    ids=["hex", "rsa", "ed25519"],
)
def test_the_next_key_is_of_the_same_kind(value: str, algorithm: Algorithm) -> None:
    rotator, job = DataKeyRotator(), a_job(value)
    rotator.check(job)
    going = replace(job, pending=Credential(2, rotator.mint(job)))
    rotator.test(going)
    assert going.pending is not None
    assert data_keys.read(going.pending.fields["value"]).algorithm is algorithm


def test_a_pending_value_that_is_no_other_key_of_the_kind_is_refused() -> None:
    value = keys.data_key().value
    job = a_job(value)
    for wrong in (value, keys.ed25519().value):
        with pytest.raises(TargetDeniedError):
            DataKeyRotator().test(replace(job, pending=Credential(2, {"value": wrong})))


def test_what_is_no_key_is_refused_and_not_repeated() -> None:
    with pytest.raises(InvalidError) as caught:
        DataKeyRotator().check(a_job("fake-and-no-key"))
    assert caught.value.code == "target-field"
    assert "fake-and" not in f"{caught.value} {caught.value.fix}"


def test_it_is_said_that_references_come_first() -> None:
    said = {one.step: one.text for one in DataKeyRotator().statements(a_job(keys.data_key().value))}
    assert "strongroom key references production/app/SECRET_KEY" in said[Step.RETIRE]
