import pytest

from strongroom.errors import InvalidError
from strongroom.notify.interface import ChannelError
from strongroom.notify.memory import MemorySender
from strongroom.notify.message import Message

M = Message("title", "body", bad=False)


def test_it_keeps_what_it_is_given_and_fails_while_it_is_told_to() -> None:
    sender = MemorySender()
    sender.send("memory://a", M)
    sender.refuses.add("memory://a")
    with pytest.raises(ChannelError) as caught:
        sender.send("memory://a", M)
    assert caught.value.retryable
    assert sender.sent == [("memory://a", M)]
    with pytest.raises(InvalidError):
        sender.check("other://a")
