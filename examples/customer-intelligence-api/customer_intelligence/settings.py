"""What is no secret: where things are and how long they hold, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from strongroom.errors import ConfigError

ISSUER: Final = "customer-intelligence-api"
API_KEY_BRAND: Final = "api"


@dataclass(frozen=True, slots=True)
class Settings:
    """`secrets_ttl_s` and `secrets_poll_s` say how soon a rotation is noticed."""

    smtp_host: str = "localhost"
    smtp_port: int = 1025
    smtp_username: str = "customer-intelligence"
    mail_from: str = "insights@example.com"
    sms_url: str = "http://localhost:8025"
    api_key_marker: str = "live"
    token_life_s: float = 900.0
    score_life_s: float = 60.0
    secrets_ttl_s: float = 300.0
    secrets_poll_s: float = 15.0

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """Each field from the variable of its name in capitals, where that is set.

        Raises:
            ConfigError: `setting-invalid`.
        """
        given: dict[str, str | int | float] = {}
        for name, kind in cls.__annotations__.items():
            text = environ.get(name.upper(), "").strip()
            if text:
                given[name] = text if kind is str else _number(name.upper(), text, kind)
        return cls(**given)  # type: ignore[arg-type]  # by name, each of its field's type


def _number(name: str, text: str, kind: type[int] | type[float]) -> int | float:
    try:
        found = kind(text)
    except ValueError:
        found = kind(0)
    if not 0 < found < 1e9:
        raise ConfigError(
            "setting-invalid", f"{name} is no number above 0", fix=f"correct or unset {name}"
        )
    return found
