"""What settings are made of."""

import secrets
from pathlib import Path

import pytest
from tests.runtime.web.conftest import World
from tests.runtime.web.test_service import Client

from strongroom.runtime.web.django import secret


def test_a_setting_is_the_text_and_shows_the_name(world: World) -> None:
    setting = secret("SECRET_KEY")

    assert setting == world.value
    assert repr(setting) == "Secret(SECRET_KEY)"


def test_missing_is_empty(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)

    assert secret("SECRET_KEY") == ""


def test_it_comes_from_a_client_where_there_is_one() -> None:
    value = secrets.token_hex(32)

    assert secret("API_KEY", Client(API_KEY=value)) == value
