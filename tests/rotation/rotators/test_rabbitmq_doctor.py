"""Each thing that is missing is found, with the command that helps."""

from collections.abc import Iterator

import pytest

from strongroom.rotation.rotators.interface import Check, Job
from strongroom.rotation.rotators.rabbitmq import RabbitmqRotator
from tests.rotation.rotators.rabbitmq_site import Site
from tests.services.process import free_port
from tests.services.rabbitmq import Rabbitmq

ROTATOR = RabbitmqRotator()


@pytest.fixture
def site(rabbitmq: Rabbitmq) -> Iterator[Site]:
    with Site.built(rabbitmq) as site:
        yield site


def wrong(job: Job) -> list[Check]:
    return [one for one in ROTATOR.doctor(job) if not one.well]


def test_everything_is_well(site: Site) -> None:
    assert wrong(site.job()) == []
    said = {one.name: one.said for one in ROTATOR.doctor(site.job())}
    assert said[f"user {site.two}"] == "it will be created"


def test_somebody_uses_the_user_that_should_rest(site: Site) -> None:
    job = site.minted(ROTATOR)
    ROTATOR.set(job)
    assert job.pending is not None
    alive = site.hold(job.pending)
    assert [one.name for one in wrong(site.job())] == [f"user {site.two}"]
    assert alive()


@pytest.mark.parametrize("tags", ["", "management", "monitoring"])
def test_an_admin_without_the_tag_is_told_which(site: Site, tags: str) -> None:
    name, password = site.server.login(tags=tags)
    [one] = wrong(site.job(admin={"username": name, "password": password}))
    assert one.fix


def test_a_stale_password_and_an_unknown_user_are_named(site: Site) -> None:
    site.server.change(site.one)
    assert [one.name for one in wrong(site.job())] == ["login"]
    site.server.call("DELETE", f"users/{site.one}")
    assert [one.name for one in wrong(site.job())] == [f"user {site.one}", "login"]


def test_nobody_is_there(site: Site) -> None:
    at = f"127.0.0.1:{free_port()}"
    job = site.job(address=at, management=f"https://{at}")
    assert [one.name for one in wrong(job)] == ["reach", "login"]
