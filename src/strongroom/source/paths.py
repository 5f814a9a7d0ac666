"""What a path says about a file. Pure; paths are relative and have `/`."""

import re
from typing import Final

from strongroom.naming.vocabulary import vocabulary
from strongroom.source import config_source, env_source
from strongroom.source.seen import Area

ENV_PATTERNS: Final = ("**/.env", "**/.env.*", "**/*.env")
_DEVELOPMENT_FOLDERS: Final = vocabulary("""
    __mocks__ __tests__ benchmark benchmarks dev development doc docs e2e example examples fixture
    fixtures local mock mocks sample samples spec specs test testdata testing tests vectors
    """)
# Where a `.env` is part of a test or an example, and not somebody's own.
_FIXTURES: Final = vocabulary(
    "__tests__ e2e example examples fixture fixtures sample samples spec specs test testdata testing tests"
)
_DEVELOPMENT_NAME: Final = re.compile(
    r"(?:^|[._-])(?:tests?|dev|development|local|example|sample|template|override|ci)(?:[._-]|$)"
    r"|^conftest\.py$",
    re.IGNORECASE,
)
_DOCUMENTS: Final = (".md", ".rst", ".adoc")


def area(path: str) -> Area:
    """What a file of this path is looked at as."""
    name = path.rpartition("/")[2]
    lowered = name.lower()
    if lowered.endswith((".py", ".pyw")):
        return Area.PYTHON
    if env_source.is_env(name) or env_source.is_example(name):
        return Area.ENV
    if config_source.is_config(path):
        return Area.CONFIG
    return Area.DOCUMENT if lowered.endswith(_DOCUMENTS) else Area.OTHER


def is_development(path: str) -> bool:
    """Whether a file is a test, an example or for development only: weak values may be in it."""
    *folders, name = path.split("/")
    return bool(_DEVELOPMENT_FOLDERS.intersection(f.lower() for f in folders)) or bool(
        _DEVELOPMENT_NAME.search(name)
    )


def is_fixture(path: str) -> bool:
    """Whether a file lies in a folder of tests or examples."""
    return bool(_FIXTURES.intersection(f.lower() for f in path.split("/")[:-1]))


def shown(path: str) -> str:
    r"""`path` with bytes that are no UTF-8 written as `\xNN`, fit for any output."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
