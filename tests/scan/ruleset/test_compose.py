import re

import pytest

from strongroom.scan.ruleset.compose import assigned

PATTERN = re.compile(assigned(r"acme[\w.-]{0,16}key", "[0-9a-f]{16}").encode(), re.MULTILINE)
VALUE = "0123456789abcdef"


@pytest.mark.parametrize(
    "line",
    [
        "ACME_API_KEY={}",
        'ACME_API_KEY = "{}"',
        '"acmeApiKey": "{}",',
        r"\"acme_key\": \"{}\"",
        "acme.api_key => '{}'",
        "<acme-key>{}</acme-key>",
        "tool --acme-api-key {}",
        'os.environ["ACME_KEY"] = "{}"',
        'getenv("ACME_KEY", "{}")',
        "ENV ACME_KEY {}",
        "acme-key: Bearer {}",
        'let acmeKey := b"{}"',
        "ACME_KEY={}\r",
    ],
)
def test_a_value_beside_its_name_is_found(line: str) -> None:
    found = PATTERN.search(line.format(VALUE).encode())

    assert found is not None
    assert found[1].decode() == VALUE


@pytest.mark.parametrize(
    "line",
    [
        "OTHER_KEY={}",
        "ACME_KEY=x; sum={}",
        "ACME_KEY={}0",
        "ACME_KEY={}/path",
        "ACME_KEY=$KEY # and much further on the same line stands something else {}",
    ],
)
def test_what_belongs_to_something_else_is_not(line: str) -> None:
    assert PATTERN.search(line.format(VALUE).encode()) is None
