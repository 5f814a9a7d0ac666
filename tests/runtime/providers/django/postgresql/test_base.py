"""The engine for PostgreSQL is Django's."""

import pytest
from django.db.backends.postgresql import base
from tests.runtime.providers.django.conftest import Connect


@pytest.fixture
def engine() -> str:
    return "postgresql"


def test_it_is_djangos(connect: Connect) -> None:
    connection = connect()
    assert isinstance(connection, base.DatabaseWrapper)
    assert connection.vendor == "postgresql"
