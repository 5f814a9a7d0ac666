"""Tests for strongroom.check.rule."""

from datetime import date

import pytest
from tests.check.build import subject


@pytest.mark.parametrize(
    ("path", "expected"),
    [("deploy/staging.env", "staging"), ("k8s/prod/values.yaml", "production"),
     ("dev/stage.yaml", "staging"), ("app/config.yaml", None), ("reproduction.yaml", None)],
)  # fmt: skip
def test_a_path_may_name_an_environment(path: str, expected: str | None) -> None:
    found = subject().environment_of(path)

    assert expected == (found.id if found else None)


def test_the_day_is_that_of_the_given_time() -> None:
    assert date(2026, 11, 24) == subject().today
