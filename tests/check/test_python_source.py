"""Tests for strongroom.check.python_source."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.check.build import GENERATED

from strongroom.check.facts import Use
from strongroom.check.python_source import matters, uses
from strongroom.errors import InvalidError
from strongroom.source import python_text
from strongroom.source.values import Value

LITERALS = {
    "a module's name": ("REPORTING_DB_PASSWORD = 'hunting99'", "REPORTING_DB_PASSWORD"),
    "an annotated field": ("class S:\n    secret_key: str = 'hunting99'", "secret_key"),
    "an attribute": ("self.api_key = 'hunting99'", "api_key"),
    "a key": ("cfg['password'] = 'hunting99'", "password"),
    "the environment itself": ("import os\nos.environ['API_KEY'] = 'hunting99'", "API_KEY"),
    "an argument": ("connect(password='hunting99')", "password"),
    "a dictionary": ("x = {'api_key': 'hunting99'}", "api_key"),
    "a parameter": ("def f(a, password='hunting99'): pass", "password"),
    "a keyword-only parameter": ("def f(*, b, password='hunting99'): pass", "password"),
    "two literals added": ("api_key = 'hunt' + 'ing99'", "api_key"),
    "bytes": ("api_key = b'hunting99'", "api_key"),
    "encoded": ("api_key = 'hunting99'.encode()", "api_key"),
    "a wrapper type": ("api_key = SecretStr('hunting99')", "api_key"),
    "a field's default": ("class S:\n    api_key: str = Field(default='hunting99')", "api_key"),
    "a field's first argument": ("class S:\n    api_key: str = Field('hunting99')", "api_key"),
    "a walrus": ("if (password := 'hunting99'): pass", "password"),
    "a URL": ("engine = make('postgresql://a:hunting99@h/d')", "the password in a URL"),
    "a URL under its name": ("DATABASE_URL = 'postgresql://a:hunting99@h/d'", "DATABASE_URL"),
    "a private key": ("x = '''-----BEGIN PRIVATE KEY-----\nAA'''", "a private key"),
}
NO_LITERALS = {
    "a false friend": "TOKEN_EXPIRE_MINUTES = '30'\nAPI_KEY_HEADER = 'X-API-Key'",
    "a name": "PASSWORD = 'password'\nACCESS_TOKEN = 'access_token'",
    "a dictionary of words": "x = {'passwd': 'password', 'api-key': 'P-2'}",
    "a public key": "PUBLIC_KEY = '''-----BEGIN PUBLIC KEY-----'''",
    "prose": "password_help = 1\npassword = 'Enter your password'",
    "a URL without a password": "DATABASE_URL = 'postgresql://localhost/dev'",
    "nothing": "password = ''\npassword = None",
    "a template": "password = f'{x}'\npassword = '${DB_PASSWORD}'",
    "an ambiguous name": "token = 'refresh'",
    "a call": "password = input('Password: ')",
    "an unfolded sum": "api_key = 'hunting99' + x",
}
DEFAULTS = {
    "getenv": "import os\nX = os.getenv('API_KEY', 'dev-key')",
    "getenv, by keyword": "import os\nX = os.getenv('API_KEY', default='dev-key')",
    "getenv, imported": "from os import getenv as g\nX = g('API_KEY', 'dev-key')",
    "getenv, of an alias": "import os as o\nX = o.getenv('API_KEY', 'dev-key')",
    "environ.get": "import os\nX = os.environ.get('API_KEY', 'dev-key')",
    "environ, imported": "from os import environ\nX = environ.get('API_KEY', 'dev-key')",
    "setdefault": "import os\nos.environ.setdefault('API_KEY', 'dev-key')",
    "or": "import os\nX = os.getenv('API_KEY') or 'dev-key'",
    "get_secret": "X = get_secret('API_KEY', default='dev-key')",
    "get_secret, by keyword": "X = get_secret(key='API_KEY', default='dev-key')",
    "a named constant": "import os\nN = 'API_KEY'\nX = os.getenv(N, 'dev-key')",
    "a named default": "import os\nD = 'dev-key'\nX = os.getenv('API_KEY', D)",
    "decouple": "X = config('API_KEY', default='dev-key')",
    "a wrapper of the file": (
        "import os\ndef need(name, d=None):\n    return os.environ[name] or d\n"
        "X = need('API_KEY', 'dev-key')"
    ),
    "a wrapper method": (
        "import os\nclass C:\n    def need(self, name, d=None):\n"
        "        return os.getenv(name, d)\nX = C().need('API_KEY', 'dev-key')"
    ),
}
NO_DEFAULTS = {
    "no default": "import os\nX = os.getenv('API_KEY')",
    "an empty default": "import os\nX = os.getenv('API_KEY', '')",
    "a default from elsewhere": "import os\nX = os.getenv('API_KEY', fallback())",
    "no secret": "import os\nX = os.getenv('LOG_LEVEL', 'INFO')",
    "a URL without a password": "import os\nX = os.getenv('DATABASE_URL', 'sqlite://x')",
    "required": "X = get_secret('API_KEY', required=True)",
    "another config": "X = config('some.thing.secret', default='dev-key')",
}


def found(source: str, use: Use) -> list[tuple[str, Value]]:
    assert matters(source.encode()), "the prefilter dropped it"
    return [(u.name, u.value) for u in uses(source.encode(), "a.py") if u.use is use]


@pytest.mark.parametrize("case", LITERALS)
def test_a_literal_is_found(case: str) -> None:
    source, name = LITERALS[case]

    assert [name] == [n for n, _ in found(source, Use.LITERAL)]


@pytest.mark.parametrize("case", NO_LITERALS)
def test_what_resembles_a_literal_is_not(case: str) -> None:
    assert [] == [u for u in uses(NO_LITERALS[case].encode(), "a.py") if u.use is Use.LITERAL]


@pytest.mark.parametrize("case", DEFAULTS)
def test_a_default_is_found(case: str) -> None:
    assert [("API_KEY", Value.PLACEHOLDER)] == found(DEFAULTS[case], Use.DEFAULT)
    assert ("API_KEY", Value.EMPTY) in found(DEFAULTS[case], Use.READ)


@pytest.mark.parametrize("case", NO_DEFAULTS)
def test_what_resembles_a_default_is_not(case: str) -> None:
    assert [] == [u for u in uses(NO_DEFAULTS[case].encode(), "a.py") if u.use is Use.DEFAULT]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import os\nos.environ['API_KEY']", ["API_KEY"]),
        ("class S(BaseSettings):\n    api_key: str\n    debug: bool", ["API_KEY"]),
        ("class S(BaseSettings):\n    c = SettingsConfigDict(env_prefix='app_')\n    api_key: str", ["APP_API_KEY"]),
        ("class S(BaseSettings):\n    api_key: str\n    class Config:\n        env_prefix = 'app_'", ["APP_API_KEY"]),
        ("class S(Base):\n    api_key: str = get_secret('X')", ["X"]),
    ],
)  # fmt: skip
def test_reads_of_the_environment(source: str, names: list[str]) -> None:
    assert names == [n for n, _ in found(source, Use.READ)]


@pytest.mark.parametrize(
    "call", ["validate_secrets()", "app.check_environment()", "strongroom.init()"]
)
def test_a_check_at_the_start_is_seen(call: str) -> None:
    assert [(call.rpartition(".")[2][:-2], Value.EMPTY)] == found(call, Use.VALIDATED)


def test_a_generated_value_is_told_from_a_typed_one_and_neither_is_kept() -> None:
    (use,) = uses(f"api_key = '{GENERATED}'".encode(), "a.py")

    assert use.value is Value.GENERATED
    assert GENERATED not in repr(use)


def test_deep_sums_are_left_alone() -> None:
    source = ("password = " + " + ".join(["'abcdefg'"] * 200)).encode()

    assert () == uses(source, "a.py")


def test_lines_are_those_of_an_editor_whatever_ends_them() -> None:
    source = b"import os\r\n\r\nx = 1\r\nsecret_key = 'hunting99'\r\n"

    assert [4] == [u.line for u in uses(source, "a.py")]


@pytest.mark.parametrize(
    "source", [b"", b"x = 1", b"def monkey(): return donkey", b"url = 'https://example.com/a'"]
)
def test_most_files_are_never_parsed(source: bytes) -> None:
    assert not matters(source)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_text_breaks_it(text: str) -> None:
    with contextlib.suppress(InvalidError):
        assert all(use.line > 0 for use in uses(text.encode(), "a.py"))


def test_blanking_what_does_not_matter_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """On every file of ours: the short way finds what the long way finds."""
    root = Path(__file__).parents[2]
    files = [
        p.read_bytes()
        for folder in ("src/strongroom/check", "examples")
        for p in (root / folder).rglob("*.py")
    ]
    held = [source for source in files if matters(source)]
    short = [uses(source, "a.py") for source in held]
    monkeypatch.setattr(python_text, "condensed", lambda *_: None)

    assert len(held) > 10
    assert [uses(source, "a.py") for source in held] == short
