import pytest

from strongroom.errors import ConflictError
from strongroom.runtime.origin import names


@pytest.mark.parametrize(
    ("path", "field", "name"),
    [
        ("SECRET_KEY", "value", "SECRET_KEY"),
        ("database", "password", "DATABASE_PASSWORD"),
        ("mail/smtp.relay", "value", "MAIL_SMTP_RELAY"),
        ("sentry-dsn", "value", "SENTRY_DSN"),
    ],
)
def test_a_name_is_what_an_environment_variable_may_be(path: str, field: str, name: str) -> None:
    assert names.name_of(path, field) == name


def test_the_longest_path_comes_first_and_then_its_fields() -> None:
    paths = ["database", "database/password", "data", "other"]
    assert list(names.candidates("DATABASE_PASSWORD", paths)) == [
        ("database/password", None),
        ("database", "PASSWORD"),
    ]


def test_two_places_with_one_name_are_refused_and_named() -> None:
    with pytest.raises(ConflictError, match=r"a/b and a_b .* A_B") as caught:
        names.together([("A_B", "a/b"), ("C", "c"), ("A_B", "a_b")])
    assert caught.value.code == "name-collision"
    assert names.together([("A", "a"), ("A", "a")]) == {"A": "a"}
