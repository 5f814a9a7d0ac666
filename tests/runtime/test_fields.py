"""A class of secrets: typed, complete, unchanging, and silent."""

import secrets
from pathlib import Path
from typing import Optional

import pytest

from strongroom import Secret, SecretsError
from strongroom.generate.kinds import Kind
from strongroom.runtime.declaration import Declared
from strongroom.runtime.fields import Declaration, field

VALUES = {"SECRET_KEY": secrets.token_hex(32), "SMS_TOKEN": secrets.token_hex(32)}


class AppSecrets(Declaration):
    SECRET_KEY: Secret = field(type="jwt", description="signs logins")
    SMS_TOKEN: Secret
    SENTRY_DSN: Secret | None = field(required=["production"])
    OTHER_TOKEN: Optional[Secret]  # noqa: UP045 - what others write
    _not_one: int


def test_a_class_declares_its_fields() -> None:
    assert AppSecrets.declared() == (
        Declared("SECRET_KEY", Kind.JWT, True, "signs logins"),
        Declared("SMS_TOKEN", Kind.THIRD_PARTY),
        Declared("SENTRY_DSN", Kind.THIRD_PARTY, ("production",)),
        Declared("OTHER_TOKEN", Kind.API_KEY, False),
    )


def test_values_are_secrets_and_the_whole_shows_names_only(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in VALUES.items():
        monkeypatch.setenv(name, value)
    found = AppSecrets.load(environment="staging")

    assert found.SECRET_KEY.reveal() == VALUES["SECRET_KEY"]
    assert found.SENTRY_DSN is None
    assert found.warnings == ()
    assert repr(found) == "AppSecrets(Secret(SECRET_KEY), Secret(SMS_TOKEN), None, None)"
    with pytest.raises(AttributeError, match="does not change"):
        found.SMS_TOKEN = found.SECRET_KEY


def test_all_problems_come_at_once(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "changeme")
    with pytest.raises(SecretsError) as caught:
        AppSecrets.load()

    assert [(p.name, p.code) for p in caught.value.problems] == [
        ("SECRET_KEY", "placeholder"),
        ("SENTRY_DSN", "missing"),
        ("SMS_TOKEN", "missing"),
    ]


def test_in_development_a_dotenv_fills_it(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / ".env").write_text("SECRET_KEY=a-dev-key\nSMS_TOKEN='b c'\n", "utf-8")
    found = AppSecrets.load(environment="dev")

    assert (found.SECRET_KEY.reveal(), found.SMS_TOKEN.reveal()) == ("a-dev-key", "b c")


def test_an_instance_comes_from_load_only() -> None:
    with pytest.raises(TypeError, match=r"AppSecrets\.load\(\)"):
        AppSecrets()


def test_a_field_of_another_type_is_a_mistake_of_the_program() -> None:
    class Wrong(Declaration):
        KEY: str

    class Open(Declaration):
        KEY: Secret = field(required=False)

    with pytest.raises(TypeError, match="must be a Secret"):
        Wrong.declared()
    with pytest.raises(TypeError, match=r"make it a Secret \| None"):
        Open.declared()
