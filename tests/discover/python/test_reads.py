"""Tests for strongroom.discover.python.reads."""

import pytest
from tests.discover.python.build import looked, mentions

from strongroom.discover.interface import Mention, Trouble
from strongroom.source.values import Value


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.getenv('THE_NAME')",
        "import os as o\no.environ['THE_NAME']",
        "from os import environ\nenviron.get('THE_NAME')",
        "from os import environ as e\ne.setdefault('THE_NAME', '')",
        "from os import getenv as g\ng(key='THE_NAME')",
        "import os\nos.environ.pop('THE_NAME')",
        "import os\nif 'THE_NAME' in os.environ: pass",
        "import os\nif 'THE_NAME' not in os.environ: pass",
        "import os\nget = os.environ.get\nget('THE_NAME')",
        "import os\nenv = os.environ.copy()\nenv['THE_NAME']",
        "import os\nenv = dict(os.environ)\nenv['THE_NAME']",
        "import os\nNAME = 'THE_' + 'NAME'\nos.environ[NAME]",
        "import os\nBASE = 'THE'\nos.environ[f'{BASE}_NAME']",
        "import os\nBASE = 'THE'\nos.environ['%s_NAME' % BASE]",
        "import os\nBASE = 'THE'\nos.environ['{}_NAME'.format(BASE)]",
        "import os\nfor n in ('THE_NAME', 'B'):\n    os.environ[n]",
        "import os\nNAMES = {'a': 'THE_NAME'}\nx = [os.getenv(n) for k, n in NAMES.items()]",
        "import os\nclass N:\n    A = 'THE_NAME'\nos.getenv(N.A)",
        "import os\nclass N:\n    a = 'THE_NAME'\n    def f(self):\n        return os.getenv(self.a)",
        "import os\nclass N:\n    def __init__(self):\n        self.e = os.environ\n    def f(self):\n        return self.e['THE_NAME']",
        "import os\ndef f(name):\n    return os.environ[name]\nf('THE_NAME')",
        "import os\ndef g(name):\n    return f(name)\ndef f(name):\n    return os.environ[name]\ng('THE_NAME')",
        "import os\ndef f(n):\n    return os.environ['THE_' + n.upper()]\nf('name')",
        "import os\nf = lambda n: os.environ.get(n)\nf('THE_NAME')",
        "import os\ndef f(*, name):\n    return os.environ[name]\nf(name='THE_NAME')",
        "import os\nclass C:\n    def _env(self, k):\n        return os.environ[k]\n    def f(self):\n        return self._env('THE_NAME')",
        "from functools import partial\nimport os\ng = partial(os.getenv)\ng('THE_NAME')",
        "from decouple import config\nconfig('THE_NAME')",
        "from decouple import config as c\nc('THE_NAME', default='')",
        "import environ\nenv = environ.Env()\nenv('THE_NAME')",
        "import environ\nenv = environ.Env(THE_NAME=(str, ''))",
        "from environs import Env\nenv = Env()\nwith env.prefixed('THE_'):\n    env.str('NAME')",
        "from starlette.config import Config\nconfig = Config(env_prefix='THE_')\nconfig('NAME')",
        "from strongroom import get_secret\nget_secret('THE_NAME')",
        "from strongroom import Secrets\ns = Secrets()\ns.get('THE_NAME')",
        "from elsewhere import require_env\nrequire_env('THE_NAME')",
        "open('/run/secrets/THE_NAME')",
        "import os\r\n\r\nos.getenv('THE_NAME')\r\n",
    ],
)
def test_a_read_is_found(source: str) -> None:
    assert "THE_NAME" in mentions(source)


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.environ['THE_NAME'] = '1'",
        "import os\ndel os.environ['THE_NAME']",
        "# os.getenv('THE_NAME')",
        "import os\nx = \"os.getenv('THE_NAME')\"",
        "import os\ndef app(environ, start):\n    return environ['HTTP_THE_NAME'], environ['REQUEST_METHOD']",
        "config = {}\nconfig.get('THE_NAME')\nimport os",
        "import os\ndef getenv(x): return x\nother('THE_NAME')\nos.getenv('B')",
    ],
)
def test_what_resembles_a_read_is_none(source: str) -> None:
    assert not [n for n in mentions(source) if "THE_NAME" in n or n == "REQUEST_METHOD"]


def test_a_name_that_is_partly_known_is_said_and_not_guessed() -> None:
    found = looked({"a.py": "import os\nos.environ[f'{tenant()}_DB_PASSWORD']\n"})

    assert [("name-computed", 2)] == [(t.code, t.line) for t in found if isinstance(t, Trouble)]


@pytest.mark.parametrize(
    ("call", "required", "value"),
    [
        ("os.environ['A_B']", True, None),
        ("os.getenv('A_B')", None, None),
        ("os.getenv('A_B', None)", None, None),
        ("os.getenv('A_B', '')", False, Value.EMPTY),
        ("os.getenv('A_B', 'changeme')", False, Value.PLACEHOLDER),
        ("os.getenv('A_B') or 'changeme'", False, Value.PLACEHOLDER),
        ("os.getenv('A_B', other())", False, None),
        ("get_secret('A_B', required=True)", True, None),
        ("get_secret('A_B', default='changeme')", False, Value.PLACEHOLDER),
        ("Secrets().get('A_B')", True, None),
        ("Secrets().find('A_B')", None, None),
    ],
)
def test_whether_it_must_be_there_and_what_stands_in(
    call: str, required: bool | None, value: Value | None
) -> None:
    found = mentions(f"import os\nfrom strongroom import get_secret, Secrets\nx = {call}\n")["A_B"]

    assert required is found.required
    assert value is (found.default and found.default.value)


@pytest.mark.parametrize(
    ("source", "required"),
    [
        ("if 'A_B' in os.environ:\n    x = os.environ['A_B']", False),
        ("if 'A_B' not in os.environ:\n    raise E\nx = os.environ['A_B']", True),
        ("def f(n):\n    if n in os.environ:\n        return os.environ[n]\nf('A_B')", False),
    ],
)
def test_who_asks_first_does_not_demand(source: str, required: bool) -> None:
    found = looked({"a.py": f"import os\n{source}\n"})

    assert required is any(m.required for m in found if isinstance(m, Mention))


def test_a_function_of_another_file_reads_for_its_callers() -> None:
    helpers = "import os\ndef text(name, default=None):\n    return os.environ.get(name, default)\n"

    for use in (
        "from app.helpers import text\ntext('THE_NAME', 'x')",
        "from .helpers import text as t\nt('THE_NAME')",
        "from app import helpers\nhelpers.text('THE_NAME')",
        "import app.helpers as h\nh.text(name='THE_NAME')",
    ):
        assert "THE_NAME" in mentions(use, helpers=helpers)
