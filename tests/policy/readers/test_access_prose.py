"""Sentences about access: what grants, what refuses, and what is a doubt."""

import pytest

from tests.policy.readers.build import PLACES, TYPES, doubts, granted, policy

GRANTS = {
    "Developers have access to development only.": {"Developers": "D"},
    "Developers may access all environments but production.": {"Developers": "DS"},
    "Developers may access everything except production and staging.": {"Developers": "D"},
    "Developers may not access anything but development.": {"Developers": "D"},
    "All engineers may access development.": {"engineers": "D"},
    "Operators and testers may access all environments.": {"Operators": "DSP", "testers": "DSP"},
    "Admins have full access to all environments.": {"Admins": "DSP"},
    "Only operators may access production.": {"operators": "P"},
    "Production is accessible to operators only.": {"operators": "P"},
    "Access to production is restricted to operators and auditors.": {
        "operators": "P",
        "auditors": "P",
    },
    "- Production: operators, auditors only": {"operators": "P", "auditors": "P"},
    "- Developers: all except production": {"Developers": "DS"},
    "- Operators: production, but not staging": {"Operators": "P"},
    "Developers may access staging; operators may access production.": {
        "Developers": "S",
        "operators": "P",
    },
    "| Role | Environments |\n|---|---|\n| Developers | development, staging |": {
        "Developers": "DS"
    },
    "| Environment | Who has access |\n|---|---|\n| Production | Operators |": {"Operators": "P"},
    "- Operators: production\n- Development: everyone": {"Operators": "DP"},
    "Only operators may access production.\n\nDevelopers may access development and production.": {
        "operators": "P",
        "Developers": "D",
    },
}


@pytest.mark.parametrize("lines", GRANTS)
def test_a_sentence_that_is_understood_grants_what_it_says(lines: str) -> None:
    assert GRANTS[lines] == granted(policy(lines, "Access", TYPES, PLACES))


@pytest.mark.parametrize(
    "lines",
    [
        "Developers never access production.",
        "Developers do not access production.",
        "Developers can't access production.",
        "Developers may no longer access production.",
        "Developers are not allowed to read production.",
        "No developer may access production.",
        "Nobody may access production.",
        "Neither developers nor testers may access production.",
        "Production is not accessible to developers.",
        "- Developers: not production",
        "- Developers: nothing",
        "- Production: nobody",
        # Other things are done in an environment, or somebody else decides about it.
        "Developers should test in staging before production.",
        "Developers can deploy to production.",
        "Developers used to have access to production.",
        "Developers will have access to production next year.",
        "They may access production.",
        "Access to production must be logged.",
        "- MFA: required in production",
        "- Method: environment variables in staging and production",
        # Not the same place.
        "Developers may access non production.",
        "Developers may access pre production.",
    ],
)
def test_no_other_sentence_grants_anything(lines: str) -> None:
    assert "" == "".join(granted(policy(lines, "Access", TYPES, PLACES)).values())


@pytest.mark.parametrize(
    "lines",
    [
        "Developers may access production with approval.",
        "Developers may access production if the CISO agrees.",
        "Developers may access production after training.",
        "Developers may read production in an emergency.",
        "Developers may request access to production.",
        "Developers may read copies of production secrets.",
        "Developers have read-only access to staging.",
        "Developers may access staging and, in exceptional cases, production.",
        "Team leads may approve access to production.",
        "Everyone except contractors may access development.",
        "Production is open to operators (with a ticket).",
        "- Developers: development, staging (read-only)",
        "- Production: operators with approval",
    ],
)
def test_less_than_a_yes_is_a_doubt_and_grants_nothing(lines: str) -> None:
    compiled = policy(lines, "Access", TYPES, PLACES)

    assert "" == "".join(granted(compiled).values())
    assert "D-5" in doubts(compiled)
