"""What a provider asks of whoever holds the secrets; `strongroom.Secrets` is one."""

from collections.abc import Callable
from typing import Protocol

from strongroom.runtime.secret import Secret


class Holder(Protocol):
    """The live secrets of an application. Threads and tasks share it."""

    def get(self, name: str, /) -> Secret:
        """The current value of `name`, from memory where that is recent enough."""
        ...

    async def aget(self, name: str, /) -> Secret:
        """`get` in asyncio."""
        ...

    def refresh(self, name: str, /) -> Secret:
        """The value of `name` as it is now."""
        ...

    async def arefresh(self, name: str, /) -> Secret:
        """`refresh` in asyncio."""
        ...

    def on_rotate(self, name: str, callback: Callable[[Secret], object], /) -> Callable[[], None]:
        """Call `callback` with each new value, in some thread; gives what ends that."""
        ...
