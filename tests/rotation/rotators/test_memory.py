from collections.abc import Callable

import pytest

from strongroom.errors import InvalidError
from strongroom.rotation.contract import Bench, RotatorContract, no_wait, plain_draw
from strongroom.rotation.rotators.interface import (
    Answer,
    Credential,
    Job,
    Overlap,
    Target,
    TargetUnreachableError,
)
from strongroom.rotation.rotators.memory import MemoryRotator, System, digest


def a_job(fields: dict[str, str] | None = None) -> Job:
    given = fields or {"username": "app_a", "password": "not-a-secret-at-all"}
    return Job(
        Target("memory", "", {}), "production/app/DB", "database-password", {},
        Credential(1, given), plain_draw, no_wait,
    )  # fmt: skip


def a_bench(overlap: Overlap) -> Bench:
    job, system = a_job(), System()
    assert job.current is not None
    system.accounts["app_a"] = {digest(job.current.fields["password"])}

    def works(credential: Credential) -> bool:
        fields = credential.fields
        return digest(fields["password"]) in system.accounts.get(fields["username"], set())

    def hold(credential: Credential) -> Callable[[], bool]:
        fields = credential.fields
        assert system.login(fields["username"], fields["password"])
        mine = (fields["username"], digest(fields["password"]))
        return lambda: mine in system.sessions

    return Bench(MemoryRotator(system, overlap), job, works, hold)


class TestValues(RotatorContract):
    @pytest.fixture
    def bench(self) -> Bench:
        return a_bench(Overlap.VALUES)


class TestAccounts(RotatorContract):
    @pytest.fixture
    def bench(self) -> Bench:
        return a_bench(Overlap.ACCOUNTS)


class TestSingle(RotatorContract):
    @pytest.fixture
    def bench(self) -> Bench:
        return a_bench(Overlap.NONE)


def test_what_lacks_a_field_is_refused() -> None:
    with pytest.raises(InvalidError) as caught:
        MemoryRotator(System()).check(a_job({"password": "not-a-secret-at-all"}))
    assert caught.value.code == "target-field"


def test_a_fault_makes_a_probe_unknown() -> None:
    system = System(fault=TargetUnreachableError("target-unreachable", "nobody there"))
    job = a_job()
    assert job.current is not None
    probe = MemoryRotator(system).probe(job, job.current)
    assert probe.answer is Answer.UNKNOWN
    assert probe.why is not None
    assert probe.why.retryable
    assert not MemoryRotator(system).doctor(job)[0].well
