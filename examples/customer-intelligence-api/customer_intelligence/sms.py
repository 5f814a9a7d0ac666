"""Short messages by HTTP. Each request carries the key that is valid when it is made."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpx

from strongroom import Secrets
from strongroom.runtime.providers import httpx as live
from strongroom.runtime.providers.login import Login

WAIT_S: Final = 10.0


class Sms:
    """Threads share it."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def send(self, to: str, text: str) -> None:
        """Hand one message to the provider.

        Raises:
            OSError: it was not taken; the number is not repeated.
        """
        failed = "the provider did not answer"
        try:
            answer = self._client.post("/messages", json={"to": to, "text": text})
        except httpx.HTTPError:
            pass
        else:
            failed = "" if answer.is_success else f"the provider answered {answer.status_code}"
        if failed:
            raise OSError(failed)


@contextmanager
def connected(secrets: Secrets, url: str) -> Iterator[Sms]:
    """A client of the provider at `url`."""
    login = Login(secrets, password="SMS_API_KEY")  # noqa: S106 - a name
    with httpx.Client(base_url=url, auth=live.auth(login), timeout=WAIT_S) as client:
        yield Sms(client)
