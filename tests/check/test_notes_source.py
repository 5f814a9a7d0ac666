"""Tests for strongroom.check.notes_source."""

import pytest

from strongroom.check.facts import Note
from strongroom.check.notes_source import in_document, in_python


@pytest.mark.parametrize(
    "text",
    ["password: Summer-Of-24", "the admin password is Summer-Of-24.", "`DB_PASSWORD=Summer-Of-24`",
     "**Password:** Summer-Of-24", "api key = Summer-Of-24"],
)  # fmt: skip
def test_a_sentence_that_gives_a_secret_away(text: str) -> None:
    (found,) = in_document(f"Intro\n{text}\n", "README.md")

    assert (2, True) == (found.line, found.document)
    assert "Summer" not in repr(found)


@pytest.mark.parametrize(
    "text",
    ["password: changeme", "Passwords are rotated", "password: <yours>", "SECRET_KEY=${SECRET_KEY}",
     "the password is required", "token: bearer", "api_key=os.getenv('X1')", "key: v2", ""],
)  # fmt: skip
def test_a_sentence_about_secrets_gives_nothing_away(text: str) -> None:
    assert [] == list(in_document(text, "README.md"))


def test_only_comments_of_python_are_prose() -> None:
    text = "password = 'Summer-Of-24'\nx = 1  # password: Summer-Of-24\n"

    assert [Note("password", "a.py", 2, document=False)] == list(in_python(text, "a.py"))
