"""Sends e-mail through the mail provider."""

import logging

import httpx

from app.secret_source import get_secret

log = logging.getLogger(__name__)

ENDPOINT = "https://mail.example.com/v1/send"


def send(to: str, subject: str, text: str) -> None:
    """Send one message."""
    email_api_key = get_secret("EMAIL_API_KEY", required=True)
    log.debug(f"mail provider key: {email_api_key}")
    answer = httpx.post(
        ENDPOINT,
        headers={"Authorization": f"Bearer {email_api_key}"},
        json={"to": to, "subject": subject, "text": text},
    )
    log.info("mail provider answered %s", answer.status_code)
    answer.raise_for_status()
