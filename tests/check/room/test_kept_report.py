"""Tests for strongroom.check.room.kept_report."""

from dataclasses import replace

import pytest
from tests.check.room.build import NOW_US, facts, judged, spoiled

from strongroom.check.room import kept_report
from strongroom.check.room.kept_report import RESOLVED_DAYS, decode, encode, follow
from strongroom.errors import TamperedError
from strongroom.secret.terms import DAY_US

BAD = judged(facts(spoiled(owner="Charles", frozen=1)))
GOOD = judged(facts())


def test_a_finding_keeps_the_day_on_which_it_was_first_seen() -> None:
    first = follow(BAD, None, NOW_US)
    again = follow(BAD, first, NOW_US + DAY_US)

    assert {(NOW_US, NOW_US + DAY_US)} == {(k.first_us, k.last_us) for k in again.open}
    assert () == again.resolved


def test_what_is_gone_is_resolved_and_forgotten_after_a_while() -> None:
    first = follow(BAD, None, NOW_US)
    fixed = follow(GOOD, first, NOW_US + DAY_US)
    assert () == fixed.open
    assert {(NOW_US, NOW_US, NOW_US + DAY_US)} == {
        (k.first_us, k.last_us, k.resolved_us) for k in fixed.resolved
    }
    still = follow(GOOD, fixed, NOW_US + DAY_US + RESOLVED_DAYS * DAY_US)
    assert len(fixed.resolved) == len(still.resolved)
    assert () == follow(GOOD, still, NOW_US + 2 * DAY_US + RESOLVED_DAYS * DAY_US).resolved


def test_what_comes_back_is_new_and_no_longer_resolved() -> None:
    fixed = follow(GOOD, follow(BAD, None, NOW_US), NOW_US + DAY_US)
    back = follow(BAD, fixed, NOW_US + 2 * DAY_US)

    assert ({NOW_US + 2 * DAY_US}, ()) == ({k.first_us for k in back.open}, back.resolved)


def test_the_worst_are_kept_where_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_report, "FINDINGS_MAX", 1)
    kept = follow(BAD, None, NOW_US)

    assert [min(f.severity.rank for f in BAD.findings)] == [
        k.finding.severity.rank for k in kept.open
    ]


def test_what_is_kept_is_read_back_and_nothing_else_is() -> None:
    kept = follow(BAD, None, NOW_US)
    body = encode(kept)

    assert kept == decode(body)
    assert replace(kept, open=()) != decode(body)
    for bad in (b"", b"x", body[:-9], encode(kept)[::-1]):
        with pytest.raises(TamperedError):
            decode(bad)
