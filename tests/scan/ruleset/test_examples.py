import re

import pytest

from strongroom.scan.ruleset.examples import expand, trouble
from strongroom.scan.ruleset.model import Example


def text(given: str, rule: str = "a-rule", number: int = 0) -> str:
    return expand(Example(rule, given, finds=True), number)


def test_a_place_becomes_a_token_of_its_size() -> None:
    assert re.fullmatch(r"key=[0-9a-f]{32};", text("key={{hex:32}};"))
    assert re.fullmatch(r"[xyz]{5}", text("{{of:xyz:5}}"))
    assert re.fullmatch(r"ghp_[0-9A-Za-z]{36}", text("{{github:ghp_}}"))


def test_a_text_is_the_same_each_time_and_others_differ() -> None:
    assert text("{{hex:32}}") == text("{{hex:32}}")
    others = {text("{{hex:32}}"), text("{{hex:32}}", "b"), text("{{hex:32}}", number=1)}
    assert len({*others, *text("{{hex:32}} {{hex:32}}").split()}) == 4


@pytest.mark.parametrize("given", ["{{ value }}", "${x}", "{{{}}}", "{hex:32}"])
def test_what_is_no_place_stays(given: str) -> None:
    assert text(given) == given


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("{{unknown:3}}", "'unknown'"),
        ("{{hex}}", "size"),
        ("{{hex:many}}", "size"),
        ("{{hex:99999999}}", "size"),
        ("{{of:abc}}", "size"),
    ],
)
def test_a_wrong_place_is_told(given: str, expected: str) -> None:
    assert expected in (trouble(Example("r", given, finds=True)) or "")
