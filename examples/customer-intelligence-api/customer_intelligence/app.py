"""The service: its secrets checked before the first request, and followed from then on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse

from customer_intelligence import parts, reports
from customer_intelligence.routes import router
from customer_intelligence.settings import Settings
from strongroom import Secrets
from strongroom.runtime.web.fastapi import install
from strongroom.runtime.web.service import Service


def create_app(secrets: Secrets, settings: Settings) -> FastAPI:
    """The application. `strongroom.toml` in the working directory declares its secrets."""
    service = Service(None, secrets, environment=secrets.environment.name)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with parts.opened(secrets, settings) as opened:
            take_up(secrets, service)
            app.state.parts = opened
            yield

    app = FastAPI(title="Customer Intelligence API", lifespan=lifespan)
    app.include_router(router)
    app.add_exception_handler(Exception, unexpected)
    install(app, service)
    return app


def take_up(secrets: Secrets, service: Service) -> None:
    """Ask for each new version as soon as it is noticed.

    What was asked for last counts as in use, and retiring the old version waits for that. Nothing
    here keeps a value, so from then on the old one is not used any more.
    """
    for one in service.declared():
        service.on_rotate(one.name, lambda new: secrets.find(new.name))


async def unexpected(_request: Request, error: Any) -> JSONResponse:
    """Of what went wrong the caller learns nothing; the log and Sentry do."""
    reports.report(error)
    return JSONResponse({"detail": "something went wrong here"}, status_code=500)
