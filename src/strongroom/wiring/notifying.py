"""Which sender hands messages over."""

from strongroom.notify.by_apprise import AppriseSender
from strongroom.notify.interface import Sender


def sender() -> Sender:
    """Apprise, for every service that it knows."""
    return AppriseSender()
