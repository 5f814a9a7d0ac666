"""P-5.8: boto3 signs with a rotated key without a restart, over HTTP; moto checks keys and signatures."""

import json
import secrets as random
import traceback
from collections.abc import Iterator
from threading import Thread
from typing import Any

import boto3
import botocore.exceptions
import moto.settings
import pytest
from moto.server import ThreadedMotoServer

from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.providers.boto3 import session
from strongroom.runtime.providers.login import Login

ALL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
REGION = "us-east-1"
Key = dict[str, str]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Where a server for this file listens."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def user(endpoint: str, origin: MemoryOrigin, monkeypatch: pytest.MonkeyPatch) -> str:
    """Somebody who may do everything with the key that the application has; from then on keys count."""
    name = f"app-{random.token_hex(6)}"
    iam = boto3.client(
        "iam", region_name=REGION, endpoint_url=endpoint,
        aws_access_key_id="fake", aws_secret_access_key="fake",
    )  # fmt: skip
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=json.dumps(ALL))
    put(origin, iam.create_access_key(UserName=name)["AccessKey"])
    monkeypatch.setattr(moto.settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0)
    return name


def put(origin: MemoryOrigin, key: Key) -> None:
    origin.put("ID", key["AccessKeyId"])
    origin.put("KEY", key["SecretAccessKey"])


class Application:
    """What it holds of AWS; `now` is its seconds."""

    def __init__(self, secrets: Secrets, endpoint: str) -> None:
        self.now = 0.0
        self.login = Login(secrets, username="ID", password="KEY", clock=lambda: self.now)
        live = session(self.login, region_name=REGION)
        self.sts, self.iam = (live.client(name, endpoint_url=endpoint) for name in ("sts", "iam"))

    def who(self) -> str:
        found: str = self.sts.get_caller_identity()["Arn"]
        return found.rpartition("/")[2]

    def rotated(self, user: str) -> Key:
        """A new key, in place of the old one."""
        old = self.login.read().username
        key: Key = self.iam.create_access_key(UserName=user)["AccessKey"]
        self.iam.delete_access_key(UserName=user, AccessKeyId=old)
        return key


@pytest.fixture
def application(secrets: Secrets, endpoint: str) -> Application:
    return Application(secrets, endpoint)


def test_the_next_request_is_signed_with_the_new_key(
    origin: MemoryOrigin, user: str, application: Application
) -> None:
    assert application.who() == user
    for _ in range(2):
        put(origin, application.rotated(user))
        application.now += 60  # the origin is asked once in a while
        assert application.who() == user


def test_a_key_that_is_refused_for_good_shows_no_value(
    secrets: Secrets, user: str, application: Application
) -> None:
    """P-9.9."""
    old = secrets.get("KEY").reveal()
    application.rotated(user)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        application.who()
    assert caught.value.response["Error"]["Code"] == "InvalidClientTokenId"
    assert old not in "".join(traceback.format_exception(caught.value))


def test_a_refusal_counts_though_another_thread_was_given_another_key_meanwhile(
    origin: MemoryOrigin, secrets: Secrets, user: str, application: Application
) -> None:
    assert application.who() == user
    put(origin, application.rotated(user))
    others = list[str]()

    def meanwhile(**_: Any) -> None:
        if not others:
            others.append("")  # this request, and not those that it makes
            secrets.refresh("ID")
            secrets.refresh("KEY")
            other = Thread(target=lambda: others.append(application.who()))
            other.start()
            other.join(30)

    application.sts.meta.events.register_first("needs-retry", meanwhile)
    assert application.who() == user
    assert others == ["", user]
