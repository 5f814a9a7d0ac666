"""Each thing that is missing is found, with what to allow."""

from typing import Any

import pytest

from strongroom.rotation.contract import Bench
from strongroom.rotation.rotators.aws_iam import AwsIamRotator
from strongroom.rotation.rotators.interface import (
    Credential,
    Job,
)
from tests.rotation.rotators.aws_site import MANAGES, Site, allowed
from tests.services.aws import Aws
from tests.services.process import HOST, free_port

ROTATOR = AwsIamRotator()


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


def wrong(job: Job) -> list[tuple[str, str]]:
    return [(one.name, one.fix) for one in ROTATOR.doctor(job) if not one.well]


def test_everything_is_well(site: Site) -> None:
    assert wrong(site.job()) == []
    assert site.ids() == {key_id(site.current): "Active"}


@pytest.mark.parametrize(
    ("action", "name"),
    [
        ("iam:UpdateAccessKey", "may deactivate keys"),
        ("iam:DeleteAccessKey", "may delete keys"),
        ("iam:GetAccessKeyLastUsed", "may see their last use"),
        ("iam:ListAccessKeys", "reach"),
    ],
    ids=["update", "delete", "last-use", "list"],
)
def test_a_permission_that_is_missing_is_named(
    site: Site, aws: Aws, action: str, name: str
) -> None:
    actions: Any = MANAGES["Action"]
    _, made, key = aws.login(allowed(*[one for one in actions if one != action]))
    admin = {"access_key_id": made, "secret_access_key": key}
    [(shown, fix)] = wrong(site.job(admin=admin))
    assert shown == name
    assert action in fix


def test_the_second_place(site: Site) -> None:
    lost = ROTATOR.mint(site.job())["access_key_id"]
    assert wrong(site.job()) == []
    assert any(lost in one.said for one in ROTATOR.doctor(site.job()))
    ROTATOR.undo(site.job())
    stranger = site.stranger()
    [(name, fix)] = wrong(site.job())
    assert name == "second key"
    assert stranger in fix


def test_keys_that_are_refused(site: Site) -> None:
    other = {**site.admin, "secret_access_key": "not-a-secret-at-all"}
    assert [name for name, _ in wrong(site.job(admin=other))] == ["login"]
    site.aws.state.update_access_key(site.user, key_id(site.current), "Inactive")
    assert [name for name, _ in wrong(site.job())] == ["login"]
    assert [name for name, _ in wrong(site.job(admin={}))] == ["login"]


def test_anothers_key(site: Site, aws: Aws) -> None:
    other, _, _ = aws.login()
    assert [name for name, _ in wrong(site.job(username=other))] == ["user"]


def test_nobody_is_there(site: Site) -> None:
    job = site.job(address=f"https://{HOST}:{free_port()}")
    assert [name for name, _ in wrong(job)] == ["reach", "login"]
