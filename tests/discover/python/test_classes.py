"""Tests for strongroom.discover.python.classes."""

import pytest
from tests.discover.python.build import mentions

SETTINGS = "from pydantic_settings import BaseSettings\n"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("class S(BaseSettings):\n    api_key: str", "API_KEY"),
        ("class S(BaseSettings):\n    class Config:\n        env_prefix = 'APP_'\n    api_key: str", "APP_API_KEY"),
        ("class S(BaseSettings, env_prefix='APP_'):\n    api_key: str", "APP_API_KEY"),
        ("class S(BaseSettings):\n    model_config = {'env_prefix': 'APP_'}\n    api_key: str", "APP_API_KEY"),
        ("class S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='APP_')\n    k: str = Field(alias='OWN')", "OWN"),
        ("class S(BaseSettings):\n    k: str = Field(..., env='OWN')", "OWN"),
        ("class S(BaseSettings):\n    k: str = Field(validation_alias=AliasChoices('OWN', 'OLD'))", "OWN"),
        ("class S(BaseSettings):\n    k: Annotated[str, Field(alias='OWN')]", "OWN"),
        ("class S(BaseSettings):\n    k: str\n    class Config:\n        fields = {'k': {'env': 'OWN'}}", "OWN"),
        ("class A(BaseSettings):\n    a: str\nclass B(A):\n    b: str", "B"),
        ("class A(BaseSettings):\n    a: str\nclass B(A, env_prefix='B_'):\n    b: str", "B_A"),
        ("class S(BaseSettings):\n    model_config = SettingsConfigDict(case_sensitive=True)\n    apiKey: str", "apiKey"),
        ("class D(BaseModel):\n    password: str\nclass S(BaseSettings, env_nested_delimiter='__'):\n    db: D", "DB__PASSWORD"),
        ("class D(BaseModel):\n    password: SecretStr\nclass S(BaseSettings):\n    db: D | None = None", "DB"),
    ],
)  # fmt: skip
def test_a_field_has_its_name_outside(body: str, name: str) -> None:
    assert name in mentions(SETTINGS + body)


def test_models_that_are_no_settings_are_read_from_nothing() -> None:
    source = (
        SETTINGS + "class M(BaseModel):\n    password: str\nclass S(BaseSettings):\n    a: str\n"
    )

    assert ["A"] == list(mentions(source))


@pytest.mark.parametrize(
    ("written", "required"),
    [("str", True), ("str = 'x'", False), ("str = ...", True), ("str = Field(...)", True),
     ("str = Field(default='x')", False), ("list[str] = Field(default_factory=list)", False),
     ("str | None = None", False)],
)  # fmt: skip
def test_a_field_without_a_default_must_be_there(written: str, required: bool) -> None:
    assert (
        required is mentions(f"{SETTINGS}class S(BaseSettings):\n    k: {written}\n")["K"].required
    )


def test_bases_and_models_in_other_files() -> None:
    found = mentions(
        "from app.base import Common\nfrom app.models import Db\nclass S(Common):\n    db: Db\n",
        base="from pydantic_settings import BaseSettings\nclass Common(BaseSettings):\n"
        "    model_config = dict(env_prefix='X_', env_nested_delimiter='__')\n",
        models="from pydantic import BaseModel\nclass Db(BaseModel):\n    password: str\n",
    )

    assert "X_DB__PASSWORD" in found


def test_a_declaration_of_ours_declares_secrets() -> None:
    found = mentions(
        "from strongroom.runtime.fields import Declaration, field\n"
        "class S(Declaration):\n    SECRET: object = field(type='jwt')\n"
        "    OTHER: object = field(required=False)\n"
    )

    assert (True, True) == (found["SECRET"].secret, found["SECRET"].required)
    assert found["OTHER"].required is False


def test_bases_in_a_circle_end() -> None:
    assert {} == mentions(SETTINGS + "class A(B):\n    x: str\nclass B(A):\n    y: str\n")
