"""P-5.8: boto3 signs with a rotated key without a restart; moto checks keys and signatures."""

import json
import traceback

import boto3
import botocore.exceptions
import pytest
from moto import mock_aws
from moto.core import set_initial_no_auth_action_count

from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.providers.boto3 import session
from strongroom.runtime.providers.login import Login


@mock_aws  # type: ignore[untyped-decorator]
@set_initial_no_auth_action_count(4)  # type: ignore[untyped-decorator]
def test_the_next_request_is_signed_with_the_new_key(
    origin: MemoryOrigin, secrets: Secrets
) -> None:
    iam = boto3.client("iam", region_name="us-east-1")
    iam.create_user(UserName="app")
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
    iam.put_user_policy(UserName="app", PolicyName="all", PolicyDocument=json.dumps(policy))
    keys = [iam.create_access_key(UserName="app")["AccessKey"] for _ in range(2)]

    def put(key: dict[str, str]) -> None:
        origin.put("ID", key["AccessKeyId"])
        origin.put("KEY", key["SecretAccessKey"])

    put(keys[0])
    clock = [0.0]
    live = session(
        Login(secrets, username="ID", password="KEY", clock=lambda: clock[0]),
        region_name="us-east-1",
    )
    sts = live.client("sts")
    assert sts.get_caller_identity()["Arn"].endswith("user/app")
    admin = boto3.client(
        "iam", region_name="us-east-1",
        aws_access_key_id=keys[1]["AccessKeyId"], aws_secret_access_key=keys[1]["SecretAccessKey"],
    )  # fmt: skip
    admin.delete_access_key(UserName="app", AccessKeyId=keys[0]["AccessKeyId"])
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        sts.get_caller_identity()
    assert keys[0]["SecretAccessKey"] not in "".join(traceback.format_exception(caught.value))
    put(keys[1])
    clock[0] += 60
    assert sts.get_caller_identity()["Arn"].endswith("user/app")
