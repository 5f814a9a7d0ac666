"""Tests for strongroom.discover.python.composites."""

import pytest
from tests.discover.python.build import looked, mentions

from strongroom.discover.interface import How, Mention

PARTS = "import os\nU = os.getenv('DB_USER')\nP = os.environ['DB_PASS']\n"


@pytest.mark.parametrize(
    "url",
    [
        "f'postgresql://{U}:{P}@db/app'",
        "'postgresql://%s:%s@db' % (U, P)",
        "'postgresql://{}:{}@db'.format(U, P)",
        "URL.create('postgresql', username=U, password=P)",
        "f\"postgresql://{os.getenv('DB_USER')}:{os.environ['DB_PASS']}@db\"",
    ],
)
def test_a_url_of_parts_names_them(url: str) -> None:
    made = mentions(f"{PARTS}DATABASE_URL = {url}\n")["DATABASE_URL"]

    assert (How.MADE, {"DB_USER", "DB_PASS"}) == (made.how, set(made.composes))


def test_a_default_that_is_put_together_belongs_to_its_name() -> None:
    found = mentions(f"{PARTS}X = os.getenv('DATABASE_URL', f'postgresql://{{U}}:{{P}}@db')\n")

    assert ("DB_USER", "DB_PASS") == found["DATABASE_URL"].composes


def test_settings_put_their_fields_together() -> None:
    source = (
        "from pydantic_settings import BaseSettings\n"
        "class S(BaseSettings):\n    user: str\n    password: str\n"
        "    @property\n    def dsn(self):\n"
        "        return PostgresDsn.build(username=self.user, password=self.password)\n"
    )
    found = [m for m in looked({"a.py": source}) if isinstance(m, Mention) and m.composes]

    assert [("DSN", ("USER", "PASSWORD"))] == [(m.name, m.composes) for m in found]


def test_a_url_without_a_login_is_none() -> None:
    assert "X" not in mentions(f"{PARTS}X = f'https://{{U}}/{{P}}'\n")


def test_one_part_is_no_composite() -> None:
    assert "X" not in mentions(f"{PARTS}X = f'https://{{U}}/path'\n")
