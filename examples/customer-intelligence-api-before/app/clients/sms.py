"""Sends text messages through the SMS provider."""

import logging

import httpx

from app.secret_source import get_secret

log = logging.getLogger(__name__)

ENDPOINT = "https://sms.example.com/messages"


class SmsError(Exception):
    """The provider did not take the message."""


def send(to: str, text: str) -> None:
    """Send one message."""
    sms_api_key = get_secret("SMS_API_KEY", required=True)
    log.info("SMS API key loaded")
    answer = httpx.post(ENDPOINT, auth=("api", sms_api_key or ""), json={"to": to, "text": text})
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        raise SmsError(f"SMS provider refused the key {sms_api_key}")
    if answer.is_error:
        raise SmsError(f"SMS provider answered {answer.status_code}")
