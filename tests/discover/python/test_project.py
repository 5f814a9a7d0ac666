"""Tests for strongroom.discover.python.project: files together, and files that nobody can read."""

import secrets

import pytest
from tests.discover.python.build import looked, mentions

from strongroom.discover.interface import Mention, Trouble
from strongroom.discover.python.project import dotted

CANARY = secrets.token_urlsafe(24)


@pytest.mark.parametrize(
    ("path", "name"),
    [("app/config.py", "app.config"), ("app/__init__.py", "app"), ("x.pyw", "x"), ("__init__.py", "__init__")],
)  # fmt: skip
def test_the_name_of_a_module(path: str, name: str) -> None:
    assert name == dotted(path)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (f"import os\nos.getenv('A', '{CANARY}'\n", "syntax-error"),
        (f"import os\nprint os.getenv('A', '{CANARY}')\n", "syntax-error"),
        (f"import os\nx = os.getenv('A', '{CANARY}')\0", "holds-nul"),
        ("import os\nx = os.environ" + "[" * 3_000 + "]" * 3_000, "syntax-error"),
        ("# coding: nonsense\nimport os\nos.getenv('A')\n", "syntax-error"),
        (b"import os\nos.getenv('\xff\xfe')\n", "syntax-error"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_repeats_nothing(
    source: str | bytes, code: str
) -> None:
    found = looked({"bad.py": source, "good.py": "import os\nos.environ['GOOD_NAME']\n"})
    troubles = [t for t in found if isinstance(t, Trouble)]

    assert [("bad.py", code)] == [(t.path, t.code) for t in troubles]
    assert ["GOOD_NAME"] == [m.name for m in found if isinstance(m, Mention)]
    assert CANARY not in repr(found)


@pytest.mark.parametrize(
    "source",
    [
        "import os\nx = os.getenv('A_B') + " + " + ".join(["y"] * 900),
        "import os\n" + "\n".join(f"n{i} = n{i + 1}" for i in range(500)) + "\nos.environ[n0]\n",
        "import os\nn = n\na = b\nb = a\nos.environ[a]\nos.environ[n]\nn.get('X')\n",
        "import os\nfor n in "
        + repr(tuple(f"A{i}" for i in range(5_000)))
        + ":\n    os.getenv(n + n + n)\n",
        "import os\n" + "def f(n):\n    return f(n)\nf('A')\nos.getenv('B')\n",
        "import os\nx = 'A'\n" + "x = x + 'b'\n" * 100 + "os.environ[x]\n",
        "import os\nx = ['A']\n" + "x = sorted(x)\n" * 100 + "for n in x:\n    os.environ[n]\n",
        "import os\nx = 'A' or x\n" + "x = (x if y else x) or f'{x}{x}'\n" * 60 + "os.environ[x]\n",
        "import os\nx = os.environ\n" + "x = x.copy()\n" * 100 + "x['A']\n",
        "import os\nx = '" + "y" * 1_000_000 + "'; os.getenv('A_B', x)\n",
    ],
    ids=[
        "long-sum",
        "long-chain",
        "circles",
        "many-texts",
        "recursion",
        "sums-of-itself",
        "lists-of-itself",
        "choices-of-itself",
        "copies",
        "long-line",
    ],
)
def test_code_that_is_made_to_tire_ends(source: str) -> None:
    assert isinstance(looked({"a.py": source}), list)


def test_no_default_is_kept() -> None:
    source = (
        f"import os\nos.getenv('A_KEY', '{CANARY}')\nB_KEY = 'x'\nos.getenv('C') or '{CANARY}'\n"
    )

    assert CANARY[:8] not in repr(looked({"a.py": source}))


def test_constants_of_other_modules() -> None:
    found = mentions(
        "import os\nfrom app.names import KEY, Names\nfrom app import names\n"
        "os.environ[KEY]\nos.environ[Names.TWO]\nos.environ[names.THREE]\n",
        names="KEY = 'ONE'\nTHREE = 'THREE_' + KEY\nclass Names:\n    TWO = 'TWO'\n",
    )

    assert {"ONE", "TWO", "THREE_ONE"} == set(found)


def test_modules_that_import_one_another_end() -> None:
    assert {} == mentions(
        "import os\nfrom app.other import A\nB = A\nos.environ[A]\n",
        other="from app.main import B\nA = B\n",
    )


def test_dynaconf_in_another_file() -> None:
    found = mentions(
        "from app.config import settings\nfrom app.plain import settings as other\n"
        "def f():\n    return settings.API_KEY, settings.get('B_KEY'), settings['C_KEY'], settings.lower\n"
        "x = other.D_KEY\n",
        config="from dynaconf import Dynaconf\nsettings = Dynaconf(envvar_prefix='APP')\n",
        plain="from dynaconf import Dynaconf\nsettings = Dynaconf(envvar_prefix=False)\n",
    )

    assert {"APP_API_KEY", "APP_B_KEY", "APP_C_KEY", "D_KEY"} == set(found)
    assert {"DYNACONF_E_KEY"} == set(mentions("from dynaconf import settings\nsettings.E_KEY\n"))


def test_a_prefix_of_an_object_in_another_file() -> None:
    found = mentions(
        "from app.env import env\nX = env.str('A_TOKEN')\n",
        env="from environs import Env\nenv = Env(prefix='APP_')\n",
    )

    assert {"APP_A_TOKEN"} == set(found)


def test_flask_with_prefixed_names() -> None:
    use = "from flask import current_app as a\ndef f():\n    return a.config['API_KEY'], a.config.get('B', 1), a.config['low']\n"
    make = "from flask import Flask\napp = Flask('x')\napp.config.from_prefixed_env({})\n"

    assert {"FLASK_API_KEY", "FLASK_B"} == set(mentions(use, make=make.format("")))
    assert {"SHOP_API_KEY", "SHOP_B"} == set(mentions(use, make=make.format("prefix='SHOP'")))
    assert {} == mentions(use, make="from flask import Flask\napp = Flask('x')\n")


def test_an_object_that_reads_is_used_elsewhere() -> None:
    found = mentions(
        "from app.env import env\nX = env('A_TOKEN')\n",
        env="import environ\nenv = environ.Env()\n",
    )

    assert {"A_TOKEN"} == set(found)


@pytest.mark.parametrize(
    ("call", "names"),
    [
        ("import boto3\nboto3.client('s3')", {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}),
        ("import boto3\nboto3.client('s3', aws_secret_access_key=x)", set()),
        ("import sentry_sdk\nsentry_sdk.init()", {"SENTRY_DSN"}),
        ("import sentry_sdk\nsentry_sdk.init(dsn=x)", set()),
        ("from openai import OpenAI as O\nO()", {"OPENAI_API_KEY"}),
        ("from google.cloud import storage\nstorage.Client()", {"GOOGLE_APPLICATION_CREDENTIALS"}),
        ("import psycopg\npsycopg.connect()", {"PGUSER", "PGPASSWORD"}),
        ("import psycopg\npsycopg.connect('host=x')", set()),
        ("import dj_database_url\ndj_database_url.config()", {"DATABASE_URL"}),
        ("import dj_database_url\ndj_database_url.config(env='OTHER_URL')", {"OTHER_URL"}),
        ("import celery\ncelery.Celery('x')", {"CELERY_BROKER_URL"}),
        ("def Client(): pass\nimport boto3\nClient()", set()),
    ],
)
def test_what_libraries_read_by_themselves(call: str, names: set[str]) -> None:
    assert names == set(mentions(call))
