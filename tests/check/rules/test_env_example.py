"""Tests for strongroom.check.rules.env_example."""

import pytest
from tests.check.build import subject

from strongroom.check.facts import CodeUse, EnvExample, EnvFile, Ignored, Use
from strongroom.check.rules.env_example import complete, present, value_free
from strongroom.source.seen import EnvEntry
from strongroom.source.values import Value

READ = CodeUse(Use.READ, "API_KEY", "a.py", 1)
PLAIN = CodeUse(Use.READ, "LOG_LEVEL", "a.py", 2)
IN_TEST = CodeUse(Use.READ, "TEST_API_KEY", "tests/a.py", 1, development=True)
ENV = EnvFile(".env", 0o600, False, Ignored.YES, False, (EnvEntry("LOG_LEVEL", 1, Value.TEXT),))


def example(*entries: EnvEntry, path: str = ".env.example") -> EnvExample:
    return EnvExample(path, entries)


def test_a_template_is_missing_only_where_one_is_needed() -> None:
    assert 0 == present(subject(uses=(PLAIN, IN_TEST))).examined
    assert 1 == len(present(subject(uses=(READ,))).findings)
    assert 1 == len(present(subject(env_files=(ENV,))).findings)
    assert () == present(subject(uses=(READ,), examples=(example(),))).findings


def test_a_template_names_what_code_reads_and_files_set() -> None:
    judged = complete(subject(uses=(READ, IN_TEST), env_files=(ENV,), examples=(example(),)))
    (found,) = judged.findings

    assert "lacks API_KEY, LOG_LEVEL" == found.message
    assert found.remedy == "printf '%s=\\n' API_KEY LOG_LEVEL >> .env.example"


def test_a_complete_template_is_no_finding() -> None:
    whole = example(EnvEntry("API_KEY", 1, Value.EMPTY))

    assert () == complete(subject(uses=(READ,), examples=(whole,))).findings
    assert 0 == complete(subject(uses=(READ,))).examined


def test_all_templates_count_and_the_topmost_is_named() -> None:
    deep = example(EnvEntry("OTHER", 1, Value.EMPTY), path="a/.env.example")
    (found,) = complete(subject(uses=(READ,), examples=(deep, example()))).findings

    assert ".env.example" == found.place.path


@pytest.mark.parametrize(
    ("value", "count"),
    [(Value.EMPTY, 0), (Value.PLACEHOLDER, 0), (Value.REFERENCE, 0), (Value.LITERAL, 1), (Value.GENERATED, 1)],
)  # fmt: skip
def test_a_template_holds_no_value_that_could_be_real(value: Value, count: int) -> None:
    judged = value_free(subject(examples=(example(EnvEntry("API_KEY", 7, value)),)))

    assert (1, count) == (judged.examined, len(judged.findings))
    assert all(7 == f.place.line for f in judged.findings)


def test_settings_may_have_values() -> None:
    entries = (EnvEntry("LOG_LEVEL", 1, Value.LITERAL),)

    assert () == value_free(subject(examples=(example(*entries),))).findings
