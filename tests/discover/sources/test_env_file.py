"""Tests for strongroom.discover.sources.env_file."""

import secrets
from pathlib import PurePosixPath

import pytest

from strongroom.discover.interface import How, Mention, Scope, Trouble
from strongroom.discover.sources.env_file import read, reads
from strongroom.source.values import Value


@pytest.mark.parametrize(
    ("path", "expected"),
    [(".env", True), ("a/.env.local", True), ("staging.env", True), (".env.example", True),
     ("env.sample", True), ("environment.py", False), (".envrc", False)],
)  # fmt: skip
def test_which_files(path: str, expected: bool) -> None:
    assert expected is reads(PurePosixPath(path))


@pytest.mark.parametrize(
    ("path", "how", "scope", "environment"),
    [
        (".env", How.GIVEN, Scope.DEV, ""),
        (".env.production", How.GIVEN, Scope.RUNTIME, "production"),
        ("deploy/staging.env", How.GIVEN, Scope.RUNTIME, "staging"),
        (".env.test", How.GIVEN, Scope.TEST, "test"),
        (".env.example", How.EXAMPLE, Scope.RUNTIME, ""),
    ],
)
def test_what_the_name_of_the_file_says(
    path: str, how: How, scope: Scope, environment: str
) -> None:
    (one,) = read(path, "A_KEY=1\n")

    assert isinstance(one, Mention)
    assert (how, scope, environment) == (one.how, one.scope, one.environment)


def test_values_are_judged_and_dropped() -> None:
    value = secrets.token_urlsafe(24)
    found = list(
        read(".env", f"A_KEY='{value}'\nexport B=changeme # {value}\n{value}\nC=\"{value}\n")
    )
    mentions = [m for m in found if isinstance(m, Mention)]

    assert ["A_KEY", "B"] == [m.name for m in mentions]
    assert [3, 4] == [t.line for t in found if isinstance(t, Trouble)]
    assert [Value.GENERATED, Value.PLACEHOLDER] == [m.default and m.default.value for m in mentions]
    assert value[:6] not in repr(found)


def test_a_url_of_other_names_is_a_composite() -> None:
    found = {
        m.name: m
        for m in read(".env", "U=a\nX=$U\nURL=pg://${U}:$P@db\n")
        if isinstance(m, Mention)
    }

    assert (("U", "P"), ()) == (found["URL"].composes, found["X"].composes)


def test_a_template_names_in_comments_what_may_be_set() -> None:
    text = "A_KEY=\n# SENTRY_DSN=\n#B_KEY=x\n# see A_KEY=\n# A_KEY=\n"
    found = [(m.name, m.required) for m in read(".env.example", text) if isinstance(m, Mention)]

    assert [("A_KEY", None), ("SENTRY_DSN", False), ("B_KEY", False)] == found
    assert ["A_KEY"] == [m.name for m in read(".env", text) if isinstance(m, Mention)]
