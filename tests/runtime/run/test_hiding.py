"""Tests for strongroom.runtime.run.hiding."""

import secrets

from strongroom.runtime.run.hiding import hide, masker
from strongroom.runtime.run.plan import Plan, Value

TEXT = secrets.token_urlsafe(24)
OTHER = secrets.token_urlsafe(24)


def test_what_is_injected_and_what_looks_secret_here_is_hidden() -> None:
    said: list[str] = []
    planned = Plan({"KEY": Value("KEY", TEXT, 3)})

    made = masker(planned, {"API_TOKEN": OTHER, "LANG": "C"}, said.append)

    assert "[KEY@v3] [API_TOKEN] C" == made.text(f"{TEXT} {OTHER} C")
    assert [] == said


def test_what_only_stands_beside_a_secret_is_shown() -> None:
    host = "db.internal.example"
    made = masker(Plan({"HOST": Value("HOST", host, 3, secret=False)}), {}, lambda _: None)

    assert host == made.text(host)


def test_what_cannot_be_hidden_is_said_by_its_name() -> None:
    said: list[str] = []
    made = masker(Plan({}), {}, said.append)

    hide(made, Plan({"PIN_KEY": Value("PIN_KEY", "x7$q", 1)}), said.append)

    assert ["PIN_KEY is not masked: shorter than 8 characters"] == said


def test_a_file_that_cannot_be_used_is_said_and_stops_nothing() -> None:
    said: list[str] = []
    planned = Plan({"KEY": Value("KEY", TEXT, 3)})

    made = masker(planned, {"DB_PASSWORD_FILE": "/dev/null/none"}, said.append)

    assert len(said) == 1
    assert said[0].startswith("not everything in files is masked: ")
    assert "[KEY@v3]" == made.text(TEXT)
