"""The account refuses whom AWS would refuse, and knows of a change as late as it is told to."""

import pytest
from botocore.exceptions import ClientError, SSLError

from tests.services.aws import EVERYTHING, Aws
from tests.services.tls import Authority


def _refusal(aws: Aws, key_id: str, key: str) -> str:
    with pytest.raises(ClientError) as error:
        aws.identity(key_id, key)
    return str(error.value.response["Error"]["Code"])


def test_a_key_is_its_users(aws: Aws) -> None:
    user, key_id, key = aws.login()
    assert aws.identity(key_id, key).endswith(f":user/{user}")
    assert aws.keys(user) == {key_id: "Active"}


def test_a_key_is_refused_when_it_is_wrong_inactive_or_gone(aws: Aws) -> None:
    user, key_id, key = aws.login()
    assert _refusal(aws, key_id, key[::-1]) == "SignatureDoesNotMatch"
    iam = aws.client("iam")
    iam.update_access_key(UserName=user, AccessKeyId=key_id, Status="Inactive")
    assert _refusal(aws, key_id, key) == "InvalidClientTokenId"
    iam.update_access_key(UserName=user, AccessKeyId=key_id, Status="Active")
    assert aws.identity(key_id, key)
    iam.delete_access_key(UserName=user, AccessKeyId=key_id)
    assert _refusal(aws, key_id, key) == "InvalidClientTokenId"
    assert aws.refused == ["SignatureDoesNotMatch", *["InvalidClientTokenId"] * 2]


def test_a_change_gets_around_late(aws: Aws) -> None:
    aws.identity(aws.key_id, aws.key)
    aws.lag = 2
    user, key_id, key = aws.login()
    for _ in range(2):
        assert _refusal(aws, key_id, key) == "InvalidClientTokenId"
    assert aws.identity(key_id, key)
    aws.client("iam").update_access_key(UserName=user, AccessKeyId=key_id, Status="Inactive")
    for _ in range(2):
        assert aws.identity(key_id, key)
    assert _refusal(aws, key_id, key) == "InvalidClientTokenId"


def test_a_user_may_do_what_his_policy_says(aws: Aws) -> None:
    user, key_id, key = aws.login({**EVERYTHING, "Action": "iam:ListAccessKeys"})
    iam = aws.client("iam", key_id, key)
    assert iam.list_access_keys(UserName=user)["AccessKeyMetadata"]
    with pytest.raises(ClientError, match="AccessDenied"):
        iam.create_access_key(UserName=user)


def test_another_authority_is_not_believed(aws: Aws, authority: Authority) -> None:
    aws.ca = str(authority.stranger)
    with pytest.raises(SSLError):
        aws.identity(aws.key_id, aws.key)
