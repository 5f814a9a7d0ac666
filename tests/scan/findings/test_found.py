"""Tests for strongroom.scan.findings.found."""

from tests.scan.findings.build import hit, piece, token

from strongroom.scan.findings import found
from strongroom.scan.model import Medium


def test_all_secrets_of_a_line_are_covered_in_each_of_its_findings() -> None:
    one, two = token(), token()
    text = piece(b"a = '" + one + b"'; b = '" + two + b"'\n")
    made = found.of(text, [hit(text, one), hit(text, two, "generic-secret")])

    assert 2 == len(made)
    for each in made:
        assert "a = '********'; b = '********'" == each.place.masked
        assert each.hit is None
        assert one.decode() not in repr(each)


def test_of_a_line_with_too_many_secrets_nothing_is_shown() -> None:
    tokens = [token() for _ in range(2000)]
    text = piece(b"here " + b" ".join(tokens) + b"\n")
    made = found.of(text, [hit(text, each) for each in tokens])

    assert {"********"} == {each.place.masked for each in made}
    assert [1] * len(tokens) == [each.place.line for each in made]
    assert len({each.place.column for each in made}) == len(tokens)
    names = piece(b" ".join(tokens), "", Medium.FILE_NAME)
    (name,) = {each.place for each in found.of(names, [hit(names, each) for each in tokens])}
    assert ("********", 0, "") == (name.path, name.line, name.masked)


def test_a_name_is_shown_with_its_secret_covered() -> None:
    one, two = token(), token()
    name = b"a-file-that-has-a-number-7/in-its-name/" + one + b"&k=" + two + b".txt"
    names = piece(b"other\n" + name, "", Medium.FILE_NAME)
    (made,) = found.of(names, [hit(names, one), hit(names, two)])[:1]

    assert "a-file-that-has-a-number-7/in-its-name/********&k=********.txt" == made.place.path
    assert (0, "") == (made.place.line, made.place.masked)


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


def test_a_word_that_the_edge_of_a_piece_cuts_is_covered() -> None:
    secret, part = token(), b"Xk29sLq0-Zp"
    for line, first_column, shown in (
        (b"a='" + secret + b"';pw=" + part, 0, "a='********';pw=********"),
        (b"a='" + secret + b"';pw=" + part + b"\n", 0, f"a='********';pw={part.decode()}"),
        (part + b" a='" + secret + b"'\n", 7, "******** a='********'"),
        (part + b" a='" + secret + b"'\n", 0, f"{part.decode()} a='********'"),
    ):
        text = piece(line)._replace(first_column=first_column)
        (made,) = found.of(text, [hit(text, secret)])
        assert shown == made.place.masked
