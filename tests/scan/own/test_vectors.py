"""The published vectors of fingerprint sets hold, by both ways of finding."""

import json
from pathlib import Path
from typing import Any

import pytest

from strongroom.errors import InvalidError
from strongroom.scan.own.find import Finder
from strongroom.scan.own.prints import read

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "vectors" / "fingerprint-sets.json").read_text()
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["comment"])
@pytest.mark.parametrize("vectorscan", [True, False], ids=["vectorscan", "re"])
def test_vector(vector: dict[str, Any], vectorscan: bool) -> None:
    text, data = (vector["input"][name].encode() for name in ("set", "data"))
    if "error" in vector["expect"]:
        with pytest.raises(InvalidError) as caught:
            read(text)
        assert caught.value.code == vector["expect"]["error"]
        return
    seen = {
        (s.start, s.end, *s.value) for s in Finder(read(text), vectorscan=vectorscan).find(data)
    }
    assert seen == {
        (one["start"], one["end"], one["name"], one["retired"]) for one in vector["expect"]["found"]
    }
