import pytest
from tests.runtime.origin.contract import Keeper, OriginContract

from strongroom.errors import UpstreamError
from strongroom.runtime.origin.memory import MemoryOrigin


class InMemory(Keeper):
    def __init__(self, origin: MemoryOrigin) -> None:
        self.origin = origin

    def put(self, name: str, text: str) -> int:
        return self.origin.put(name, text)

    def used(self) -> dict[str, dict[str, int]]:
        return self.origin.used


@pytest.fixture
def origin() -> MemoryOrigin:
    return MemoryOrigin()


@pytest.fixture
def keeper(origin: MemoryOrigin) -> Keeper:
    return InMemory(origin)


class TestMemory(OriginContract):
    """The contract, held by the one that ships for tests."""


def test_a_planted_failure_comes_from_every_call(origin: MemoryOrigin) -> None:
    origin.failure = UpstreamError("origin-down", "nobody answers", retryable=True)
    with pytest.raises(UpstreamError):
        origin.fetch()
    with pytest.raises(UpstreamError):
        origin.versions("A")
    with pytest.raises(UpstreamError):
        origin.mark()
    with pytest.raises(UpstreamError):
        origin.acknowledge("node-1", {})


def test_what_is_removed_is_not_there() -> None:
    origin = MemoryOrigin(A="text")
    before = origin.mark()
    origin.remove("A")
    assert origin.fetch(["A"]) == {}
    assert origin.mark() != before
