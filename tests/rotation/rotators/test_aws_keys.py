"""A free slot is found, and no key that somebody uses is deleted for one."""

from dataclasses import replace

import pytest

from strongroom.errors import InvalidError
from strongroom.rotation.contract import Bench
from strongroom.rotation.rotators import aws_keys
from strongroom.rotation.rotators.aws_iam import AwsIamRotator
from strongroom.rotation.rotators.interface import (
    Credential,
    Job,
    TargetFullError,
    TargetUnreachableError,
)
from tests.rotation.rotators.aws_site import Site
from tests.services.aws import Aws

ROTATOR = AwsIamRotator()
DATE = "Mon, 30 Nov 2026 12:00:00 GMT"


@pytest.fixture
def site(aws: Aws) -> Site:
    return Site.built(aws)


def minted(site: Site, job: Job) -> Job:
    return Bench(ROTATOR, job, site.works).minted()


def pending(job: Job) -> Credential:
    assert job.pending is not None
    return job.pending


def key_id(credential: Credential) -> str:
    return credential.fields["access_key_id"]


def test_what_an_interrupted_rotation_left_is_removed(site: Site) -> None:
    """AWS made a key, and its answer was lost: it was never used, and nobody has it."""
    lost = ROTATOR.mint(site.job())
    job = minted(site, site.job())
    assert set(site.ids()) == {key_id(site.current), key_id(pending(job))}
    assert lost["access_key_id"] not in site.ids()


def test_undo_removes_it_too(site: Site) -> None:
    ROTATOR.mint(site.job())
    ROTATOR.undo(site.job())
    assert site.ids() == {key_id(site.current): "Active"}


def test_a_key_that_somebody_uses_is_left_and_named(site: Site) -> None:
    stranger = site.stranger()
    with pytest.raises(TargetFullError, match=stranger) as caught:
        ROTATOR.mint(site.job())
    assert caught.value.code == "target-full"
    ROTATOR.undo(site.job())
    assert site.ids() == {key_id(site.current): "Active", stranger: "Active"}


def test_the_previous_key_is_not_taken_for_a_leftover(site: Site) -> None:
    """Nobody has used it yet as far as AWS knows, and it is in its grace."""
    job = minted(site, site.job())
    following = replace(site.job(), current=pending(job), previous=site.current)
    with pytest.raises(TargetFullError):
        ROTATOR.mint(following)
    site.aws.state.update_access_key(site.user, key_id(site.current), "Inactive")
    assert ROTATOR.mint(following)["access_key_id"] in site.ids()
    assert key_id(site.current) not in site.ids()


def test_whose_keys_they_are_must_be_said_to_an_admin(site: Site) -> None:
    with pytest.raises(InvalidError) as caught:
        aws_keys.user(site.job(username=""))
    assert "username" in (caught.value.fix or "")
    assert aws_keys.user(site.job(username="", admin={})) == ""
    with pytest.raises(InvalidError):
        aws_keys.user(site.job(username="two names"))


def test_an_answer_without_a_time_is_none(site: Site) -> None:
    assert aws_keys.clock({"ResponseMetadata": {"HTTPHeaders": {"date": DATE}}}).hour == 12
    for headers in ({}, {"date": "yesterday"}):
        with pytest.raises(TargetUnreachableError):
            aws_keys.clock({"ResponseMetadata": {"HTTPHeaders": headers}})
