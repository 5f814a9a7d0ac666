"""What a policy in force allows, and that there is one."""

import pytest
from msgspec import structs

from strongroom import wiring
from strongroom.errors import TamperedError
from strongroom.model.policy import Policy
from strongroom.model.principal import Verb
from strongroom.policy import stored
from strongroom.wiring.process import SECURITY_VERBS, Standings, standing


def test_the_matrix_goes_by_the_ids_of_environments(compiled: Policy) -> None:
    allowed = standing(compiled).matrix

    assert {"development", "staging", "production"} == set(allowed["Developer"])
    assert not allowed["Developer"]["production"]
    assert allowed["DevOps"]["production"]


def test_the_security_team_may_contain_and_audit_beside_its_ticks(compiled: Policy) -> None:
    alone = structs.replace(compiled, review=structs.replace(compiled.review, approvers=()))
    assert {"Security Team": SECURITY_VERBS} == standing(alone).role_verbs
    assert {Verb.CONTAIN, Verb.AUDIT} == SECURITY_VERBS


def test_whoever_the_policy_names_as_approver_may_approve(compiled: Policy) -> None:
    assert "Security team" in compiled.review.approvers  # a role of that name is spelled otherwise
    assert standing(compiled).role_verbs["Security Team"] == SECURITY_VERBS | {Verb.APPROVE}
    named = structs.replace(
        compiled, review=structs.replace(compiled.review, approvers=("devops",))
    )
    assert standing(named).role_verbs["DevOps"] == {Verb.APPROVE}


def test_the_policy_is_the_one_that_was_read_last(compiled: Policy) -> None:
    standings = Standings()
    with pytest.raises(TamperedError):
        standings.policy()
    data = stored.encode(compiled)

    assert standings.read(data) == standings.read(data)
    assert compiled.sha256 == standings.policy().sha256


def test_the_package_offers_what_it_says_and_loads_it_when_asked() -> None:
    for name in wiring.__all__:
        assert getattr(wiring, name) is not None
    with pytest.raises(AttributeError):
        _ = wiring.absent
