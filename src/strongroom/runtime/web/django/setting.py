"""What settings are made of. It is imported while Django reads them, so it imports no Django."""

from strongroom.runtime.web.service import Live, Service
from strongroom.runtime.web.words import Word


def secret(name: str, secrets: Live | Service | None = None) -> str:
    """The text of `name`, empty where it is missing; its representation is the secret's name.

    Missing is no error here: `manage.py check --deploy` and the start of the server say all that
    is missing at once, and `makemigrations` needs none.

    Raises:
        ConfigError: a file that holds it cannot be used.
        StrongroomError: as the client's `find`.
    """
    found = (secrets or Service()).find(name)
    return "" if found is None else Word(found)
