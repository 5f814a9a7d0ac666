"""Tests for strongroom.discover.where."""

import pytest

from strongroom.discover.interface import Scope
from strongroom.discover.where import scope_of


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("app/config.py", Scope.RUNTIME),
        ("src/app/tokens.py", Scope.RUNTIME),
        ("tests/conftest.py", Scope.TEST),
        ("app/test_config.py", Scope.TEST),
        ("app/fixtures/x.py", Scope.TEST),
        ("setup.py", Scope.BUILD),
        (".github/scripts/release.py", Scope.CI),
        ("docs/conf.py", Scope.DEV),
        ("examples/run.py", Scope.DEV),
    ],
)
def test_a_path_says_when_its_names_are_needed(path: str, scope: Scope) -> None:
    assert scope is scope_of(path)
