"""Look-ups in a compiled policy."""

from strongroom.model.policy import Environment, Tier

PRODUCTION = Environment("production", "Live System", ("live", "prod"), Tier.STRONG, None)


def test_an_environment_answers_to_id_name_and_alias_in_any_case() -> None:
    for word in ("production", "PRODUCTION", "live system", "Prod"):
        assert PRODUCTION.answers_to(word)
    assert not PRODUCTION.answers_to("staging")
    assert not PRODUCTION.answers_to("")
