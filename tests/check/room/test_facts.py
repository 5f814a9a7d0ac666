"""Tests for strongroom.check.room.facts."""

from tests.check.room.build import NOW_US, POLICY, facts, kept, seen, spoiled, surveyed

from strongroom.check.room.facts import keep
from strongroom.db.tables.survey import Shared


def test_a_secret_is_kept_with_what_the_policy_says_of_it() -> None:
    one = kept(seen())

    assert ("production/api/SECRET_KEY", POLICY.types[0], "production") == (
        one.address, one.type, one.environment.id
    )  # fmt: skip


def test_deleted_ones_and_foreign_environments_are_left_out() -> None:
    surveys = (surveyed(spoiled(state="deleted")), surveyed(seen(), environment="mars"))

    assert () == keep(surveys, POLICY, NOW_US)


def test_only_the_current_version_s_value_counts_as_shared() -> None:
    one = seen()
    survey = surveyed(one, shared=(Shared(one.secret.id, 1, "value", 3, 2),))

    assert [2] == [k.shared for k in keep((survey,), POLICY, NOW_US)]
    assert "a; b" == facts(gaps=("a", "b")).gap
