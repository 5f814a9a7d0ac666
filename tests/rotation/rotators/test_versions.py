"""Values whose validity is the room's: the contract against places in memory, and the rule by place."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from strongroom.errors import InvalidError
from strongroom.generate import keys
from strongroom.rotation.contract import Bench, RotatorContract, no_wait, plain_draw
from strongroom.rotation.rotators.interface import Answer, Credential, Job, Overlap, Step, Target
from strongroom.rotation.rotators.versions import VersionsRotator


@dataclass
class Kept:
    """What an application would be given, as a room's states would say it."""

    valid: set[tuple[int, str]] = field(default_factory=set)

    def begin(self, job: Job, credential: Credential) -> None:
        del job
        self.valid.add(_key(credential))

    def end(self, job: Job, credential: Credential) -> None:
        del job
        self.valid.discard(_key(credential))

    def holds(self, job: Job, credential: Credential) -> bool:
        del job
        return _key(credential) in self.valid


def _key(credential: Credential) -> tuple[int, str]:
    return credential.version, credential.fields["value"]


def a_job(value: str, options: Mapping[str, str] | None = None, **fields: str) -> Job:
    return Job(
        Target("here", "", {}), "production/app/SECRET_KEY", "jwt-secret-key", options or {},
        Credential(1, {"value": value, **fields}), plain_draw, no_wait,
    )  # fmt: skip


def a_bench(
    make: type[VersionsRotator], value: str, options: Mapping[str, str] | None = None
) -> Bench:
    job, kept = a_job(value, options), Kept()
    assert job.current is not None
    kept.begin(job, job.current)
    return Bench(make(kept), job, lambda credential: kept.holds(job, credential))


class TestText(RotatorContract):
    @pytest.fixture
    def bench(self) -> Bench:
        return a_bench(VersionsRotator, plain_draw(50))


class TestHexadecimal(RotatorContract):
    @pytest.fixture
    def bench(self) -> Bench:
        return a_bench(VersionsRotator, keys.jwt().value)


@pytest.mark.parametrize(
    ("old", "chars", "alphabet"),
    [
        (keys.jwt().value, 64, "0123456789abcdef"),
        (keys.jwt(512).value, 128, "0123456789abcdef"),
        ("abcd", 64, "0123456789abcdef"),
        ("Short-1", 43, None),
        ("x" * 70, 70, None),
    ],
    ids=["hex", "hex-512", "weak-hex", "weak", "long"],
)
def test_the_next_value_has_the_form_of_the_old_one_and_256_bits(
    old: str, chars: int, alphabet: str | None
) -> None:
    job = a_job(old, host="db.example")
    made = VersionsRotator().mint(job)
    assert len(made["value"]) == chars
    assert alphabet is None or set(made["value"]) <= set(alphabet)
    assert made["host"] == "db.example"


def test_by_place_the_old_one_is_valid_until_another_is_promoted() -> None:
    rotator, job = VersionsRotator(), a_job("not-a-secret-at-all")
    current = job.current
    assert current is not None
    pending = Credential(2, rotator.mint(job))
    previous = Credential(0, {"value": "fake-earlier"})
    going = replace(job, pending=pending, previous=previous)
    other = Credential(7, {"value": "fake-other"})

    def answers(at: Job) -> list[Answer]:
        return [rotator.probe(at, one).answer for one in (pending, current, previous, other)]

    yes, no = Answer.ACCEPTED, Answer.REFUSED
    assert answers(going) == [yes, yes, yes, no]
    assert answers(replace(going, promoted_us=1)) == [yes, no, no, no]
    changed = Credential(1, {"value": "fake-changed-by-hand"})
    assert rotator.probe(going, changed).answer is no


def test_nothing_outside_is_touched_and_nobody_is_named() -> None:
    rotator = VersionsRotator()
    job = a_job("not-a-secret-at-all")
    assert job.current is not None
    going = replace(job, pending=Credential(2, rotator.mint(job)))
    rotator.set(going)
    rotator.undo(going)
    rotator.retire(going, job.current)
    assert rotator.in_use(going, job.current) == []
    assert rotator.overlap(job) is Overlap.VALUES
    retire = [one.text for one in rotator.statements(job) if one.step is Step.RETIRE]
    assert "emergency" in retire[0]


def test_another_field_may_hold_the_value_and_must_be_there() -> None:
    rotator = VersionsRotator()
    job = a_job("fake-host-name", {"field": "pepper"}, pepper="fake-pepper-0123")
    rotator.check(job)
    made = rotator.mint(job)
    assert made["value"] == "fake-host-name"
    assert made["pepper"] != "fake-pepper-0123"
    lacking = a_job("x", {"field": "salt"})
    with pytest.raises(InvalidError) as caught:
        rotator.check(lacking)
    assert caught.value.code == "target-field"
    assert [one.well for one in rotator.doctor(lacking)] == [False]
