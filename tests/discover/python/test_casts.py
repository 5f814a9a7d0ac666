"""Tests for strongroom.discover.python.casts."""

import ast

import pytest
from tests.discover.python.build import mentions

from strongroom.discover.python.casts import of_type

HELPER = "import os\ndef helper(n, coercer=None):\n    return os.environ[n]\n"


@pytest.mark.parametrize(
    ("expression", "secret"),
    [
        ("int(os.getenv('A_B', '1'))", False),
        ("timedelta(seconds=int(os.environ['A_B']))", False),
        ("Path(os.environ['A_B'])", False),
        ("os.getenv('A_B', '').lower() in ('1', 'true')", False),
        ("os.getenv('A_B') == '1'", False),
        ("strtobool(os.getenv('A_B', 'no'))", False),
        ("bool(os.getenv('A_B'))", None),  # secrets are asked that too
        ("os.getenv('A_B') is not None", None),
        ("os.getenv('A_B', '').split(',')", None),
        ("helper('A_B', int)", False),
        ("helper('A_B', coercer=float)", False),
        ("helper('A_B', 'text')", None),
        ("SecretStr(os.environ['A_B'])", True),
        ("os.getenv('A_B')", None),
    ],
)
def test_what_is_done_with_a_value_says_what_it_is(expression: str, secret: bool | None) -> None:
    assert secret is mentions(f"{HELPER}x = {expression}\n")["A_B"].secret


@pytest.mark.parametrize(
    ("written", "secret"),
    [
        ("SecretStr", True),
        ("SecretStr | None", True),
        ("Optional[pydantic.SecretStr]", True),
        ("Annotated[SecretStr, Field()]", True),
        ("list[SecretStr]", True),
        ("PostgresDsn", True),
        ("'SecretStr'", True),
        ("int", False),
        ("Literal['a', 'b']", False),
        ("timedelta | None", False),
        ("str", None),
        ("HttpUrl", None),
        ("'not a type ('", None),
    ],
)
def test_what_a_type_says(written: str, secret: bool | None) -> None:
    assert secret is of_type(ast.parse(written, mode="eval").body)
