"""An exception on its way to a server."""

import secrets
import traceback

import pytest

from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.web.raised import HiddenError, cleaned

VALUE = secrets.token_urlsafe(32)


class OwnError(Exception):
    """Keeps its text where nobody looks for it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def __str__(self) -> str:
        return self._text


class SilentError(Exception):
    """Breaks whoever prints it."""

    def __str__(self) -> str:
        raise RuntimeError


@pytest.fixture
def masker() -> Masker:
    made = Masker()
    made.add("KEY", VALUE)
    return made


def caught(make: str) -> Exception:
    try:
        exec(make, {**globals()})
    except Exception as error:  # noqa: BLE001 - whatever was made
        return error
    raise AssertionError


@pytest.mark.parametrize(
    "make",
    [
        "raise ValueError(VALUE)",
        "raise ValueError({'key': [VALUE]})",
        "int(VALUE)",
        "raise OwnError(VALUE)",
        "e = ValueError('x'); e.add_note(VALUE); raise e",
        "try: raise KeyError(VALUE)\nexcept KeyError as e: raise ValueError('x') from e",
        "try: raise OwnError(VALUE)\nexcept OwnError as e: raise ValueError('x') from e",
        "try: raise KeyError(VALUE)\nexcept KeyError: raise ValueError('x')",
        "raise ExceptionGroup('many', [ValueError(VALUE)])",
    ],
)
def test_no_exception_shows_a_value_and_its_lines_stay(masker: Masker, make: str) -> None:
    """P-8.14."""
    error = caught(make)
    clean = cleaned(masker, error)

    assert VALUE[:12] not in "".join(traceback.format_exception(clean)) + repr(clean)
    assert clean.__traceback__ is error.__traceback__


def test_what_shows_none_is_the_very_same(masker: Masker) -> None:
    error = caught("raise ValueError('x')")

    assert cleaned(masker, error) is error


def test_a_type_that_can_be_cleaned_stays_and_another_is_named(masker: Masker) -> None:
    clean = cleaned(masker, caught("raise OwnError(VALUE)"))

    assert isinstance(cleaned(masker, caught("raise KeyError(VALUE)")), KeyError)
    assert isinstance(clean, HiddenError)
    assert str(clean).startswith("OwnError: [KEY]")


def test_an_exception_that_does_not_print_is_left_alone(masker: Masker) -> None:
    error = caught("raise SilentError")

    assert cleaned(masker, error) is error
