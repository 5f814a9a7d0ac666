"""Worlds to test in; see tests/gate/rooms.py."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gate.rooms import Time, World, in_memory, on_disk


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def world(time: Time) -> Iterator[World]:
    """A founded room in memory."""
    found = in_memory(time)
    yield found
    found.gate.close()


@pytest.fixture
def disk(tmp_path: Path, time: Time) -> Iterator[World]:
    """A founded room in a file."""
    found = on_disk(tmp_path / "room" / "room.db", time)
    yield found
    found.gate.close()
