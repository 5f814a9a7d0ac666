"""Against moto's IAM, behind a door that refuses whom AWS refuses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from strongroom.errors import InvalidError
from strongroom.rotation.contract import Bench, RotatorContract
from strongroom.rotation.rotators.aws_iam import AwsIamRotator
from strongroom.rotation.rotators.interface import (
    Answer,
    Credential,
    Job,
    Overlap,
    Step,
    TargetChangedError,
    TargetDeniedError,
    TargetUnreachableError,
)
from tests.rotation.rotators.aws_site import MANAGES, Site
from tests.services.aws import Aws

ROTATOR = AwsIamRotator()


@pytest.fixture
def site(aws: Aws) -> Site:
    return Site.built(aws)


def pending(job: Job) -> Credential:
    assert job.pending is not None
    return job.pending


def minted(site: Site, job: Job) -> Job:
    return Bench(ROTATOR, job, site.works).minted()


def key_id(credential: Credential) -> str:
    return credential.fields["access_key_id"]


class TestByAnAdmin(RotatorContract):
    @pytest.fixture
    def bench(self, site: Site) -> Bench:
        return Bench(ROTATOR, site.job(), site.works)


class TestByItself(RotatorContract):
    """The user may manage his own keys, and there is no admin."""

    @pytest.fixture
    def bench(self, aws: Aws) -> Bench:
        site = Site.built(aws, MANAGES)
        return Bench(ROTATOR, site.job(admin={}), site.works)


class TestByTheNamesOfTheEnvironment(RotatorContract):
    @pytest.fixture
    def bench(self, site: Site) -> Bench:
        fields = {f"aws_{name}": text for name, text in site.current.fields.items()}

        def works(credential: Credential) -> bool:
            plain = {name.removeprefix("aws_"): text for name, text in credential.fields.items()}
            return site.works(replace(credential, fields=plain))

        job = replace(site.job(), current=Credential(1, fields))
        return Bench(ROTATOR, job, works)

    def test_1_statements_name_no_value(self, bench: Bench) -> None:
        """The contract takes the id under this name for a secret; it is none."""
        job = bench.minted()
        shown = " ".join(one.text for one in ROTATOR.statements(job))
        for credential in (bench.job.current, job.pending):
            assert credential is not None
            assert credential.fields["aws_secret_access_key"] not in shown


def test_other_fields_of_the_value_stay(site: Site) -> None:
    job = minted(site, site.job())
    assert ROTATOR.overlap(job) is Overlap.VALUES
    assert pending(job).fields["region"] == site.current.fields["region"]


def test_the_commands_are_those_of_awss_own_tool(site: Site) -> None:
    shown = [(one.step, one.text) for one in ROTATOR.statements(site.job())]
    who, old = f"--user-name {site.user}", key_id(site.current)
    assert shown == [
        (Step.MINT, f"aws iam list-access-keys {who}"),
        (Step.MINT, f"aws iam create-access-key {who}"),
        (Step.TEST, "aws sts get-caller-identity, with the new key"),
        (
            Step.RETIRE,
            f"aws iam update-access-key {who} --access-key-id {old} --status Inactive",
        ),
        (Step.RETIRE, "aws sts get-caller-identity, with the old key: refused"),
        (Step.RETIRE, f"aws iam delete-access-key {who} --access-key-id {old}"),
        (Step.UNDO, f"aws iam delete-access-key {who} --access-key-id <its id>"),
    ]


class TestRetire:
    def test_a_change_that_gets_around_late_is_waited_for(self, site: Site) -> None:
        site.settled(3)
        waits: list[float] = []
        job = minted(site, site.job(wait=waits.append))
        assert ROTATOR.probe(job, pending(job)).answer is Answer.REFUSED
        ROTATOR.set(job)
        assert waits == [1.0, 1.0]
        waits.clear()
        ROTATOR.retire(job, site.current)
        assert len(waits) == 3
        assert site.ids() == {key_id(pending(job)): "Active"}

    def test_a_key_that_is_still_taken_is_not_deleted(self, site: Site) -> None:
        """It can be made active again, and what is gone cannot."""
        job = minted(site, site.job())
        ROTATOR.set(job)
        site.settled(1000)
        with pytest.raises(TargetUnreachableError) as caught:
            ROTATOR.retire(job, site.current)
        assert (caught.value.code, caught.value.retryable) == ("target-slow", True)
        assert site.ids()[key_id(site.current)] == "Inactive"
        ROTATOR.undo(job)
        assert site.ids() == {key_id(site.current): "Active"}

    def test_the_key_that_stays_is_not_retired(self, site: Site) -> None:
        job = replace(site.job(), current=replace(site.current, version=2))
        with pytest.raises(InvalidError):
            ROTATOR.retire(job, site.current)
        assert site.works(site.current)


class TestInUse:
    @pytest.fixture
    def used(self, site: Site) -> Job:
        job = minted(site, site.job())
        assert site.works(site.current)
        earlier = datetime.now(UTC) - timedelta(hours=1)  # noqa: TID251 - a test's clock
        return replace(
            job, current=pending(job), previous=site.current, pending=None,
            promoted_us=int(earlier.timestamp() * 1_000_000),
        )  # fmt: skip

    def test_a_use_since_the_promotion_is_told(self, site: Site, used: Job) -> None:
        [use] = ROTATOR.in_use(used, site.current)
        assert use.who == "sts in us-east-1"
        assert use.last_us is not None
        assert used.promoted_us is not None
        assert use.last_us > used.promoted_us

    def test_one_from_before_it_is_not(self, site: Site, used: Job) -> None:
        assert used.promoted_us is not None
        later = replace(used, promoted_us=used.promoted_us + 7_200_000_000)
        assert ROTATOR.in_use(later, site.current) == []
        assert ROTATOR.in_use(replace(used, promoted_us=None), site.current) == []

    def test_one_that_is_long_past_is_not(self, site: Site, used: Job) -> None:
        site.used(datetime.now(UTC) - timedelta(hours=3))  # noqa: TID251 - a test's clock
        long_ago = replace(used, promoted_us=1)
        assert ROTATOR.in_use(long_ago, site.current) != []
        quiet = replace(long_ago, options={"quiet_hours": "2"})
        assert ROTATOR.in_use(quiet, site.current) == []

    def test_a_key_that_is_gone_is_not_used(self, site: Site, used: Job) -> None:
        ROTATOR.retire(used, site.current)
        assert ROTATOR.in_use(used, site.current) == []


class TestByHand:
    def test_a_current_key_that_is_gone_needs_a_person(self, site: Site) -> None:
        site.aws.state.delete_access_key(key_id(site.current), site.user)
        with pytest.raises(TargetChangedError) as caught:
            ROTATOR.mint(site.job())
        assert caught.value.code == "target-changed"
        assert site.ids() == {}

    def test_a_user_that_is_gone(self, site: Site) -> None:
        with pytest.raises(TargetChangedError):
            ROTATOR.mint(site.job(username="app_nobody"))

    def test_a_key_that_manages_itself_and_is_inactive(self, site: Site) -> None:
        site.aws.state.update_access_key(site.user, key_id(site.current), "Inactive")
        with pytest.raises(TargetChangedError):
            ROTATOR.mint(site.job(admin={}))

    def test_a_new_key_that_somebody_deactivated_is_active_again(self, site: Site) -> None:
        job = minted(site, site.job())
        site.aws.state.update_access_key(site.user, key_id(pending(job)), "Inactive")
        ROTATOR.set(job)
        assert site.works(pending(job))

    def test_a_new_key_that_somebody_deleted(self, site: Site) -> None:
        job = minted(site, site.job())
        site.aws.state.delete_access_key(key_id(pending(job)), site.user)
        with pytest.raises(TargetChangedError):
            ROTATOR.set(job)
        ROTATOR.undo(job)
        assert site.works(site.current)


class TestAnothersKey:
    def test_a_value_does_not_choose_whose_key_is_taken(self, site: Site, aws: Aws) -> None:
        victim, made, key = aws.login()
        theirs = Credential(2, {"access_key_id": made, "secret_access_key": key})
        job = replace(site.job(), pending=theirs)
        with pytest.raises(TargetChangedError):
            ROTATOR.set(job)
        with pytest.raises(TargetDeniedError):
            ROTATOR.test(job)
        ROTATOR.undo(job)
        ROTATOR.retire(replace(job, previous=theirs), theirs)
        assert aws.keys(victim) == {made: "Active"}

    def test_the_old_key_as_the_new_one_is_refused(self, site: Site) -> None:
        job = replace(site.job(), pending=replace(site.current, version=2))
        with pytest.raises(InvalidError):
            ROTATOR.set(job)
        ROTATOR.undo(job)
        assert site.works(site.current)
