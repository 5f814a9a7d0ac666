from pathlib import Path

import pytest

from strongroom.errors import ConfigError
from strongroom.runtime import application
from strongroom.runtime.application import Application
from strongroom.runtime.cache import MAX_STALE_S
from strongroom.runtime.environment import Environment

WHOLE = '[application]\nname = "customer-api"\norigin = "room"\n'


def test_nothing_said_is_an_application_without_an_origin(tmp_path: Path) -> None:
    assert application.load({}, tmp_path) == Application()


def test_the_folder_is_the_name_where_nothing_else_is_said(tmp_path: Path) -> None:
    (tmp_path / "strongroom.toml").write_text(WHOLE)
    assert application.load({}, tmp_path) == Application("customer-api", "customer-api", "room")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "strongroom.toml").write_text(WHOLE)
    environ = {"STRONGROOM_ORIGIN": "room:elsewhere", "STRONGROOM_FOLDER": "shared/api"}
    assert application.load(environ, tmp_path) == Application(
        "customer-api", "shared/api", "room:elsewhere"
    )


@pytest.mark.parametrize(
    "text",
    [
        "[application]\nname = 3\n",
        "[application]\nname = '../up'\n",
        "[application]\nfolder = '/etc'\n",
        "[application]\npassword = 'hunter2hunter2'\n",
        "application = 'hunter2hunter2'\n",
        "[application\nname = 'hunter2hunter2'\n",
    ],
)
def test_what_cannot_be_used_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    (tmp_path / "strongroom.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        application.load({}, tmp_path)
    assert caught.value.code == "application-invalid"
    assert "hunter2" not in f"{caught.value} {caught.value.__context__}"


@pytest.mark.parametrize(
    ("name", "seconds"),
    [("production", 60.0), ("prod", 60.0), ("Production", 60.0), ("staging", 0.0),
     ("dev", 7.5), ("test", 9.0), ("eu-west", MAX_STALE_S)],
)  # fmt: skip
def test_how_old_a_value_may_be_is_said_by_environment(
    tmp_path: Path, name: str, seconds: float
) -> None:
    (tmp_path / "strongroom.toml").write_text(
        "[max_stale]\nproduction = 60\nstaging = 0\ntest = 9\ndevelopment = 7.5\n"
    )
    assert application.load({}, tmp_path).max_stale_s(Environment(name)) == seconds


@pytest.mark.parametrize(
    "said", ["production = -1", "production = 'hunter2'", "production = true", "a = nan", "a = inf"]
)
def test_an_age_that_is_none_is_refused(tmp_path: Path, said: str) -> None:
    (tmp_path / "strongroom.toml").write_text(f"[max_stale]\n{said}\n")
    with pytest.raises(ConfigError) as caught:
        application.load({}, tmp_path)
    assert caught.value.code == "application-invalid"
    assert "hunter2" not in str(caught.value)
