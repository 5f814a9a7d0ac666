"""Tests for strongroom.check.rules.config_files."""

from typing import Any

import pytest
from tests.check.build import subject

from strongroom.check.facts import CodeUse, EnvFile, Ignored, Note, Use
from strongroom.check.rules import config_files as rules
from strongroom.model.severity import Severity
from strongroom.source.seen import ConfigEntry, EnvEntry
from strongroom.source.values import Value


def entry(value: Value = Value.LITERAL, path: str = "a.yaml", **more: Any) -> ConfigEntry:
    return ConfigEntry("password", path, 3, value, **more)


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        (entry(), Severity.MEDIUM),
        (entry(Value.GENERATED), Severity.CRITICAL),
        (entry(Value.GENERATED, development=True), Severity.LOW),
        (entry(development=True), None),
        (entry(Value.PLACEHOLDER), None),
        (entry(Value.REFERENCE), None),
    ],
)
def test_a_literal_in_configuration(given: ConfigEntry, severity: Severity | None) -> None:
    judged = rules.literal(subject(entries=(given,), config_files=1))

    assert [severity] if severity else [] == [f.severity for f in judged.findings]


def test_a_table_of_keys_is_one_finding() -> None:
    many = tuple(ConfigEntry("key", "a.json", n, Value.GENERATED) for n in range(1, 9))
    (found,) = rules.literal(subject(entries=many)).findings

    assert 1 == found.place.line


def test_comments_and_documents_are_told_apart() -> None:
    notes = (
        Note("password", "a.py", 1, document=False),
        Note("password", "b.md", 2, document=True),
    )
    judged = rules.comments(subject(notes=notes, python_files=1, documents=1))

    assert ["a comment gives a password away", "a document gives a password away"] == [
        f.message for f in judged.findings
    ]
    assert 2 == judged.examined


def test_a_placeholder_in_code_counts_outside_of_tests() -> None:
    uses = (
        CodeUse(Use.LITERAL, "api_key", "a.py", 1, Value.PLACEHOLDER),
        CodeUse(Use.LITERAL, "api_key", "tests/a.py", 1, Value.PLACEHOLDER, development=True),
        CodeUse(Use.LITERAL, "api_key", "b.py", 1, Value.LITERAL),
    )

    assert ["a.py"] == [f.place.path for f in rules.placeholder_code(subject(uses=uses)).findings]


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("deploy/staging.env", rules.placeholder_medium),
        ("deploy/prod.env", rules.placeholder_strong),
    ],
)
def test_a_placeholder_counts_for_the_environment_that_its_file_names(path: str, rule: Any) -> None:
    held = (EnvEntry("API_KEY", 4, Value.PLACEHOLDER), EnvEntry("LOG_LEVEL", 5, Value.PLACEHOLDER))
    file = EnvFile(path, 0o600, tracked=False, ignored=Ignored.YES, in_history=False, entries=held)
    every = (rules.placeholder_medium, rules.placeholder_strong, rules.placeholder_config)
    found = {r: [f.place.line for f in r(subject(env_files=(file,))).findings] for r in every}

    assert {r: [4] if r is rule else [] for r in every} == found


def test_a_developers_own_file_may_have_placeholders() -> None:
    held = (EnvEntry("API_KEY", 4, Value.PLACEHOLDER),)
    file = EnvFile(
        ".env", 0o600, tracked=False, ignored=Ignored.YES, in_history=False, entries=held
    )

    assert 0 == rules.placeholder_config(subject(env_files=(file,))).examined


def test_configuration_for_every_environment_has_no_placeholder() -> None:
    (found,) = rules.placeholder_config(subject(entries=(entry(Value.PLACEHOLDER),))).findings

    assert "a file for every environment" in found.message
    assert Severity.MEDIUM is found.severity


def test_a_secret_in_documentation_is_mostly_made_up() -> None:
    notes = tuple(Note("password", p, 1, document=True) for p in ("README.md", "docs/x.md"))

    assert [Severity.HIGH, Severity.LOW] == [
        f.severity for f in rules.comments(subject(notes=notes)).findings
    ]
