"""The contract of rotators as tests that anybody can run against one: subclass it in a test module.

    class TestMine(RotatorContract):
        @pytest.fixture
        def bench(self, server):
            return Bench(MyRotator(), job, works=…, hold=…)

Each test gets a `bench` of its own, whose `job.current` is valid at a real system.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from strongroom.errors import InvalidError
from strongroom.generate import draw
from strongroom.rotation.rotators.interface import (
    Answer,
    Credential,
    Job,
    Rotator,
    Step,
)
from strongroom.rotation.rotators.option_names import GENERAL


@dataclass(frozen=True, slots=True)
class Bench:
    """A rotator, a job whose `current` is valid, and how a real client sees the system.

    `works(credential)` logs in as an application would. `hold(credential)` logs in, stays in, and
    gives a function that says whether the session is still alive; None where there are no sessions.
    """

    rotator: Rotator
    job: Job
    works: Callable[[Credential], bool]
    hold: Callable[[Credential], Callable[[], bool]] | None = None

    def minted(self) -> Job:
        """The job with a pending version."""
        current = self.job.current
        assert current is not None
        fields = self.rotator.mint(self.job)
        return replace(self.job, pending=Credential(current.version + 1, fields))

    def set(self) -> Job:
        """The job with a pending version that is valid."""
        job = self.minted()
        self.rotator.set(job)
        return job


class RotatorContract:
    """See the contract in `strongroom.rotation.rotators.interface`; the numbers are its own."""

    def test_1_statements_name_no_value(self, bench: Bench) -> None:
        job = bench.minted()
        shown = " ".join(one.text for one in bench.rotator.statements(job))
        assert shown
        for credential in _both(job):
            for name in secret_fields(credential):
                assert credential.fields[name] not in shown
        steps = [one.step for one in bench.rotator.statements(job)]
        assert Step.SET in steps or bench.rotator.issues
        assert Step.RETIRE in steps

    def test_1_what_is_checked_well_can_be_done(self, bench: Bench) -> None:
        bench.rotator.check(bench.job)
        wrong = [one for one in bench.rotator.doctor(bench.job) if not one.well]
        assert wrong == []

    def test_1_an_option_that_nobody_reads_is_refused(self, bench: Bench) -> None:
        if bench.rotator.options is None:
            return
        assert set(bench.job.target.options) <= bench.rotator.options | GENERAL
        wrong = {**bench.job.target.options, "tls_cb": "/slip/of/the/pen"}
        job = replace(bench.job, target=replace(bench.job.target, options=wrong))
        refused = ""
        try:
            bench.rotator.check(job)
        except InvalidError as error:
            refused = error.code
        assert refused == "target-option"

    def test_2_a_new_value_differs_and_has_the_same_fields(self, bench: Bench) -> None:
        current = bench.job.current
        assert current is not None
        one, two = bench.rotator.mint(bench.job), bench.rotator.mint(bench.job)
        assert set(one) == set(two) == set(current.fields)
        assert dict(one) != dict(two)
        assert dict(one) != dict(current.fields)

    def test_3_set_makes_it_valid(self, bench: Bench) -> None:
        job = bench.minted()
        assert job.pending is not None
        assert job.current is not None
        if not bench.rotator.issues:
            assert not bench.works(job.pending)
        bench.rotator.set(job)
        assert bench.works(job.pending)
        assert bench.works(job.current) == bool(bench.rotator.overlap(job))

    def test_3_set_after_a_probe_is_once(self, bench: Bench) -> None:
        job = bench.set()
        assert job.pending is not None
        assert job.current is not None
        if bench.rotator.probe(job, job.pending).answer is not Answer.ACCEPTED:
            bench.rotator.set(job)
        assert bench.works(job.pending)
        assert bench.works(job.current) == bool(bench.rotator.overlap(job))

    def test_4_a_probe_says_what_a_client_meets(self, bench: Bench) -> None:
        job = bench.minted()
        for credential in _both(job):
            works = bench.works(credential)
            answer = bench.rotator.probe(job, credential).answer
            assert answer is (Answer.ACCEPTED if works else Answer.REFUSED)

    def test_5_the_test_passes_with_what_was_set(self, bench: Bench) -> None:
        bench.rotator.test(bench.set())

    def test_6_undo_leaves_the_old_one(self, bench: Bench) -> None:
        job = bench.set()
        assert job.pending is not None
        assert job.current is not None
        for _ in range(2):
            bench.rotator.undo(job)
            assert bench.works(job.current)
            assert not bench.works(job.pending)
            assert bench.rotator.probe(job, job.pending).answer is Answer.REFUSED

    def test_7_retire_ends_it_for_good(self, bench: Bench) -> None:
        job = bench.set()
        assert job.pending is not None
        old = job.current
        assert old is not None
        for _ in range(2):
            bench.rotator.retire(job, old)
            assert bench.rotator.probe(job, old).answer is Answer.REFUSED
            assert not bench.works(old)
            assert bench.works(job.pending)

    def test_7_retire_ends_sessions(self, bench: Bench) -> None:
        old = bench.job.current
        assert old is not None
        if bench.hold is None:
            assert bench.rotator.in_use(bench.job, old) == []
            return
        alive = bench.hold(old)
        assert alive()
        job = bench.set()
        bench.rotator.retire(job, old)
        assert not alive()

    def test_8_who_holds_a_session_is_named(self, bench: Bench) -> None:
        old = bench.job.current
        assert old is not None
        if bench.hold is None:
            return
        alive = bench.hold(old)
        assert alive()
        job = bench.set()
        uses = bench.rotator.in_use(job, old)
        assert uses
        assert all(use.who and use.source and use.count >= 1 for use in uses)

    def test_a_rotation_follows_the_next(self, bench: Bench) -> None:
        """Each way of overlap comes back to where it began: three in a row."""
        job = bench.job
        for _ in range(3):
            current = job.current
            assert current is not None
            pending = Credential(current.version + 1, bench.rotator.mint(job))
            going = replace(job, pending=pending)
            bench.rotator.set(going)
            bench.rotator.test(going)
            bench.rotator.retire(going, current)
            assert bench.works(pending)
            assert not bench.works(current)
            job = replace(job, current=pending, previous=None, pending=None)

    def test_values_stay_out_of_sight(self, bench: Bench) -> None:
        job = bench.set()
        shown = repr(job) + repr(job.target)
        for credential in _both(job):
            for name in secret_fields(credential):
                assert credential.fields[name] not in shown


# Fields that stand beside a secret and are none.
OPEN = frozenset({"username", "user", "host", "port", "database", "access_key_id", "url", "vhost"})


def secret_fields(credential: Credential) -> list[str]:
    """The names of the fields that must never be seen."""
    return [name for name, text in credential.fields.items() if name not in OPEN and text]


def _both(job: Job) -> tuple[Credential, Credential]:
    assert job.pending is not None
    assert job.current is not None
    return job.current, job.pending


def no_wait(_: float) -> None:
    """For a job's `wait` where nothing is waited for."""


def plain_draw(length: int, extra: str = "") -> str:
    """For a job's `draw` in tests: letters and digits, and all of `extra`."""
    plain = draw.text(
        "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", length - len(extra)
    )
    return plain + extra
