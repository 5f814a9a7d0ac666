"""An application whose secrets are in memory; what it holds lasts until somebody asks anew."""

from collections.abc import Iterator

import pytest

from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin


@pytest.fixture
def origin() -> MemoryOrigin:
    return MemoryOrigin()


@pytest.fixture
def secrets(origin: MemoryOrigin) -> Iterator[Secrets]:
    """It looks for changes once in an hour only, so that a test says when one is noticed."""
    with Secrets(origin, environment="production", poll=3600.0) as held:
        yield held
