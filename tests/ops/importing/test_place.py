"""Where rows go: what a row says against what was asked for."""

import pytest

from strongroom.errors import InvalidError
from strongroom.model.policy import Policy
from strongroom.ops.importing import place
from strongroom.ops.importing.request import ImportRequest
from strongroom.secret.importing.interface import Row


@pytest.mark.parametrize(
    ("name", "said", "into", "folder", "expected"),
    [
        ("KEY", None, "staging", "", "staging/KEY"),
        ("KEY", None, "staging", "api", "staging/api/KEY"),
        ("KEY", "Production", None, "", "production/KEY"),
        ("KEY", "prod", None, "", "production/KEY"),
        ("production/api/KEY", None, None, "", "production/api/KEY"),
        ("production/api/KEY", None, "production", "api", "production/api/KEY"),
        ("api/KEY", None, "production", "", "production/api/KEY"),
        ("prod/api/KEY", None, None, "", "production/api/KEY"),
        ("prod/api/KEY", None, "staging", "", "staging/prod/api/KEY"),
        ("sub/KEY", "production", "production", "api", "production/api/sub/KEY"),
    ],
)
def test_where_it_goes(
    compiled: Policy, name: str, said: str | None, into: str | None, folder: str, expected: str
) -> None:
    request = ImportRequest(b"", environment=into, folder=folder)

    assert expected == str(place.address(compiled, request, Row(1, name, None, said)))


@pytest.mark.parametrize(
    ("name", "said", "into", "folder", "code"),
    [
        ("KEY", None, None, "", "environment-missing"),
        ("KEY", "mars", None, "", "environment-unknown"),
        ("KEY", "staging", "production", "", "environment-wrong"),
        ("staging/KEY", None, "production", "", "environment-wrong"),
        ("production/other/KEY", None, "production", "api", "environment-wrong"),
        ("a b", None, "production", "", "address-invalid"),
        ("../KEY", None, "production", "", "address-invalid"),
    ],
)
def test_where_it_cannot_go(
    compiled: Policy, name: str, said: str | None, into: str | None, folder: str, code: str
) -> None:
    request = ImportRequest(b"", environment=into, folder=folder)
    with pytest.raises(InvalidError) as error:
        place.address(compiled, request, Row(1, name, None, said))

    assert code == error.value.code
    assert name not in error.value.message


def test_a_type_is_what_the_policy_calls_so(compiled: Policy) -> None:
    request = ImportRequest(b"")
    for said in ("database-password", "Database passwords", "DATABASE_PASSWORD"):
        found = place.type_(compiled, request, Row(1, "X", None, type=said), "X")
        assert "database-password" == found.id


def test_the_policy_s_own_table_says_it_in_its_own_words(compiled: Policy) -> None:
    row = Row(1, "DATABASE_URL", None, "Production", "DB password")

    assert "database-password" == place.type_(compiled, ImportRequest(b""), row, "DATABASE_URL").id
