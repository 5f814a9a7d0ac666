"""Around applications that know of no framework."""

import asyncio
from typing import Any

import pytest
from tests.runtime.web.conftest import World

from strongroom.runtime.problems import SecretsError
from strongroom.runtime.web.asgi import Guarded
from strongroom.runtime.web.service import Service


async def only_http(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        raise ValueError(scope["type"])
    await send({"type": "http.response.start", "status": 204})
    await send({"type": "http.response.body"})


def lived(app: Any) -> list[str]:
    """What is said to a server over one life of `app`."""
    sent: list[str] = []
    asked = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def receive() -> Any:
        return asked.pop(0)

    async def send(message: Any) -> None:
        sent.append(message["type"])

    asyncio.run(app({"type": "lifespan"}, receive, send))
    return sent


def test_an_application_without_a_lifespan_gets_one(world: World) -> None:
    """As Django's has none."""
    said = lived(Guarded(only_http, world.service))

    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_loop_in_the_main_thread_ends_with_78(world: World) -> None:
    with pytest.raises(SystemExit) as caught:
        lived(Guarded(only_http, Service(["ABSENT_KEY"])))

    assert caught.value.code == 78


def test_a_lifespan_that_fails_by_itself_stops_the_secrets_too(world: World) -> None:
    async def fails(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed"})
        raise OSError

    with pytest.raises(OSError):
        lived(Guarded(fails, world.service))
    assert world.service._ends is None


def test_an_empty_answer_passes(world: World) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    app = Guarded(only_http, world.service)
    asyncio.run(app({"type": "http", "method": "GET", "path": "/"}, None, send))  # type: ignore[arg-type]

    assert sent == [
        {"type": "http.response.start", "status": 204, "headers": []},
        {"type": "http.response.body", "body": b""},
    ]


def test_the_error_of_a_start_in_another_thread_is_the_servers(world: World) -> None:
    async def main() -> list[str]:
        return await asyncio.to_thread(lived, Guarded(only_http, Service(["ABSENT_KEY"])))

    with pytest.raises(SecretsError):
        asyncio.run(main())
