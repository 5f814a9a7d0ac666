"""httpx, plain and asyncio: each request carries the key that is valid when it is made.

client = httpx.Client(auth=auth(login))                  # Authorization: Bearer …
client = httpx.Client(auth=auth(login, scheme="Basic"))  # user and password
"""

from collections.abc import AsyncGenerator, Generator
from typing import Any

from strongroom.runtime.providers.http import authorization
from strongroom.runtime.providers.login import Login
from strongroom.runtime.rejected import UNAUTHORIZED


def auth(login: Login, *, scheme: str = "Bearer") -> Any:
    """An `httpx.Auth`; after a 401 the request is sent once more if there is another key.

    It fills `Authorization`, which httpx drops when another host redirects.
    """
    import httpx  # noqa: PLC0415 - the application has it

    class LiveAuth(httpx.Auth):  # type: ignore[misc]
        def sync_auth_flow(self, request: Any) -> Generator[Any, Any, None]:
            credentials = login.read()
            request.headers["Authorization"] = authorization(credentials, scheme)
            response = yield request
            if refused(request, response):
                other = login.again(credentials)
                if other is not None:
                    request.headers["Authorization"] = authorization(other, scheme)
                    yield request

        async def async_auth_flow(self, request: Any) -> AsyncGenerator[Any, Any]:
            credentials = await login.aread()
            request.headers["Authorization"] = authorization(credentials, scheme)
            response = yield request
            if refused(request, response):
                other = await login.aagain(credentials)
                if other is not None:
                    request.headers["Authorization"] = authorization(other, scheme)
                    yield request

    def refused(request: Any, response: Any) -> bool:
        # Not after a redirect, nor with a body that was a stream and is read.
        return (
            response.status_code == UNAUTHORIZED
            and not response.history
            and isinstance(request.stream, httpx.ByteStream)
        )

    return LiveAuth()
