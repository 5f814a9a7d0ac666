"""The contract finds what is wrong: rotators with one fault each must fail it."""

import pytest

from strongroom.rotation.contract import Bench, RotatorContract
from strongroom.rotation.rotators.interface import Credential, Job, Overlap
from strongroom.rotation.rotators.memory import MemoryRotator
from tests.rotation.rotators.test_memory import a_bench


class SetsNothing(MemoryRotator):
    def set(self, job: Job) -> None:
        del job


class RetiresNothing(MemoryRotator):
    def retire(self, job: Job, old: Credential) -> None:
        del job, old


@pytest.mark.parametrize(
    ("faulty", "test"),
    [
        (SetsNothing, "test_3_set_makes_it_valid"),
        (RetiresNothing, "test_7_retire_ends_it_for_good"),
    ],
)
def test_a_faulty_rotator_fails(faulty: type[MemoryRotator], test: str) -> None:
    good = a_bench(Overlap.VALUES)
    assert isinstance(good.rotator, MemoryRotator)
    bench = Bench(faulty(good.rotator._system), good.job, good.works, good.hold)
    with pytest.raises(AssertionError):
        getattr(RotatorContract(), test)(bench)
