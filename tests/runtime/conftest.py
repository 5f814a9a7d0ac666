"""A process with nothing in its environment that matters here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from strongroom.runtime import lookup
from strongroom.runtime.environment import VARIABLES


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working directory; the environment does not say which one it is."""
    for name in (*VARIABLES, "CREDENTIALS_DIRECTORY", "API_KEY", "API_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    lookup.forget()
    yield tmp_path
    lookup.forget()
