"""What a server runs: `uvicorn customer_intelligence.main:app`, in the folder of strongroom.toml."""

import logging
import os

from fastapi import FastAPI

from customer_intelligence.app import create_app
from customer_intelligence.settings import Settings
from strongroom import Secrets
from strongroom.errors import ConfigError
from strongroom.runtime.web.service import leave


def _made() -> FastAPI:
    logging.basicConfig(level=logging.INFO)
    try:
        settings = Settings.read(os.environ)
        secrets = Secrets(ttl=settings.secrets_ttl_s, poll=settings.secrets_poll_s)
        return create_app(secrets, settings)
    except ConfigError as error:
        leave(error)


app = _made()
