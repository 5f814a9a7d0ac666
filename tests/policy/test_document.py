"""Sections: the headings above a place."""

from strongroom.policy.document import Section


def test_a_heading_closes_those_of_its_level_and_below() -> None:
    section = Section().under(1, "A").under(2, "B").under(3, "C").under(2, "D")

    assert ("A", "D") == section.titles
    assert "D" == section.title
    assert " a d " == section.fold


def test_a_level_that_is_left_out_is_empty() -> None:
    assert ("", "", "Deep") == Section().under(3, "Deep").titles
    assert "" == Section().title
