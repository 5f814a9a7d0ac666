"""Killed after each change at a real target, a rotation converges and loses nothing."""

from collections.abc import Mapping

import pytest

from strongroom.ops.local import Local
from strongroom.rotation.rotators import aws_client, https
from strongroom.rotation.rotators.interface import Credential
from strongroom.rotation.rotators.rabbitmq import RabbitmqRotator
from tests.rotation.killed import Fuse, House
from tests.rotation.rotators.aws_site import Site as AwsSite
from tests.rotation.rotators.rabbitmq_site import Site as RabbitmqSite
from tests.services.aws import Aws
from tests.services.rabbitmq import Rabbitmq


def test_rabbitmq(room: Local, rabbitmq: Rabbitmq, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the rights of the new user, his password, the old one's end and his sessions'."""
    fuse = Fuse()
    changes = fuse.around(https.send, lambda _, method, **__: method != "GET")
    monkeypatch.setattr(https, "send", changes)
    # The broker lists a session for some seconds after it was closed, and so it holds.
    monkeypatch.setattr(RabbitmqRotator, "in_use", lambda *_: [])
    with RabbitmqSite.built(rabbitmq) as site:
        job = site.job()

        def works(fields: Mapping[str, str]) -> bool:
            return site.works(Credential(1, fields))

        def ready(fields: Mapping[str, str]) -> None:
            """The other user is gone each time, so that he is made from nothing."""
            [other] = {site.one, site.two} - {fields["username"]}
            rabbitmq.call("DELETE", f"users/{other}")

        house = House(room, "rabbitmq", job.target.address, job.target.options, works, ready)
        house.furnish(site.current.fields, site.admin)
        assert house.survives(fuse) >= 6


def test_aws(room: Local, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that AWS made and nobody was told of, one that is inactive, one that is gone."""
    fuse = Fuse()
    changes = fuse.around(
        aws_client.Aws._call, lambda _, __, what, ___: not what.startswith(("get", "list"))
    )
    monkeypatch.setattr(aws_client.Aws, "_call", changes)
    site = AwsSite.built(aws)
    job = site.job()

    def works(fields: Mapping[str, str]) -> bool:
        return site.works(Credential(1, fields))

    house = House(room, "aws-iam", job.target.address, job.target.options, works)
    house.furnish(site.current.fields, site.admin)
    assert house.survives(fuse) >= 3
    assert list(site.ids().values()) == ["Active"]
