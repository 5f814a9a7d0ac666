from pathlib import Path

import pytest

from strongroom.errors import ConfigError
from strongroom.runtime import application
from strongroom.runtime.application import Application

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
