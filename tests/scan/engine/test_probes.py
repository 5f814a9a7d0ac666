"""Tests for strongroom.scan.engine.probes."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from strongroom.scan.engine.probes import base64_codes, texts
from strongroom.scan.ruleset.model import Rule


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


def test_texts_are_as_the_pattern_writes_them() -> None:
    rule = Rule(id="a", title="", pattern=r"\bAKIA\.x[A-Z]{16}", anchors=("akia.x",))
    assert "AKIA.x" in texts([rule])
    assert "akia.x" not in texts([rule])
