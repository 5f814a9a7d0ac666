"""What a way to people promises: one message to one address, within a bounded time.

1.  `check` does no I/O and refuses an address that cannot be used, or that would send its own
    credentials in plain text to another machine.
2.  `send` returns when the service has taken the message, and raises `ChannelError` otherwise.
3.  Neither an error nor a log record holds any part of the address.
"""

from typing import Protocol

from strongroom.errors import UpstreamError
from strongroom.notify.message import Message


class Sender(Protocol):
    """See the module's contract."""

    def check(self, url: str) -> None:
        """Refuse an address that cannot be used.

        Raises:
            InvalidError: `channel-url`. ConfigError: `notify-unusable`.
        """
        ...

    def send(self, url: str, message: Message) -> None:
        """Hand a message over.

        Raises:
            ChannelError: `channel-refused`. InvalidError, ConfigError: as `check`.
        """
        ...


class ChannelError(UpstreamError):
    """The service did not take a message (`channel-refused`); it is tried again."""

    def __init__(self, code: str, message: str, *, fix: str | None = None) -> None:
        super().__init__(code, message, fix=fix, retryable=True)
