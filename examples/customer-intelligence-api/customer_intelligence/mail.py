"""E-mail by SMTP. The key is asked for at each log-in, and anew when the server refuses it."""

import smtplib
import ssl
from email.message import EmailMessage
from typing import Final

from customer_intelligence.settings import Settings
from strongroom import Secrets

WAIT_S: Final = 10.0
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Mail:
    """Threads share it; each message has a connection of its own."""

    def __init__(self, secrets: Secrets, settings: Settings) -> None:
        self._secrets = secrets
        self._settings = settings
        self._deliver = secrets.retry_on_auth_error("EMAIL_API_KEY")(self._once)

    def send(self, to: str, text: str) -> None:
        """Hand one message to the server.

        Raises:
            OSError: it was not taken (`smtplib.SMTPException` is one).
        """
        message = EmailMessage()
        message["From"] = self._settings.mail_from
        message["To"] = to
        message["Subject"] = "A message for you"
        message.set_content(text)
        self._deliver(message)

    def _once(self, message: EmailMessage) -> None:
        host, port = self._settings.smtp_host, self._settings.smtp_port
        with smtplib.SMTP(host, port, timeout=WAIT_S) as server:
            if host not in _HERE:
                server.starttls(context=ssl.create_default_context())  # never the key in the clear
            key = self._secrets.get("EMAIL_API_KEY")
            server.login(self._settings.smtp_username, key.reveal())
            server.send_message(message)
