"""Tests for strongroom.scan.reporters.plain."""

from tests.scan.reporters.build import EMPTY, LEAK, REPORT

from strongroom.scan.model import NotScanned
from strongroom.scan.reporters.plain import lines


def test_everything_is_said() -> None:
    text = "\n".join(lines(REPORT))

    for word in (
        "critical: Acme token  [acme-token, certain, 37 letters and digits]",
        "x.zip!in:1.txt:1  (commit 111111111111 of 2023-11-14 by Ada <a@b>, in 3 versions)",
        "production/KEY@v3 of the room",
        "not scanned: p\\u001b[1m: no permission  [path-unreadable]",
        "note: a.py:1: no reason",
        "2 secrets found at 4 places; 12 items (3.3 MiB) scanned; 1 accepted by the baseline",
    ):
        assert word in text


def test_control_characters_are_shown_and_not_sent() -> None:
    assert all(line.isprintable() for line in lines(REPORT))


def test_places_and_gaps_are_bounded() -> None:
    gaps = tuple(NotScanned(f"p{n}", "c", "w") for n in range(30))
    said = list(lines(REPORT._replace(not_scanned=gaps), places=1))

    assert "  ... and at 2 more places" in said
    assert "... and 10 more not scanned" in said
    assert 1 == sum(LEAK.fingerprint in line for line in said)


def test_nothing_found() -> None:
    assert ["0 secrets found; 0 items (0 B) scanned"] == list(lines(EMPTY))
