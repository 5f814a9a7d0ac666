"""Messages by Apprise: e-mail, chat, pagers, webhooks, each named by a URL."""

import ipaddress
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

from strongroom.errors import ConfigError, InvalidError
from strongroom.notify.interface import ChannelError
from strongroom.notify.message import Message

URL_CHARS_MAX: Final = 4_096
_LOGGER: Final = logging.getLogger("apprise")
_QUIET: Final = Lock()


class AppriseSender:
    """One message at a time: while one goes out, Apprise's own log is shut, since it shows URLs."""

    def check(self, url: str) -> None:
        """Refuse what Apprise does not know, and what goes to another machine without TLS."""
        with _quiet():
            _service(url)

    def send(self, url: str, message: Message) -> None:
        """Hand it over."""
        with _quiet():
            service = _service(url)
            kind = "failure" if message.bad else "info"
            try:
                taken = service.notify(body=message.body, title=message.title, notify_type=kind)
            except Exception:  # noqa: BLE001 - a plugin may raise anything, with the URL in it
                taken = False
        if not taken:
            raise ChannelError(
                "channel-refused",
                "the service did not take the message",
                fix="`strongroom notify test NAME` tries it again",
            )


@contextmanager
def _quiet() -> Iterator[None]:
    with _QUIET:
        before, _LOGGER.disabled = _LOGGER.disabled, True
        try:
            yield
        finally:
            _LOGGER.disabled = before


def _service(url: str) -> Any:
    try:
        from apprise import Apprise, AppriseAsset  # noqa: PLC0415 - slow, and an extra
    except ImportError:
        raise ConfigError(
            "notify-unusable",
            "what sends messages is not installed",
            fix="pip install 'strongroom[notify]'",
        ) from None
    if len(url) > URL_CHARS_MAX or not url.isprintable():
        raise _unusable("the address is no URL")
    try:
        asset = AppriseAsset(
            app_id="Strongroom", app_url="", async_mode=False, http_redirects=False
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it loads all of its services, some of them old
            service = Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    except Exception:  # noqa: BLE001 - as above
        service = None
    if service is None or not service.enabled:
        raise _unusable("the address is of no service that is known, or incomplete")
    if not service.verify_certificate:
        raise _unusable("the address switches the check of certificates off")
    host = getattr(service, "smtp_host", None) or service.host or ""
    if _plain(service) and not _here(str(host)):
        raise _unusable("the address sends its credentials without TLS")
    return service


def _plain(service: Any) -> bool:
    """Whether it speaks without TLS: by its mode, or by a scheme whose twin has it."""
    mode = getattr(service, "secure_mode", None)
    if mode is not None:
        return str(mode) == "insecure"
    return bool(service.protocol and service.secure_protocol and not service.secure)


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _unusable(why: str) -> InvalidError:
    return InvalidError(
        "channel-url",
        why,
        fix="write an Apprise URL with TLS to the channel's secret, e.g. mailtos:// or jsons://",
    )
