"""Tests for strongroom.source.env_source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.check.build import GENERATED

from strongroom.source.env_source import entries, is_env, is_envrc, is_example, is_private
from strongroom.source.seen import EnvEntry
from strongroom.source.values import Value


@pytest.mark.parametrize("name", [".env", ".env.local", ".env.production", "staging.env"])
def test_files_of_variables(name: str) -> None:
    assert is_env(name)
    assert not is_example(name)


@pytest.mark.parametrize("name", [".env.example", "env.sample", "example.env", ".env.template"])
def test_templates(name: str) -> None:
    assert is_example(name)
    assert not is_env(name)


@pytest.mark.parametrize("name", ["environment", ".envrc", "env.py", ".env.enc", ".env.md"])
def test_neither(name: str) -> None:
    assert not is_env(name)


def test_only_what_is_made_to_be_shared_is_not_private() -> None:
    assert is_private(".env")
    assert is_private(".env.production")
    assert not is_private(".env.test")
    assert not is_private("staging.env")


def test_the_grammar() -> None:
    text = (
        "# comment\n"
        "export SECRET_KEY=changeme # why\n"
        f"API_KEY='{GENERATED}'\n"
        'DB_PASSWORD="two\nlines 99"\n'
        "EMPTY_TOKEN=\n"
        "NAME_ONLY\n"
        "LOG_LEVEL=verbose\n"
        "not a line\n"
        "OPEN_SECRET='never closed\n"
        "API_KEY=${OTHER}\n"
    )

    assert (
        EnvEntry("SECRET_KEY", 2, Value.PLACEHOLDER),
        EnvEntry("DB_PASSWORD", 4, Value.TEXT),
        EnvEntry("EMPTY_TOKEN", 6, Value.EMPTY),
        EnvEntry("NAME_ONLY", 7, Value.EMPTY),
        EnvEntry("LOG_LEVEL", 8, Value.TEXT),
        EnvEntry("OPEN_SECRET", 10, Value.TEXT),
        EnvEntry("API_KEY", 11, Value.REFERENCE),
    ) == entries(text)


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    found = entries(text)

    assert sorted(found, key=lambda e: e.line) == list(found)


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("end", ["-----END KEY-----\nB=2\n", ""])
def test_lines_of_a_key_that_is_not_quoted_are_no_names(quote: str, end: str) -> None:
    text = f"A=1\nKEY={quote}-----BEGIN KEY-----\nmOsxbIxBsp5TFFHX43Am8AY=\n{end}"

    names = [entry.name for entry in entries(text)]
    assert names == (["A", "KEY", "B"] if end else ["A", "KEY"])


@pytest.mark.parametrize(
    ("name", "held"), [(".envrc", True), (".envrc.local", True), (".ENVRC", True),
                       (".envrc.example", False), (".env", False), ("envrc", False)],
)  # fmt: skip
def test_a_script_of_direnv(name: str, held: bool) -> None:
    assert is_envrc(name) is held
