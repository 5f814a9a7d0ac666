"""Who is calling: tokens for people, API keys for programs."""

import hmac
import logging
from datetime import UTC, datetime, timedelta

import jwt

from app import config

log = logging.getLogger(__name__)

ALGORITHM = "HS256"
TOKEN_URL = "/auth/token"


def issue_token(subject: str) -> str:
    """A token for `subject` that ends by itself."""
    expires = datetime.now(UTC) + timedelta(minutes=config.TOKEN_EXPIRE_MINUTES)
    token = jwt.encode({"sub": subject, "exp": expires}, config.SECRET_KEY, ALGORITHM)
    log.info("token issued for %s, ends %s", subject, expires.isoformat())
    return token


def check_api_key(api_key: str) -> None:
    """Refuse a caller whose key is not ours."""
    log.info("checking API key %s", api_key[:8])
    if not hmac.compare_digest(api_key, config.API_KEY or ""):
        raise PermissionError(f"API key {api_key} is not known")


def check_webhook(webhook_secret: str, signature: str, body: bytes) -> bool:
    """Whether `body` was signed by the other side."""
    log.debug("webhook secret loaded: %s", bool(webhook_secret))
    expected = hmac.new(webhook_secret.encode(), body, "sha256").hexdigest()
    return hmac.compare_digest(expected, signature)
