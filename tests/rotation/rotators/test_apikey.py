"""Keys of an application of ours: the contract against records in memory, and bad input."""

from dataclasses import dataclass, field, replace

import pytest

from strongroom.errors import ConfigError, InvalidError
from strongroom.generate import api_key
from strongroom.rotation.contract import Bench, RotatorContract
from strongroom.rotation.rotators.apikey import ApiKeyRotator
from strongroom.rotation.rotators.interface import (
    Answer,
    Credential,
    Job,
    TargetDeniedError,
    TargetError,
    TargetUnreachableError,
)
from strongroom.rotation.rotators.registry import find
from tests.rotation.rotators.test_versions import a_job

OPTIONS = {"records": "production/api/CLIENT_KEYS", "client": "crm"}


def a_key() -> str:
    return api_key.generate(brand="api", marker="live").value


@dataclass
class Kept:
    """Records in memory."""

    whose_is: dict[str, str] = field(default_factory=dict)
    fault: TargetError | None = None

    def whose(self, job: Job, key: str) -> str | None:
        del job
        if self.fault is not None:
            raise self.fault
        return self.whose_is.get(key)

    def add(self, job: Job, key: str, like: str | None) -> None:
        del like
        self.whose_is[key] = job.option("client")

    def end(self, job: Job, key: str) -> None:
        del job
        self.whose_is.pop(key, None)


class TestKeys(RotatorContract):
    @pytest.fixture
    def bench(self) -> Bench:
        job, kept = a_job(a_key(), OPTIONS), Kept()
        assert job.current is not None
        kept.add(job, job.current.fields["value"], None)
        return Bench(ApiKeyRotator(kept), job, lambda one: one.fields["value"] in kept.whose_is)


def test_the_next_key_has_the_brand_and_the_environment() -> None:
    made = ApiKeyRotator(Kept()).mint(a_job(a_key(), OPTIONS))["value"]
    parts = api_key.check(made)
    assert isinstance(parts, api_key.Parts)
    assert (parts.brand, parts.marker) == ("api", "live")


def test_somebody_elses_key_is_refused_and_fails_the_test() -> None:
    kept, job = Kept(), a_job(a_key(), OPTIONS)
    pending = Credential(2, {"value": a_key()})
    kept.whose_is[pending.fields["value"]] = "somebody"
    rotator, going = ApiKeyRotator(kept), replace(job, pending=pending)
    assert rotator.probe(going, pending).answer is Answer.REFUSED
    with pytest.raises(TargetDeniedError):
        rotator.test(going)
    assert [one.well for one in rotator.doctor(job)] == [False]


def test_records_that_cannot_be_read_make_a_probe_unknown() -> None:
    kept, job = Kept(fault=TargetUnreachableError("target-unreachable", "not now")), a_job(a_key())
    assert job.current is not None
    assert ApiKeyRotator(kept).probe(job, job.current).answer is Answer.UNKNOWN


@pytest.mark.parametrize("lacking", ["records", "client"])
def test_what_is_missing_is_named(lacking: str) -> None:
    options = {name: text for name, text in OPTIONS.items() if name != lacking}
    with pytest.raises(InvalidError, match=lacking) as caught:
        ApiKeyRotator(Kept()).check(a_job(a_key(), options))
    assert caught.value.code == "target-option"


def test_a_value_that_is_no_key_is_refused_and_not_repeated() -> None:
    with pytest.raises(InvalidError) as caught:
        ApiKeyRotator(Kept()).check(a_job("fake-and-no-key", OPTIONS))
    assert caught.value.code == "target-field"
    assert "fake-and" not in str(caught.value)


def test_without_a_room_there_is_nobody_to_ask() -> None:
    rotator = find("apikey")
    with pytest.raises(ConfigError) as caught:
        rotator.retire(a_job(a_key(), OPTIONS), Credential(1, {"value": a_key()}))
    assert caught.value.code == "rotator-unusable"
