"""`python -m local env` writes a `.env`; `python -m local serve` runs the service with fakes around it."""

import logging
import os
import secrets
import sys
import time
from pathlib import Path
from threading import Thread
from typing import Final

import uvicorn

from local.fakes import Fakes, running

ENV: Final = Path(".env")
SMTP_PORT: Final = 1025
HTTP_PORT: Final = 8025
LOOK_S: Final = 0.5
SHOWN_CHARS: Final = 600


def main(arguments: list[str]) -> int:
    """0 done, 1 not done, 2 usage."""
    match arguments:
        case ["env"]:
            return _env()
        case ["serve"]:
            return _serve()
        case _:
            sys.stderr.write("usage: python -m local env | serve\n")
            return 2


def _env() -> int:
    """A file with values that were drawn here; never over one that is there."""
    draw = secrets.token_hex
    database, cache = draw(16), draw(16)
    lines = {
        "DATABASE_PASSWORD": database,  # these two are for docker-compose.yml
        "REDIS_PASSWORD": cache,
        "DATABASE_URL": f"postgresql://insights:{database}@localhost:5432/insights",
        "REDIS_URL": f"redis://default:{cache}@localhost:6379/0",
        "SECRET_KEY": draw(32),
        "API_KEY_PEPPER": draw(32),
        "FIELD_ENCRYPTION_KEY": draw(32),
        "EMAIL_API_KEY": draw(16),
        "SMS_API_KEY": draw(16),
        "SENTRY_DSN": f"http://{draw(16)}@localhost:{HTTP_PORT}/1",
    }
    try:
        descriptor = os.open(ENV, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.stderr.write(f"{ENV} is there already and stays as it is\n")
        return 1
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in lines.items())
    sys.stdout.write(f"wrote {ENV}: {', '.join(lines)}\n")
    return 0


def _serve() -> int:
    """Until Ctrl-C; what is sent to the fakes is printed."""
    os.environ.setdefault("STRONGROOM_ENVIRONMENT", "development")
    os.environ.setdefault("API_KEY_MARKER", "test")
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # it tells every line of a message
    fakes = Fakes()
    with running(fakes, SMTP_PORT, HTTP_PORT):
        Thread(target=_show, args=(fakes,), daemon=True).start()
        uvicorn.run("customer_intelligence.main:app", port=8000)
    return 0


def _show(fakes: Fakes) -> None:
    shown = dict.fromkeys(fakes.came, 0)
    while True:
        for fake, texts in fakes.came.items():
            for text in texts[shown[fake] :]:
                sys.stdout.write(f"--- {fake}\n{text[:SHOWN_CHARS]}\n")
            shown[fake] = len(texts)
        time.sleep(LOOK_S)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
