"""Sources to import, with values that are generated or plainly fake."""

import json
import secrets
from collections.abc import Callable

import pytest

from strongroom.ops.importing.request import ImportRequest


def strong() -> str:
    """A value that production admits for a database password."""
    return f"Aa1!{secrets.token_urlsafe(30)}"


@pytest.fixture
def source() -> Callable[..., ImportRequest]:
    """A request of rows in JSON, into production by Ada unless told otherwise."""

    def make(*rows: dict[str, object], **more: object) -> ImportRequest:
        asked: dict[str, object] = {"owner": "Ada", "type": "database-password", **more}
        return ImportRequest(json.dumps(rows).encode(), "rows.json", **asked)  # type: ignore[arg-type]

    return make
