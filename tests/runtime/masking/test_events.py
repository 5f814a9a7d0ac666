"""Hooks of the real structlog, Sentry, uvicorn and GitHub; what leaks from pydantic."""

import copy
import json
import logging
import logging.config
import secrets
from io import StringIO
from typing import Any

import pydantic
import pydantic_settings
import pytest
import sentry_sdk
import structlog
import uvicorn.config

from strongroom.errors import UsageError
from strongroom.runtime.masking import logs
from strongroom.runtime.masking.events import github_masks, sentry_hook, structlog_processor
from strongroom.runtime.masking.masker import Masker

VALUE = secrets.token_urlsafe(32)
DSN = f"postgresql://app:{VALUE}@db/x"
MASKER = Masker()
MASKER.add("PASSWORD", VALUE)
MASKER.add("DATABASE_URL", DSN)


def fail() -> None:
    settings = {"db_password": VALUE, "nested": {"database_url": DSN}}
    raise ValueError(f"cannot use {settings}")


@pytest.mark.parametrize("renderer", ["json", "console", "traceback dictionaries", "bytes"])
@pytest.mark.parametrize("masked", [True, False])
def test_structlog_shows_no_value_even_in_local_variables(renderer: str, masked: bool) -> None:
    out = StringIO()
    last: list[Any] = {
        "json": [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        "console": [structlog.dev.ConsoleRenderer(colors=False)],
        "traceback dictionaries": [
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(),
        ],
        "bytes": [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
            lambda _logger, _method, text: text.encode(),
        ],
    }[renderer]
    if masked:
        last = [*last, structlog_processor(MASKER)]
    log = structlog.wrap_logger(
        structlog.PrintLogger(out), processors=last, wrapper_class=structlog.BoundLogger
    )
    try:
        fail()
    except ValueError:
        log.exception("failed", key=VALUE)

    assert (VALUE[:12] in out.getvalue()) is not masked
    assert ("[PASSWORD]" in out.getvalue()) is masked


def test_structlog_takes_a_dictionary_as_well() -> None:
    event = {"event": f"x {VALUE}", "n": 1}

    assert structlog_processor(MASKER)(None, "info", event) == {"event": "x [PASSWORD]", "n": 1}


class Transport(sentry_sdk.Transport):  # type: ignore[misc]  # the library is not typed here
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []

    def capture_envelope(self, envelope: Any) -> None:
        self.sent.append(envelope.serialize())


def sentry(hook: Any) -> bytes:
    transport = Transport()
    client = sentry_sdk.Client(
        dsn="https://public@sentry.example/1",
        transport=transport,
        default_integrations=False,
        before_send=hook,
        before_breadcrumb=hook,
        include_local_variables=True,
    )
    with sentry_sdk.new_scope() as scope:
        scope.set_client(client)
        scope.add_breadcrumb({"message": f"connect {DSN}", "data": {"key": VALUE}})
        scope.set_extra("database_url", DSN)
        scope.set_context("settings", {"nested": {"db_password": VALUE, "cut": VALUE[:20]}})
        for leak in (fail, lambda: json.loads(f'{{"key": "{VALUE}",')):
            try:
                leak()
            except ValueError as error:
                sentry_sdk.capture_exception(error)
        sentry_sdk.capture_message(f"the key is {VALUE}")
    return b"".join(transport.sent)


def test_sentry_is_sent_no_value() -> None:
    sent = sentry(sentry_hook(MASKER))

    assert sent.count(b"[PASSWORD]") >= 4
    assert b"[DATABASE_URL]" in sent
    assert VALUE[:12].encode() not in sent


def test_sentry_by_itself_sends_them() -> None:
    """The reason why: its own scrubber goes by the names of fields."""
    assert VALUE.encode() in sentry(None)


def test_the_access_log_of_uvicorn_keeps_its_form_and_shows_no_value() -> None:
    config = copy.deepcopy(uvicorn.config.LOGGING_CONFIG)
    logger = logging.getLogger("uvicorn.access")
    logging.config.dictConfig(config)
    out = StringIO()
    logger.handlers[0].setStream(out)  # type: ignore[attr-defined]
    undo = logs.install(MASKER)
    try:
        logger.info(
            '%s - "%s %s HTTP/%s" %d', "127.0.0.1:1", "GET", f"/?token={VALUE}&x=1", "1.1", 200
        )
    finally:
        undo()
        for name in ("uvicorn", "uvicorn.access", "uvicorn.error"):
            logging.getLogger(name).handlers.clear()

    assert '127.0.0.1:1 - "GET /?token=[PASSWORD]&x=1 HTTP/1.1" 200' in out.getvalue()


class Settings(pydantic_settings.BaseSettings):  # type: ignore[misc]  # the library is not typed here
    password: pydantic.SecretStr
    missing: int
    url: pydantic.PostgresDsn


def test_what_pydantic_repeats_of_its_input_is_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its errors hold the whole input: as text, as a list and as JSON."""
    monkeypatch.setenv("PASSWORD", VALUE)
    monkeypatch.setenv("URL", f"no-url {VALUE}")
    with pytest.raises(pydantic.ValidationError) as caught:
        Settings()
    shown = [str(caught.value), repr(caught.value.errors()), caught.value.json()]

    assert all(VALUE in text for text in shown[1:])
    for text in shown:
        assert VALUE[:12] not in MASKER.text(text)


def test_github_hides_each_line_of_a_value() -> None:
    value = f"{VALUE}\n\nab\n100%{VALUE}\r\n"
    said = github_masks([value, VALUE], {"GITHUB_ACTIONS": "true"})

    assert said == f"::add-mask::{VALUE}\n::add-mask::100%25{VALUE}\n"


def test_values_are_not_printed_where_no_runner_takes_them() -> None:
    with pytest.raises(UsageError) as caught:
        github_masks([VALUE], {})

    assert caught.value.code == "not-in-github-actions"
    assert VALUE not in str(caught.value)
