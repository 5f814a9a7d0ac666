"""Tests for strongroom.check.rules.wording."""

from strongroom.check.facts import EnvFile, Ignored
from strongroom.check.rules.wording import holds_secret, listed, plural, variable
from strongroom.source.seen import EnvEntry
from strongroom.source.values import Value


def test_plurals() -> None:
    assert ["1 day", "2 days", "0 days"] == [plural(n, "day") for n in (1, 2, 0)]
    assert ["1 entry", "2 entries"] == [plural(n, "entry") for n in (1, 2)]


def test_a_long_list_is_cut_with_its_count() -> None:
    assert "A, B" == listed(["A", "B"])
    assert "A, B and 2 more" == listed(["A", "B", "C", "D"], most=2)
    assert "'a\\nb'" == listed(["a\nb"])


def test_the_variable_of_a_name() -> None:
    assert ["API_KEY", "DB_PASSWORD", "SECRET"] == [*map(variable, ("api-key", "db.password", "!"))]


def test_what_a_file_holds() -> None:
    def file(name: str, value: Value) -> EnvFile:
        return EnvFile(
            ".env", 0o600, tracked=False, ignored=Ignored.YES, in_history=False,
            entries=(EnvEntry(name, 1, value),),
        )  # fmt: skip

    assert holds_secret(file("API_KEY", Value.LITERAL))
    assert not holds_secret(file("API_KEY", Value.PLACEHOLDER))
    assert not holds_secret(file("LOG_LEVEL", Value.LITERAL))
