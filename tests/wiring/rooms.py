"""A room that was just founded."""

import pytest
from tests.conftest import RESERVE_BYTES, Place

from strongroom import wiring
from strongroom.errors import StrongroomError
from strongroom.model.policy import Policy
from strongroom.wiring import Founded


def found(place: Place, document: bytes, compiled: Policy) -> Founded:
    return wiring.found(
        place.settings, place.environ, place.folder, document, compiled, [],
        reserve_bytes=RESERVE_BYTES,
    )  # fmt: skip


@pytest.fixture
def made(place: Place, document: bytes, compiled: Policy) -> Founded:
    return found(place, document, compiled)


def code_of(place: Place) -> str:
    """What opening the room fails with."""
    with pytest.raises(StrongroomError) as error, place.opened():
        pass
    return error.value.code
