"""A declaration says which secrets there are; what it cannot say is refused, values first of all."""

import secrets
from pathlib import Path

import pytest

from strongroom.errors import ConfigError
from strongroom.generate.kinds import Kind
from strongroom.runtime.declaration import SECRETS_MAX, Declared, declared, load
from strongroom.runtime.environment import Environment

VALUE = secrets.token_urlsafe(32)


def test_a_declaration_is_read_in_its_order(tmp_path: Path) -> None:
    path = tmp_path / "strongroom.toml"
    path.write_text(
        "title = 'ours'\n[secrets.SESSION]\ntype = 'jwt'\ndescription = 'signs logins'\n"
        "[secrets.SENTRY_DSN]\nrequired = ['production', 'staging']\n"
        "[secrets.DATABASE_URL]\n[secrets.THING]\nrequired = false\n",
        "utf-8",
    )

    assert load(path) == (
        Declared("SESSION", Kind.JWT, True, "signs logins"),
        Declared("SENTRY_DSN", Kind.THIRD_PARTY, ("production", "staging")),
        Declared("DATABASE_URL", Kind.PASSWORD),
        Declared("THING", None, False),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "secrets = 1",
        "[secrets]\n",
        "[secrets]\nAPI_KEY = 'VALUE'\n",
        "[secrets.API_KEY]\nvalue = 'VALUE'\n",
        "[secrets.API_KEY]\ndefault = 'VALUE'\n",
        "[secrets.API_KEY]\nVALUE = 1\n",
        "[secrets.API_KEY]\ntype = 'VALUE'\n",
        "[secrets.API_KEY]\nrequired = 'yes'\n",
        "[secrets.API_KEY]\nrequired = ['VALUE x']\n",
        "[secrets.API_KEY]\ndescription = 1\n",
        "[secrets.'VALUE x']\n",
        "[secrets.A]\n[secrets.A]\n'VALUE",
        "VALUE",
        "".join(f"[secrets.A{n}]\n" for n in range(SECRETS_MAX + 1)),
    ],
)
def test_what_is_no_declaration_is_refused_and_no_value_repeated(tmp_path: Path, text: str) -> None:
    (tmp_path / "d.toml").write_text(text.replace("VALUE", VALUE), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "d.toml")

    assert caught.value.code == "declaration-invalid"
    assert VALUE not in f"{caught.value} {caught.value.fix}"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_one_that_is_not_there_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "strongroom.toml")

    assert caught.value.code == "declaration-missing"
    assert "[secrets.NAME]" in str(caught.value.fix)


@pytest.mark.parametrize(
    ("required", "environment", "expected"),
    [
        (True, "anything", True),
        (False, "production", False),
        (["production"], "prod", True),
        (["PRODUCTION"], "production", True),
        (["production"], "staging", False),
        (["development"], "local", True),
        (["qa"], "QA", True),
    ],
)
def test_it_may_be_required_in_some_environments(
    required: bool | list[str], environment: str, expected: bool
) -> None:
    one = declared("A", required=required)

    assert one.required_in(Environment(environment)) is expected
