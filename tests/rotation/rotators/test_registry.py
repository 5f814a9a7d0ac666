import pytest

from strongroom.errors import NotFoundError
from strongroom.rotation.rotators import registry


def test_an_unknown_kind_names_those_that_there_are() -> None:
    with pytest.raises(NotFoundError) as caught:
        registry.find("telepathy")
    assert caught.value.code == "rotator-unknown"
    assert "telepathy" not in (caught.value.fix or "")
    assert registry.kinds() == sorted(set(registry.kinds()))


def test_each_of_ours_can_be_found() -> None:
    assert [registry.find(kind).kind for kind in registry.OURS] == list(registry.OURS)
