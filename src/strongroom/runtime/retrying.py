"""A function that is called once more, with a new value, when its credential was refused."""

import time
from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, Final, Protocol, TypeVar, cast

from strongroom.errors import StrongroomError
from strongroom.runtime.listeners import LOG, same
from strongroom.runtime.secret import Secret

F = TypeVar("F", bound=Callable[..., Any])
When = Callable[[BaseException], bool]
# A credential that stays refused is not asked for at the rate of an application's requests.
PAUSE_S: Final = 1.0


class Refreshing(Protocol):
    """What can give a value anew."""

    def peek(self, name: str, /) -> Secret | None:
        """What was given last, if anything; nobody is asked."""
        ...

    def refresh(self, name: str, /) -> Secret:
        """The value as it is now."""
        ...

    async def arefresh(self, name: str, /) -> Secret:
        """The same, in asyncio."""
        ...


class Retrying:
    """Decorates functions that use `name`. It is shared by all calls of them."""

    def __init__(self, secrets: Refreshing, name: str, when: When) -> None:
        self._secrets = secrets
        self._name = name
        self._when = when
        self._in_vain_at: float | None = None

    def __call__(self, function: F) -> F:
        """`function`, which may be a coroutine function, called twice at most."""
        if iscoroutinefunction(function):

            @wraps(function)
            async def again_async(*args: Any, **options: Any) -> Any:
                before = self._secrets.peek(self._name)
                try:
                    return await function(*args, **options)
                except Exception as error:
                    if not self._when(error) or not await self._achanged(before):
                        raise
                return await function(*args, **options)

            return cast("F", again_async)

        @wraps(function)
        def again(*args: Any, **options: Any) -> Any:
            before = self._secrets.peek(self._name)
            try:
                return function(*args, **options)
            except Exception as error:
                if not self._when(error) or not self._changed(before):
                    raise
            return function(*args, **options)

        return cast("F", again)

    def _changed(self, before: Secret | None) -> bool:
        known = self._known(before)
        if known is not None:
            return known
        try:
            return self._judged(before, self._secrets.refresh(self._name))
        except StrongroomError as error:
            return self._failed(error)

    async def _achanged(self, before: Secret | None) -> bool:
        known = self._known(before)
        if known is not None:
            return known
        try:
            return self._judged(before, await self._secrets.arefresh(self._name))
        except StrongroomError as error:
            return self._failed(error)

    def _known(self, before: Secret | None) -> bool | None:
        """Whether it changed while the function ran; None when somebody must be asked."""
        now = self._secrets.peek(self._name)
        if before is not None and now is not None and not same(before, now):
            return True
        vain = self._in_vain_at
        return False if vain is not None and time.monotonic() < vain + PAUSE_S else None

    def _judged(self, before: Secret | None, after: Secret) -> bool:
        changed = before is None or not same(before, after)
        self._in_vain_at = None if changed else time.monotonic()
        return changed

    def _failed(self, error: StrongroomError) -> bool:
        # What the application sees is its own error, which is what it can handle.
        LOG.warning("%s was refused and could not be fetched anew (%s)", self._name, error.code)
        self._in_vain_at = time.monotonic()
        return False
