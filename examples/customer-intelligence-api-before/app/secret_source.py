"""Where the application gets its secrets from."""

import os


def get_secret(key: str, default: str | None = None, required: bool = False) -> str | None:
    """The secret called `key`, from the environment."""
    value = os.getenv(key, default)
    if required and not value:
        raise ValueError(f"{key} is required and not set")
    return value


def validate_secrets(names: tuple[str, ...]) -> None:
    """Refuse to start when one of `names` is missing; all of them in one message."""
    missing = [name for name in names if not os.getenv(name)]
    if missing:
        raise ValueError(f"missing secrets: {', '.join(missing)}")
