"""FastAPI and Starlette: `install(app, Service(AppSecrets))`, then `Depends(secret("NAME"))`."""

from collections.abc import Callable
from typing import Any

from fastapi.exception_handlers import request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request

from strongroom.runtime.fields import Declaration
from strongroom.runtime.secret import Secret
from strongroom.runtime.web.asgi import Guarded
from strongroom.runtime.web.service import Service


def install(app: Starlette, service: Service) -> None:
    """Check before the first request, and let no value out of `app`.

    It stands around everything, the pages of the debugger included. A lifespan of the
    application runs inside: the secrets are there already.
    """
    app.state.strongroom = service
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: Guarded(build(), service)
    handlers = app.exception_handlers
    if handlers.get(RequestValidationError) is request_validation_exception_handler:
        handlers[RequestValidationError] = without_input


async def without_input(request: Request, error: Any) -> JSONResponse:  # noqa: ARG001
    """What was wrong with a request, but not what stood in it: that may be a password (P-8.14)."""
    shown = [{key: one[key] for key in ("type", "loc", "msg")} for one in error.errors()]
    return JSONResponse({"detail": shown}, status_code=422)


def secret(name: str) -> Callable[[HTTPConnection], Secret]:
    """A dependency that gives the value of `name` as it is now."""

    def given(connection: HTTPConnection) -> Secret:
        return service(connection).get(name)

    return given


def values(connection: HTTPConnection) -> Declaration:
    """A dependency that gives all values as they are now, by the class that declares them."""
    return service(connection).values()


def service(connection: HTTPConnection) -> Service:
    """A dependency that gives what `install` was given."""
    found: Service = connection.app.state.strongroom
    return found
