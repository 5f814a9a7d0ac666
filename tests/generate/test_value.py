"""Tests for strongroom.generate.value."""

from strongroom.generate.value import Generated


def test_no_representation_shows_the_value() -> None:
    made = Generated("not-a-real-secret", 256, "text", public="shown")

    assert "not-a-real-secret" not in f"{made!r}{made}"
    assert "shown" in repr(made)
