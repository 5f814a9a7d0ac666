"""Tests for strongroom.ops.discover, on the example."""

import os
from pathlib import Path

from tests.conftest import POLICY

from strongroom.discover.sorts import Sort
from strongroom.ops import policy as ops_policy
from strongroom.ops.discover import DiscoverRequest, discover

EXAMPLE = Path(__file__).parents[2] / "examples/customer-intelligence-api-before"
# Every secret of the policy's catalogue that an application can read has one of these names.
CATALOGUE = {
    "SECRET_KEY",
    "API_KEY",
    "REDIS_PASSWORD",
    "SENTRY_DSN",
    "EMAIL_API_KEY",
    "SMS_API_KEY",
}


def test_the_example_expects_what_its_policy_names() -> None:
    report = discover(DiscoverRequest(EXAMPLE, ops_policy.load(POLICY), os.environ))
    secrets = {i.name: i for i in report.of(Sort.SECRET)}

    assert CATALOGUE <= set(secrets)
    assert all(secrets[name].type and secrets[name].owner for name in CATALOGUE)
    assert report.files > 5


def test_two_looks_say_the_same() -> None:
    request = DiscoverRequest(EXAMPLE, None, os.environ)

    assert discover(request) == discover(request)
