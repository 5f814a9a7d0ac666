"""Tests for strongroom.inventory.line."""

from tests.inventory.build import NOW, POLICY, consumer, seen, survey_of

from strongroom.db.tables.secrets import SecretRow
from strongroom.inventory.line import MORE, SIX, day, lines
from strongroom.secret.life import Status
from strongroom.secret.terms import DAY_US


def test_a_line_has_the_policy_s_words_and_days() -> None:
    one = seen("api/KEY", used_us=NOW + DAY_US, consumers=(consumer("web"), consumer("job")))
    (found,) = lines(survey_of(one), POLICY, NOW)

    assert {
        "name": "api/KEY", "type": "API Keys", "environment": "Production", "owner": "ann",
        "last": "2026-09-21", "next": "2026-12-20",
    } == found.six  # fmt: skip
    assert ("api-key", "room", "web, job", "1", "2026-09-22", "90", "ok") == found.more
    assert (list(SIX), len(MORE)) == (list(found.six), len(found.more))
    assert "production/api/KEY" == found.address


def test_what_waits_for_a_compromise_says_when_it_is_looked_at() -> None:
    """C-2."""
    (found,) = lines(survey_of(seen("dsn", "sentry")), POLICY, NOW)

    assert "On compromise (review 2026-12-20)" == found.next


def test_a_secret_without_a_value_has_no_dates() -> None:
    (found,) = lines(survey_of(seen("dsn", "sentry", current=None, versions=())), POLICY, NOW)

    assert ("-", "On compromise", "-", "-", Status.NO_VALUE) == (
        found.last, found.next, found.last_used, found.more[-2], found.status
    )  # fmt: skip


def test_deleted_ones_are_not_in_use_and_foreign_types_keep_their_id() -> None:
    one, other = seen("a"), seen("b", "of-an-older-policy")
    gone = one._replace(secret=SecretRow(*one.secret)._replace(state="deleted"))
    found = lines(survey_of(gone, other), POLICY, NOW)

    assert [("b", "of-an-older-policy")] == [(line.name, line.type) for line in found]


def test_no_time_is_a_dash() -> None:
    assert ("-", "1970-01-02") == (day(None), day(DAY_US))
