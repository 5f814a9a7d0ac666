"""Where the values for a command come from."""

from pathlib import Path

import pytest

from strongroom.errors import ConfigError
from strongroom.runtime.environment import Environment
from strongroom.runtime.origin.interface import Delivery
from strongroom.runtime.run import values
from strongroom.runtime.run.options import Options
from strongroom.runtime.run.plan import Value

DEVELOPMENT = Environment("development")


def test_options_win_over_the_environment(tmp_path: Path) -> None:
    options = Options(("x",), origin="room:here", folder="api")
    app = values.named(options, {"STRONGROOM_ORIGIN": "room", "STRONGROOM_FOLDER": "b"}, tmp_path)

    assert (app.origin, app.folder) == ("room:here", "api")


def test_without_an_origin_and_without_a_room_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STRONGROOM_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.delenv("STRONGROOM_ROOM", raising=False)
    app = values.named(Options(("x",)), {}, tmp_path)

    assert values.given(Options(("x",)), app, DEVELOPMENT, {}) == values.Given(None, {})


def test_an_origin_that_nobody_has_is_refused(tmp_path: Path) -> None:
    options = Options(("x",), origin="moon:")
    with pytest.raises(ConfigError) as caught:
        values.given(options, values.named(options, {}, tmp_path), DEVELOPMENT, {})

    assert caught.value.code == "origin-unknown"


def test_an_origin_wins_over_a_dotenv_which_counts_in_development_only(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=from-file\nB=from-file\nEMPTY=\n")
    given = {
        "A": Delivery("A", "from-origin", 2, "x/A"),
        "H": Delivery("H", "db", 2, "x/A#h", secret=False),
    }

    assert set(values.gather(given, DEVELOPMENT, tmp_path)) == {
        Value("A", "from-origin", 2),
        Value("B", "from-file"),
        Value("H", "db", 2, secret=False),
    }
    assert {v.name for v in values.gather(given, Environment("production"), tmp_path)} == {"A", "H"}
