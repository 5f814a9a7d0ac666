"""Unexpected errors go to Sentry, masked. With another DSN the client is made anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import sentry_sdk
from sentry_sdk.integrations.logging import LoggingIntegration

from strongroom import Secret, Secrets
from strongroom.runtime.masking import events
from strongroom.runtime.masking.known import MASKER

CLOSE_S: Final = 2.0


def report(error: BaseException) -> None:
    """Nothing happens where there is no DSN."""
    sentry_sdk.capture_exception(error)


@contextmanager
def running(secrets: Secrets) -> Iterator[None]:
    """Reports from now on, to wherever `SENTRY_DSN` says at the moment."""
    dsn = secrets.find("SENTRY_DSN")
    if dsn is not None:
        _start(dsn, secrets.environment.name)
    end = secrets.on_rotate("SENTRY_DSN", lambda new: _start(new, secrets.environment.name))
    try:
        yield
    finally:
        end()
        sentry_sdk.get_client().close(CLOSE_S)


def _start(dsn: Secret, environment: str) -> None:
    old = sentry_sdk.get_client()
    hook: Any = events.sentry_hook(MASKER)
    sentry_sdk.init(
        dsn=dsn.reveal(),
        environment=environment,
        before_send=hook,
        before_send_transaction=hook,
        before_send_log=hook,
        before_breadcrumb=hook,
        # Only what `report` is given and what is logged: the others send arguments and patch libraries.
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[LoggingIntegration()],
        include_local_variables=False,  # a value in a variable was perhaps never known
    )
    old.close(CLOSE_S)  # what was reported to the old one is still sent
