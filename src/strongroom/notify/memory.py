"""A sender that keeps what it is given, and fails while it is told to."""

from dataclasses import dataclass, field

from strongroom.errors import InvalidError
from strongroom.notify.interface import ChannelError
from strongroom.notify.message import Message


@dataclass
class MemorySender:
    """Takes addresses that begin with `memory://`. `refuses` lists those that are down."""

    sent: list[tuple[str, Message]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)

    def check(self, url: str) -> None:
        """By its scheme."""
        if not url.startswith("memory://"):
            raise InvalidError("channel-url", "the address is of no service that is known")

    def send(self, url: str, message: Message) -> None:
        """Keep it."""
        self.check(url)
        if url in self.refuses:
            raise ChannelError("channel-refused", "the service did not take the message")
        self.sent.append((url, message))
