"""Tests for strongroom.generate.draw."""

import io
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.generate import draw


@given(st.integers(1, draw.OUTCOMES_MAX), st.integers(0, 200))
def test_indices_stay_in_range_and_are_as_many_as_asked(outcomes: int, count: int) -> None:
    drawn = draw.indices(outcomes, count)

    assert count == len(drawn)
    assert all(0 <= index < outcomes for index in drawn)


@pytest.mark.parametrize("outcomes", [0, -1, draw.OUTCOMES_MAX + 1])
def test_the_number_of_outcomes_is_bounded(outcomes: int) -> None:
    with pytest.raises(ValueError, match="outcomes, not 1 to"):
        draw.indices(outcomes, 1)


@pytest.mark.parametrize(("outcomes", "width"), [(10, 1), (65, 1), (256, 1), (7776, 2)])
def test_each_outcome_stands_for_equally_many_raw_values(
    monkeypatch: pytest.MonkeyPatch, outcomes: int, width: int
) -> None:
    """Fed with every possible raw value once, all outcomes come out equally often."""
    kept = 256**width - 256**width % outcomes
    # What must be thrown away comes first: folded back, it would push others out.
    order = [*range(kept, 256**width), *range(kept)]
    raw = io.BytesIO(b"".join(number.to_bytes(width, "big") for number in order))
    monkeypatch.setattr(draw, "octets", raw.read)

    counts = Counter(draw.indices(outcomes, kept))

    assert {kept // outcomes} == set(counts.values())
    assert outcomes == len(counts)


def test_text_is_made_of_its_alphabet() -> None:
    assert set(draw.text("ab", 100)) == {"a", "b"}
    assert draw.text("x", 3) == "xxx"
    assert draw.text("ab", 0) == ""
