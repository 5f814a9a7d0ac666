"""A URL is taken apart without showing anything of it."""

import traceback

import pytest

from strongroom.errors import InvalidError
from strongroom.runtime.providers import address

WORD = "fake-pa55word-for-tests"


def test_user_and_password_are_decoded_and_the_address_has_neither() -> None:
    parts = address.split(f"postgresql://a%40b:{WORD}%2F%3A@db:5432/main?sslmode=require", "URL")
    assert (parts.username, parts.password) == ("a@b", f"{WORD}/:")
    assert parts.address == "postgresql://db:5432/main?sslmode=require"
    assert WORD not in repr(parts)


def test_a_query_serves_to_connect_and_is_not_shown() -> None:
    parts = address.split(f"postgresql://app:x@db/main?sslkey=/{WORD}&options={WORD}", "URL")
    assert parts.address.endswith(f"?sslkey=/{WORD}&options={WORD}")
    assert WORD not in f"{parts} {parts!r}"
    assert "postgresql://db/main?…" in repr(parts)
    assert address.split("redis://cache/0", "URL").shown == "redis://cache/0"


@pytest.mark.parametrize(
    ("text", "username", "password"),
    [
        ("redis://:word@cache/0", None, "word"),
        ("redis://cache/0", None, None),
        ("redis://app@cache/0", "app", None),
    ],
    ids=["password", "neither", "user"],
)
def test_what_is_not_there_is_none(text: str, username: str | None, password: str | None) -> None:
    parts = address.split(text, "URL")
    assert (parts.username, parts.password) == (username, password)


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://app:pa/{WORD}@db/main",
        f"postgresql://app:pa#{WORD}@db/main",
        f"postgresql://app:pa?{WORD}@db/main",
        f"postgresql://app:pa@{WORD}@db/main",
        f"postgresql://app:100%zz{WORD}@db/main",
        f"postgresql://db/main?password={WORD}",
        f"postgresql://db/main?user=app&PassWord={WORD}",
        f"postgresql://db/main?sslpassword={WORD}",
        f"mongodb://db/main?authMechanismProperties=AWS_SESSION_TOKEN:{WORD}",
        f"mongodb://db/main?tlsCertificateKeyFilePassword={WORD}",
        f"postgresql://db/main?access_token={WORD}",
        f"postgresql://app:{WORD}%ff@db/main",
        f"postgresql://app:{WORD}\ud800@db/main",
        f"postgresql://app:{WORD}\n@db/main",
        f"host=db password={WORD}",
        WORD,
        "",
        f"x://{WORD}:" + "y" * address.URL_CHARS_MAX,
    ],
    ids=range(18),
)
def test_what_is_ambiguous_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InvalidError) as caught:
        address.split(text, "DATABASE_URL")
    assert caught.value.code == "secret-url-invalid"
    assert (caught.value.__context__, caught.value.__cause__) == (None, None)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value.fix)
    assert WORD not in shown
    assert "DATABASE_URL" in shown
