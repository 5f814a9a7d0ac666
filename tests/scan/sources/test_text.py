"""Tests for strongroom.scan.sources.text."""

import pytest

from strongroom.scan.sources.text import Kind, kind_of, strings, transcoded, wide_strings

TEXT = "password = 'größe'\nsecond line\n" * 10


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", Kind.TEXT),
        (TEXT.encode(), Kind.TEXT),
        (TEXT.encode("latin-1"), Kind.TEXT),
        (b"PKI and BZh and GIF are words", Kind.TEXT),
        (b"BZh is a name", Kind.TEXT),
        (b"\xef\xbb\xbf" + TEXT.encode(), Kind.TEXT),
        (TEXT.encode("utf-16"), Kind.UTF_16_LE),
        (TEXT.encode("utf-16-le"), Kind.UTF_16_LE),
        (TEXT.encode("utf-16-be"), Kind.UTF_16_BE),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), Kind.UTF_16_BE),
        (TEXT.encode("utf-32"), Kind.UTF_32_LE),
        (TEXT.encode("utf-32-le"), Kind.UTF_32_LE),
        (TEXT.encode("utf-32-be"), Kind.UTF_32_BE),
        (b"\x7fELF\2\1\1\0\0\0\0\0" + bytes(range(256)), Kind.BINARY),
        (b"SQLite format 3\0" + bytes(100), Kind.DATABASE),
        (b"ID3,name\n", Kind.TEXT),
        (b"ID3\4\0", Kind.MEDIA),
        (b"\x89PNG\r\n\x1a\n\0\0", Kind.MEDIA),
        (b"\0\0\0\x20ftypheic", Kind.MEDIA),
        (b"RIFF\0\0\0\0WEBP", Kind.MEDIA),
        (b"RIFF\0\0\0\0xxxx", Kind.BINARY),
        (b"Rar!\x1a\x07\x01\0", Kind.UNSUPPORTED),
        (bytes(8192), Kind.BINARY),
    ],
    ids=lambda value: value.value if isinstance(value, Kind) else "",
)
def test_kinds(head: bytes, kind: Kind) -> None:
    assert kind is kind_of(head)


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_text_becomes_utf_8_wherever_it_is_cut(name: str) -> None:
    data = ("\ufeff" + TEXT).encode(name)
    for step in (1, 7, 1000):
        parts = (data[at : at + step] for at in range(0, len(data), step))
        assert TEXT.encode() == b"".join(transcoded(parts, Kind(name)))


def test_half_a_pair_is_no_error() -> None:
    out = b"".join(transcoded(iter((b"a\0\x00\xd8b\0",)), Kind.UTF_16_LE))
    assert out.startswith(b"a")


def test_printable_runs_stay_at_their_place() -> None:
    data = b"\x00\x01token=abc\x00\xff\xfe\ttab\x7f\r\nz"
    found = strings(data)

    assert len(found) == len(data)
    assert [b"token=abc", b"\ttab", b"z"] == [line for line in found.split(b"\n") if line]


def test_wide_runs_are_found_at_any_offset() -> None:
    first, second = "connection=here", "another value"
    data = b"\x00\xff\x01" + first.encode("utf-16-le") + b"\xff\xff\x02" + b"a\0b\0" * 2
    data += b"\x03\x01" + second.encode("utf-16-le") + bytes(9)

    assert [first.encode(), second.encode()] == wide_strings(data).split(b"\n")
    assert wide_strings(b"plain" * 100) == b""
