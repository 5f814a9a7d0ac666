"""Where nobody says which environment it is, nothing is excused."""

import pytest

from strongroom.runtime.environment import Environment, current


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"STRONGROOM_ENVIRONMENT": "staging", "ENVIRONMENT": "dev"}, "staging"),
        ({"ENVIRONMENT": "dev", "APP_ENV": "prod"}, "dev"),
        ({"APP_ENV": "prod"}, "prod"),
        ({"STRONGROOM_ENVIRONMENT": " "}, "production"),
        ({}, "production"),
    ],
)
def test_the_first_variable_that_is_set_counts(environ: dict[str, str], name: str) -> None:
    assert current(environ).name == name


def test_what_was_assumed_is_said() -> None:
    assert current({}) == Environment("production", said=False)
    assert "STRONGROOM_ENVIRONMENT is not set" in current({}).why
    assert current({"APP_ENV": "production"}).why == ""


@pytest.mark.parametrize("name", ["dev", "Development", "LOCAL", "test"])
def test_development_is_known_by_its_usual_names(name: str) -> None:
    assert Environment(name).development
    assert not Environment(name).production


@pytest.mark.parametrize("name", ["production", "prod", "staging", "qa", "dev-prod", ""])
def test_anything_else_is_strict(name: str) -> None:
    assert not Environment(name).development
    assert Environment(name).production is (name in {"production", "prod"})
