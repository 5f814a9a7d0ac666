"""A value that must never show, and the service of an application that has it."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.runtime.conftest import place

from strongroom.runtime.secret import Secret
from strongroom.runtime.web.service import Service

__all__ = ["place"]


@dataclass
class World:
    """What tests see of an application."""

    value: str
    service: Service

    def shows(self, *texts: str | bytes) -> bool:
        """Whether the value, or its beginning, stands in one."""
        raw = [t.encode() if isinstance(t, str) else t for t in texts]
        return any(self.value[:12].encode() in one for one in raw)


@pytest.fixture
def world(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    value = secrets.token_hex(32)
    monkeypatch.setenv("SECRET_KEY", value)
    Secret(value, name="SECRET_KEY")
    made = World(value, Service(["SECRET_KEY"]))
    yield made
    made.service.stop()
