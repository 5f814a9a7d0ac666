"""Tests for strongroom.model.sarif; whole logs are held against the schema where they are made."""

from strongroom.model.sarif import LEVEL, WEIGHT, log, unread, uri
from strongroom.model.severity import Severity


def test_every_severity_has_a_level_and_a_weight_that_falls() -> None:
    assert set(Severity) == set(LEVEL) == set(WEIGHT)
    assert sorted(WEIGHT.values(), reverse=True) == [WEIGHT[s] for s in Severity]


def test_a_path_is_a_relative_reference() -> None:
    assert "a%20b/c%3A%C3%A9.py" == uri("a b/c:é.py")


def test_one_run_with_what_was_given() -> None:
    (run,) = log("1.2", [{"id": "r"}], [{"ruleId": "r"}], [unread("c", "m")], {"a": 1})["runs"]

    assert [{"id": "r"}] == run["tool"]["driver"]["rules"]
    assert "m" == run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
