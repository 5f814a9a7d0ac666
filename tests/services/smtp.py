"""A mail server on loopback that keeps what it is sent."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from tests.services.process import HOST


@dataclass
class Mailbox:
    """What arrived, in order. `refuse` is an answer that it gives instead, e.g. `550 no`;
    it answers each message after `delay_s` only."""

    port: int = 0
    host: str = HOST
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[tuple[str, ...]] = field(default_factory=list)
    refuse: str | None = None
    delay_s: float = 0.0
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, count: int, timeout_s: float = 20.0) -> list[EmailMessage]:
        """The messages as soon as there are `count` of them."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.messages) >= count, timeout_s)
            return list(self.messages)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - its library looks for this name
        """One message is whole."""
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        if self.refuse is not None:
            return self.refuse
        with self.arrived:
            self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
            self.recipients.append(tuple(envelope.rcpt_tos))
            self.arrived.notify_all()
        return "250 kept"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server of this test's."""
    from aiosmtpd.smtp import SMTP  # here: every session imports this file

    box = Mailbox()
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        loop.create_server(lambda: SMTP(box, loop=loop, hostname="mail.example"), HOST, 0)
    )
    box.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield box
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    """Whoever is still connected is cut off."""
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
