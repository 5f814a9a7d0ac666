"""A real error page of Django shows no value, known or named like a secret."""

import secrets
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import UserSettingsHolder, global_settings, settings
from django.test import RequestFactory
from django.views import debug

from strongroom.runtime.masking import django_reports
from strongroom.runtime.masking.known import MASKER

KNOWN = secrets.token_urlsafe(48)
UNKNOWN = secrets.token_urlsafe(24)
OURS = "strongroom.runtime.masking.django_reports"
PLAIN = "django.views.debug"


@contextmanager
def configured(*, ours: bool) -> Iterator[None]:
    reporter = f"{OURS}.Reporter" if ours else f"{PLAIN}.ExceptionReporter"
    filter_ = f"{OURS}.Filter" if ours else f"{PLAIN}.SafeExceptionReporterFilter"
    # Settings for this test only: a process can be configured once.
    held = UserSettingsHolder(global_settings)
    before = settings._wrapped
    settings._wrapped = held
    urls = types.ModuleType("urls")
    urls.urlpatterns = []  # type: ignore[attr-defined]
    for name, value in {
        "DEBUG": True,
        "USE_I18N": False,  # which needs the applications
        "ALLOWED_HOSTS": ["*"],
        "SECRET_KEY": UNKNOWN,
        "ROOT_URLCONF": urls,
        "DEFAULT_EXCEPTION_REPORTER": reporter,
        "DEFAULT_EXCEPTION_REPORTER_FILTER": filter_,
        "DATABASE_DSN": f"postgresql://u:{KNOWN}@db/x",
        "NESTED": {"db": {"db_password": UNKNOWN}},
    }.items():
        setattr(held, name, value)
    debug.get_default_exception_reporter_filter.cache_clear()
    MASKER.add("KNOWN", KNOWN)
    try:
        yield
    finally:
        settings._wrapped = before
        debug.get_default_exception_reporter_filter.cache_clear()


def fail(request: Any) -> None:
    db_password = UNKNOWN
    options = {"retries": 3, "api_key": UNKNOWN, "url": f"https://x/?t={KNOWN}", "many": [KNOWN]}
    broken_over_lines = [f"word {KNOWN} " * 5] * 3
    raise ValueError(f"cannot use {KNOWN}: {len((db_password, options, broken_over_lines))}")


def page(accept: str) -> str:
    request = RequestFactory().post(
        f"/login?next={KNOWN}",
        {"user": "ada", "password": UNKNOWN, "note": KNOWN},
        HTTP_AUTHORIZATION=f"Bearer {UNKNOWN}",
        HTTP_X_NOTE=KNOWN,
        HTTP_ACCEPT=accept,
    )
    request.COOKIES = {"session_token": UNKNOWN, "note": KNOWN}
    try:
        fail(request)
    except ValueError:
        return str(debug.technical_500_response(request, *sys.exc_info()).content.decode())
    raise AssertionError


@pytest.mark.parametrize("accept", ["text/html", "text/plain"])
def test_an_error_page_shows_no_value(accept: str) -> None:
    with configured(ours=True):
        text = page(accept)

    assert KNOWN not in text
    assert UNKNOWN not in text
    assert not any(KNOWN[i : i + 20] in text for i in range(len(KNOWN) - 20))
    assert "[KNOWN" in text
    assert "ada" in text
    assert "cannot use" in text
    if accept == "text/html":
        assert "retries" in text


@pytest.mark.parametrize("accept", ["text/html", "text/plain"])
def test_without_it_django_shows_them(accept: str) -> None:
    """So that the test above can fail."""
    with configured(ours=False):
        text = page(accept)

    assert KNOWN in text
    assert UNKNOWN in text


def held(api_key: Any, rest: Any) -> Any:
    """The variables of a frame, as the filter gives them."""
    frame = sys._getframe()
    request = RequestFactory().get("/")
    return dict(django_reports.Filter().get_traceback_frame_variables(request, frame))


@pytest.mark.parametrize(
    "value",
    [
        12345678,
        0,
        1.5,
        b"x",
        bytearray(b"x"),
        ["x"],
        [],
        {"id": 7},
        {"a": {"b": ["x"]}},
        {"x"},
        object(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_secret_name_stands_for_is_hidden_whole(value: Any) -> None:
    """A number, an object, and what is inside of it under harmless names."""
    hidden = django_reports.Filter.cleansed_substitute
    with configured(ours=True):
        seen = held(value, {b"api_key": value, "deep": [{"db_password": value}], "retries": 3})

    assert hidden == seen["api_key"]
    assert seen["rest"] == {b"api_key": hidden, "deep": [{"db_password": hidden}], "retries": 3}


@pytest.mark.parametrize("value", [None, True, False])
def test_whether_a_secret_is_there_is_shown(value: Any) -> None:
    with configured(ours=True):
        assert value is held(value, None)["api_key"]
