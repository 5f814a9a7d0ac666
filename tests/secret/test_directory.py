"""Tests for strongroom.secret.directory."""

import pytest
from tests.inventory.test_owners import DIRECTORY

from strongroom.secret import directory as owners
from strongroom.secret.directory import is_orphaned


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("ada.lovelace", owners.LIVE),
        ("Ada Lovelace", owners.LIVE),
        ("Ada Lovelace (DevOps)", owners.LIVE),
        ("devops", owners.TEAM),
        ("Security Team", owners.TEAM),
        ("Developer", owners.TEAM_EMPTY),
        ("grace", owners.DISABLED),
        ("Grace (DevOps)", owners.DISABLED),
        ("Charles (DevOps)", owners.UNKNOWN),
        ("billing", owners.UNKNOWN),
        ("", owners.UNKNOWN),
    ],
)
def test_an_owner_is_a_person_who_is_there_or_a_team(name: str, standing: str) -> None:
    """P-10.3, C-28."""
    assert standing == DIRECTORY.standing(name)[0]
    assert is_orphaned(standing) is (standing not in {owners.LIVE, owners.TEAM})
