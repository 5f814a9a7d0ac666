"""Flask with its real application, test client and command."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask, session
from tests.runtime.web.conftest import World
from tests.runtime.web.test_service import Client

from strongroom.runtime.problems import SecretsError
from strongroom.runtime.secret import Secret
from strongroom.runtime.web.flask import Strongroom, secret
from strongroom.runtime.web.service import Service

SOURCE = """
from flask import Flask
from strongroom.runtime.web.flask import Strongroom
from strongroom.runtime.web.service import Service
app = Flask(__name__)
Strongroom(app, Service(["SECRET_KEY"]), config=["SECRET_KEY"])
"""


def application(world: World, service: Service | None = None) -> Flask:
    app = Flask("ours")
    Strongroom(app, service or world.service, config=["SECRET_KEY"])

    @app.get("/raise")  # type: ignore[untyped-decorator]
    def fail() -> str:
        raise RuntimeError(world.value)

    @app.get("/config")  # type: ignore[untyped-decorator]
    def config() -> str:
        return f"{app.config!r} {secret('SECRET_KEY')} {world.value}"

    @app.get("/in")  # type: ignore[untyped-decorator]
    def enter() -> str:
        session["who"] = "ada"
        return ""

    @app.get("/who")  # type: ignore[untyped-decorator]
    def who() -> str:
        return str(session.get("who"))

    return app


def test_no_response_and_no_log_shows_a_value(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """P-8.9, P-8.14."""
    client = application(world).test_client()
    pages = [client.get("/raise").data, client.get("/config").data]

    assert not world.shows(*pages, caplog.text)
    assert b"Secret(SECRET_KEY)" in pages[1]


def test_what_the_debugger_of_a_server_gets_shows_no_value(world: World) -> None:
    app = application(world)
    app.testing = True

    with pytest.raises(RuntimeError, match=r"^\[SECRET_KEY\]$"):
        app.test_client().get("/raise")


def test_the_configuration_has_the_value_and_does_not_show_it(world: World) -> None:
    app = application(world)
    app.config["DSN"] = f"postgresql://a:{world.value}@db/x"

    assert app.secret_key == world.value
    assert not world.shows(repr(app.config))
    assert app.config.get_namespace("SECRET_") == {"key": world.value, "key_fallbacks": []}


def test_sessions_outlive_a_rotation_by_its_grace(world: World) -> None:
    client = Client(SECRET_KEY=world.value)
    app = application(world, Service(["SECRET_KEY"], client))
    browser = app.test_client()
    browser.get("/in")

    fresh = Secret(secrets.token_hex(32), name="SECRET_KEY", version=2)
    client.held["SECRET_KEY"].insert(0, fresh)
    client.followed["SECRET_KEY"](fresh)
    assert app.secret_key == fresh.reveal()
    assert browser.get("/who").text == "ada"

    client.held["SECRET_KEY"].pop()
    client.followed["SECRET_KEY"](fresh)
    assert browser.get("/who").text == "None"


def test_it_is_not_made_without_its_secrets(place: Path) -> None:
    """P-8.7."""
    with pytest.raises(SecretsError, match="A_KEY is not set"):
        Strongroom(Flask("ours"), Service(["A_KEY"]))


def flask(place: Path, **environ: str) -> "subprocess.CompletedProcess[str]":
    (place / "ours.py").write_text(SOURCE)
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "ours", "strongroom", "check"],
        cwd=place,
        env={"PATH": os.environ["PATH"], **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_command_names_what_there_is(world: World, place: Path) -> None:
    done = flask(place, SECRET_KEY=world.value)

    assert done.stdout.split() == ["SECRET_KEY", "Secret(SECRET_KEY)"]
    assert done.returncode == 0


def test_the_command_says_all_that_is_wrong_once_and_ends_with_78(place: Path) -> None:
    done = flask(place)

    assert done.returncode == 78
    assert done.stderr.startswith("1 problem with secrets:\n  SECRET_KEY is not set (P-8.7)")
    assert "Traceback" not in done.stderr
