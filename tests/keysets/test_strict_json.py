"""What readers of JSON disagree on is refused."""

import pytest

from strongroom.keysets import strict_json


def test_plain_json_is_read() -> None:
    assert strict_json.loads('{"a": [1, 2.5, null, true, "x"]}') == {"a": [1, 2.5, None, True, "x"]}


@pytest.mark.parametrize(
    "text",
    ['{"a": 1, "a": 1}', '[{"b": {"a": 1, "a": 2}}]', "NaN", "[Infinity]", "-Infinity", "1e999", "[-1e999]", ""],
)  # fmt: skip
def test_what_means_two_things_or_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        strict_json.loads(text)
