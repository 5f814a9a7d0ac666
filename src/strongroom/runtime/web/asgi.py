"""Around any ASGI application: starts and stops with it, and lets no value out of it."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any, Final

from strongroom.errors import ConfigError
from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.web.guard import Outgoing
from strongroom.runtime.web.raised import cleaned
from strongroom.runtime.web.service import Service, said

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

_STARTED: Final = "lifespan.startup.complete"
_FAILED: Final = "lifespan.startup.failed"
_STOPPED: Final = "lifespan.shutdown.complete"


class Guarded:
    """`app = Guarded(app, service)`. The secrets are checked before the server takes requests."""

    def __init__(self, app: Application, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """As the interface says."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        sender = _Sender(self._service.masker, scope, send)
        try:
            await self._app(scope, receive, sender)
        except Exception as error:
            clean = cleaned(self._service.masker, error)
            if clean is error:
                raise
        else:
            return
        # Outside of the block: the error that shows a value is no context of this one.
        raise clean

    async def _live(self, scope: Message, receive: Receive, send: Send) -> None:
        startup = await receive()
        try:
            self._service.start()
        except ConfigError as error:
            try:
                await _leave(error)
            finally:
                await send({"type": _FAILED, "message": said(error)})
            raise
        try:
            await self._inner(scope, startup, receive, send)
        finally:
            self._service.stop()

    async def _inner(self, scope: Message, startup: Message, receive: Receive, send: Send) -> None:
        """The application's own lifespan; one that has none is left alone."""
        waiting, answered = [startup], False

        async def receive_again() -> Message:
            return waiting.pop() if waiting else await receive()

        async def send_on(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, receive_again, send_on)
        except Exception:
            if answered:
                raise
        if not answered:
            await send({"type": _STARTED})
            await receive()
            await send({"type": _STOPPED})


class _Sender:
    """What the application sends of one answer, or through one socket."""

    def __init__(self, masker: Masker, scope: Message, send: Send) -> None:
        self._masker = masker
        self._request = f"{scope.get('method', scope['type'])} {scope.get('path', '')}"
        self._send = send
        self._start: Message = {}
        self._out: Outgoing | None = None
        self._begun = False

    async def __call__(self, message: Message) -> None:
        match message["type"]:
            case "http.response.start":
                # Held until the body is there: its length stands in the headers.
                self._start = message
                self._out = Outgoing(self._masker, message.get("headers", ()))
                return
            case "http.response.body" if self._out is not None:
                message = await self._body(self._out, message)
            case "websocket.send":
                message = self._spoken(message)
            case _ if self._out is not None and not self._begun:
                await self._headers(self._out)
        await self._send(message)

    async def _body(self, out: Outgoing, message: Message) -> Message:
        body, more = message.get("body", b""), message.get("more_body", False)
        if self._begun:
            body = out.piece(body, last=not more)
        elif more:
            out.begin()
            body = out.piece(body)
            await self._headers(out)
        else:
            body = out.whole(body)
            await self._headers(out)
        if not more:
            out.report(self._request)
        return {**message, "body": body}

    async def _headers(self, out: Outgoing) -> None:
        self._begun = True
        await self._send({**self._start, "headers": out.headers})

    def _spoken(self, message: Message) -> Message:
        text, data = message.get("text"), message.get("bytes")
        out = Outgoing(self._masker, ())
        said = None if text is None else out.whole(text.encode("utf-8", "surrogatepass"))
        changed = {
            "text": None if said is None else said.decode("utf-8", "surrogatepass"),
            "bytes": None if data is None else out.whole(data),
        }
        out.report(self._request)
        return {**message, **{key: value for key, value in changed.items() if key in message}}


async def _leave(error: ConfigError) -> None:
    """End a server that runs its loop in the main thread with the exit code of the error.

    Otherwise the code is the server's own, which says nothing of what went wrong. Tests run
    applications in another thread, and get the error itself.
    """

    def leave() -> None:
        raise SystemExit(error.exit)

    if threading.current_thread() is not threading.main_thread():
        return
    with suppress(RuntimeError):  # another kind of loop
        asyncio.get_running_loop().call_soon(leave)
        await asyncio.Event().wait()  # cancelled when the loop ends
