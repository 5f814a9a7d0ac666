"""All problems in one message, in an order that people can rely on."""

import strongroom
from strongroom.errors import ConfigError
from strongroom.runtime.problems import Level, MissingSecretError, Problem, failure, ordered


def test_errors_come_first_then_names() -> None:
    one = Problem("B", "missing", "is not set", "P-8.7")
    two = Problem("A", "weak", "has 12 bits", "P-2.12", Level.WARNING)
    three = Problem("A", "missing", "is empty", "P-8.7")

    assert ordered([two, one, three]) == (three, one, two)
    assert [str(p) for p in (one, two)] == [
        "B is not set (P-8.7)",
        "A has 12 bits (P-2.12, warning)",
    ]


def test_the_failure_says_all_of_them_and_ends_a_program_with_78() -> None:
    problems = (Problem("A", "missing", "is empty", "P-8.7"),)
    error = failure(problems, "set it")

    assert str(error) == "1 problem with secrets:\n  A is empty (P-8.7)"
    assert (error.code, error.exit, error.problems) == ("secrets-invalid", 78, problems)
    assert "2 problems" in str(failure(problems * 2, "x"))


def test_the_error_is_the_one_that_the_policys_examples_raise() -> None:
    """P-9.2."""
    assert issubclass(MissingSecretError, ValueError)
    assert issubclass(MissingSecretError, ConfigError)
    assert strongroom.MissingSecretError is MissingSecretError
