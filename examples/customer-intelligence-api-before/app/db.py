"""The connection to the database."""

import logging

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from app import config

log = logging.getLogger(__name__)

REPORTING_DB_PASSWORD = "insights-reporting-2024"


def connect() -> Engine:
    """An engine for the main database."""
    url = make_url(config.DATABASE_URL or "")
    log.info("connecting to %s", url.render_as_string(hide_password=True))
    return create_engine(url, pool_pre_ping=True)


def connect_reporting(host: str) -> Engine:
    """An engine for the reporting database."""
    return create_engine(f"postgresql://reporting:{REPORTING_DB_PASSWORD}@{host}/reports")
