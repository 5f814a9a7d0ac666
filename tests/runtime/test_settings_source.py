"""The real pydantic-settings: what it says when it fails has no value in it."""

import secrets
from pathlib import Path
from typing import Any

import pydantic
import pydantic_settings
import pytest

from strongroom import Secret
from strongroom.runtime.settings_source import guarded

VALUE = secrets.token_urlsafe(32)


class Settings(pydantic_settings.BaseSettings):  # type: ignore[misc]  # the library is not typed here
    api_key: Secret
    other: Secret | None = None
    port: int = 1

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: Any, init_settings: Any, env_settings: Any, **_: Any
    ) -> tuple[Any, ...]:
        return guarded(settings_cls, init_settings, env_settings)


def test_fields_come_from_where_secrets_are(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "key").write_text(VALUE + "\n", "utf-8")
    monkeypatch.setenv("API_KEY_FILE", str(place / "key"))
    monkeypatch.setenv("PORT", "8080")
    settings = Settings()

    assert settings.api_key.reveal() == VALUE
    assert (settings.port, settings.other) == (8080, None)
    assert VALUE not in repr(settings) + settings.model_dump_json()


def test_an_error_about_another_field_shows_no_value(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_KEY", VALUE)
    monkeypatch.setenv("PORT", "none")
    with pytest.raises(pydantic.ValidationError) as caught:
        Settings()
    error = caught.value

    assert VALUE not in str(error) + repr(error.errors())
    try:
        shown = error.json()
    except ValueError as refused:
        shown = repr(refused)
    assert VALUE not in shown


def test_one_that_is_missing_is_named(place: Path) -> None:
    with pytest.raises(pydantic.ValidationError, match="api_key"):
        Settings()
