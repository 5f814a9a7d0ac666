from strongroom.notify.by_apprise import AppriseSender
from strongroom.wiring import notifying


def test_messages_go_by_apprise() -> None:
    assert isinstance(notifying.sender(), AppriseSender)
