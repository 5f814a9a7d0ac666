"""Which variables a command gets."""

import secrets

import pytest

from strongroom.errors import ConfigError, NotFoundError
from strongroom.runtime.run.options import Options, parse
from strongroom.runtime.run.plan import Plan, Value, environment, plan, wanted

ONE = Value("API_KEY", "fake-" + secrets.token_hex(8), 3)
TWO = Value("db-password", "fake-" + secrets.token_hex(8), 1)


def options(line: str = "") -> Options:
    found = parse([*line.split(), "x"])
    assert found is not None
    return found


def names(line: str, **environ: str) -> list[str]:
    return list(plan(options(line), [ONE, TWO], environ).values)


def test_without_options_every_secret_is_injected_under_its_own_name() -> None:
    assert names("") == ["API_KEY", "db-password"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("--only API_KEY", ["API_KEY"]),
        ("--only API_*", ["API_KEY"]),
        ("--except API_KEY", ["db-password"]),
        ("--only * --except *", []),
        ("--upper", ["API_KEY", "DB_PASSWORD"]),
        ("--prefix APP_ --upper", ["APP_API_KEY", "APP_DB_PASSWORD"]),
        ("--rename API_KEY=TOKEN --prefix APP_", ["TOKEN", "APP_db-password"]),
    ],
)
def test_names_are_chosen_and_changed(line: str, expected: list[str]) -> None:
    assert names(line) == expected


def test_only_what_is_named_is_asked_for() -> None:
    assert wanted(options("--only A,B")) == ("A", "B")
    assert wanted(options("--only A,B*")) is None
    assert wanted(options("--except A")) is None


@pytest.mark.parametrize("line", ["--only NONE", "--only NO*", "--rename NONE=A"])
def test_a_name_that_is_nowhere_starts_nothing(line: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        names(line)

    assert caught.value.code == "run-name-missing"


def test_two_secrets_never_become_one_variable() -> None:
    with pytest.raises(ConfigError) as caught:
        names("--rename db-password=API_KEY")

    assert caught.value.code == "run-name-collision"


@pytest.mark.parametrize("line", ["--rename API_KEY=LD_PRELOAD", "--prefix LD_", "--prefix PYTHON"])
def test_no_name_that_changes_how_programs_run_is_injected(line: str) -> None:
    with pytest.raises(ConfigError) as caught:
        names(line)

    assert caught.value.code == "run-name-refused"


def test_a_refused_name_may_come_from_the_origin_and_be_left_out() -> None:
    bad = Value("LD_PRELOAD", "/tmp/x.so", 1)
    with pytest.raises(ConfigError):
        plan(options(), [ONE, bad], {})

    assert list(plan(options("--except LD_*"), [ONE, bad], {}).values) == ["API_KEY"]


@pytest.mark.parametrize("text", ["a\0b", "x" * (128 * 1024), "\udcff"])
def test_what_no_variable_can_hold_is_said_without_it(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        plan(options(), [ONE, Value("BAD", text, 1)], {})

    assert caught.value.code == "run-value-unfit"
    assert text not in f"{caught.value!r}{caught.value.__context__!r}"
    assert "API_KEY" not in caught.value.message


def test_what_the_environment_has_wins_and_a_difference_is_said() -> None:
    found = plan(options(), [ONE, TWO], {"API_KEY": "mine", "db-password": TWO.text})

    assert found.values == {}
    assert found.versions == {}
    assert len(found.notes) == 1
    assert "API_KEY" in found.notes[0]
    assert "db-password" not in found.notes[0]
    assert "mine" not in found.notes[0]


def test_override_lets_the_secret_win() -> None:
    found = plan(options("--override"), [ONE], {"API_KEY": "mine"})

    assert found == Plan({"API_KEY": ONE})
    assert environment(options(), found, {"API_KEY": "mine"}, None)["API_KEY"] == ONE.text


def test_an_empty_variable_is_a_missing_one() -> None:
    assert names("", API_KEY="") == ["API_KEY", "db-password"]


def test_versions_are_by_the_secrets_own_names() -> None:
    renamed = plan(options("--rename API_KEY=TOKEN"), [ONE, Value("FROM_ENV_FILE", "x")], {})

    assert renamed.versions == {"API_KEY": 3}


def test_a_pristine_command_gets_its_secrets_and_what_it_needs_to_run() -> None:
    given = {"PATH": "/bin", "LC_ALL": "C", "TERM": "vt100", "STRONGROOM_TOKEN": "t", "FOO": "1"}
    made = environment(options("--pristine --env dev"), Plan({"API_KEY": ONE}), given, None)

    assert made == {
        "PATH": "/bin",
        "LC_ALL": "C",
        "TERM": "vt100",
        "STRONGROOM_ENVIRONMENT": "dev",
        "API_KEY": ONE.text,
    }


def test_files_leave_no_value_in_the_environment() -> None:
    given = {"PATH": "/bin", "API_KEY": "an old one"}
    for line in ("--inject files --override", "--inject file-vars --override"):
        made = environment(options(line), Plan({"API_KEY": ONE}), given, "/m")
        assert ONE.text not in made.values()
        assert "API_KEY" not in made

    assert made == {"PATH": "/bin", "API_KEY_FILE": "/m/API_KEY"}
    folder = environment(options("--inject files"), Plan({"API_KEY": ONE}), {}, "/m")
    assert folder == {"CREDENTIALS_DIRECTORY": "/m"}


def test_a_plan_does_not_show_its_values() -> None:
    assert ONE.text not in repr(plan(options(), [ONE], {}))
