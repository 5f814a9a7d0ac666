"""Tests for strongroom.scan.engine.probes."""

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.scan.engine.probes import SIGNS, Probe, base64_codes, codes, texts
from strongroom.scan.ruleset import load
from strongroom.scan.ruleset.model import Rule

RULES = load.builtin().rules
TEXTS = texts(RULES)
CODES = codes(RULES)[Probe.BASE64]


@given(
    before=st.binary(max_size=9),
    text=st.binary(min_size=4, max_size=12),
    behind=st.binary(max_size=9),
)
def test_one_of_three_codes_is_in_base64_of_anything(
    before: bytes, text: bytes, behind: bytes
) -> None:
    whole = base64.b64encode(before + text + behind)
    assert any(code in whole for code in base64_codes(text))


@given(behind=st.binary(max_size=40))
def test_what_begins_with_a_text_of_any_rule_is_known_encoded_twice(behind: bytes) -> None:
    known = tuple(code.encode() for code in CODES)
    for text in TEXTS:
        whole = base64.b64encode(base64.b64encode(text.encode() + behind))
        assert whole.startswith(known), text


def test_texts_are_as_the_pattern_writes_them() -> None:
    rule = Rule(id="a", title="", pattern=r"\bAKIA\.x[A-Z]{16}", anchors=("akia.x",))
    assert "AKIA.x" in texts([rule])
    assert "akia.x" not in texts([rule])


@pytest.mark.parametrize("probe", SIGNS)
def test_a_sign_goes_over_two_lines_at_most(probe: Probe) -> None:
    between = b"\n \n \n"
    texts = [b'\\"name\\"%b:%b\\"', b"&quot;name&quot;%b:%b&quot;", b"kind:%b%bSecret"]
    assert not any(
        re.search(sign.encode(), text % (between, between))
        for sign in SIGNS[probe]
        for text in texts
    )
