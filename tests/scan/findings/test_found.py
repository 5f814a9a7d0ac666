"""Tests for strongroom.scan.findings.found."""

from tests.scan.findings.build import hit, piece, token

from strongroom.scan.findings import found


def test_all_secrets_of_a_line_are_covered_in_each_of_its_findings() -> None:
    one, two = token(), token()
    text = piece(b"a = '" + one + b"'; b = '" + two + b"'\n")
    made = found.of(text, [hit(text, one), hit(text, two, "generic-secret")])

    assert 2 == len(made)
    for each in made:
        assert "a = '********'; b = '********'" == each.place.masked
        assert each.hit is None
        assert one.decode() not in repr(each)


def test_a_mark_goes_with_what_it_speaks_for() -> None:
    one, two = token(), token()
    text = piece(b"a = '" + one + b"' # strongroom:allow a test\nb = '" + two + b"'\n")
    first, second = found.of(text, [hit(text, one), hit(text, two)], keep=True)

    assert first.mark is not None
    assert second.mark is None
    assert second.hit is not None


def test_a_path_that_is_no_utf8_can_be_shown() -> None:
    one = token()
    text = piece(one, path="a\udcff.py")
    (made,) = found.of(text, [hit(text, one)])

    assert "a\\xff.py" == made.place.path
