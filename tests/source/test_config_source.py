"""Tests for strongroom.source.config_source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.check.build import GENERATED

from strongroom.source.config_source import entries, is_config
from strongroom.source.values import Value

FOUND = {
    "yaml": ("a.yaml", "  password: hunting99", Value.LITERAL),
    "yaml, quoted, with a comment": ("a.yml", 'password: "hunting99" # why', Value.LITERAL),
    "yaml, a comment behind": ("a.yml", "password: hunting99 # why", Value.LITERAL),
    "compose, a list": ("docker-compose.yml", f"  - API_KEY={GENERATED}", Value.GENERATED),
    "json": ("a.json", '"clientSecret": "hunting99",', Value.LITERAL),
    "toml": ("a.toml", f"api_key = '{GENERATED}'", Value.GENERATED),
    "ini": ("a.ini", "smtp_password=hunting99", Value.LITERAL),
    "properties": ("a.properties", "spring.datasource.password=hunting99", Value.LITERAL),
    "terraform": ("a.tfvars", 'db_password = "hunting99"', Value.LITERAL),
    "a Dockerfile": ("Dockerfile", f"ENV API_KEY {GENERATED}", Value.GENERATED),
    "a Dockerfile with a sign": ("Dockerfile", f"ARG API_KEY={GENERATED}", Value.GENERATED),
    "a password in a URL": ("a.yaml", "target: amqp://u:hunting99@h/v", Value.LITERAL),
    "an ambiguous name": ("a.yaml", f"token: {GENERATED}", Value.GENERATED),
    "a reference": ("a.yaml", "password: ${PW}", Value.REFERENCE),
    "a placeholder": ("a.yaml", "password: changeme", Value.PLACEHOLDER),
}
NOT_FOUND = {
    "a comment": ("a.yaml", "# password: hunting99"),
    "a type": ("a.yaml", "password: string"),
    "an empty value": ("a.yaml", "password:"),
    "a mapping": ("a.json", '"password": {'),
    "a false friend": ("a.yaml", "password_min_length: 16"),
    "prose": ("a.yaml", "password hunting99"),
    "an ambiguous name with a word": ("a.yaml", "token: bearer99x"),
    "a long line": ("a.yaml", "password: " + "hunting99" * 500),
    "no pair": ("a.yaml", "]"),
}


@pytest.mark.parametrize("case", FOUND)
def test_names_of_secrets_with_a_value_are_found(case: str) -> None:
    path, line, expected = FOUND[case]

    (found,) = entries(f"\n{line}\n", path)
    assert (2, expected) == (found.line, found.value)


@pytest.mark.parametrize("case", NOT_FOUND)
def test_other_lines_are_not(case: str) -> None:
    path, line = NOT_FOUND[case]

    assert [] == list(entries(line, path))


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a.yaml", True), ("x/Dockerfile", True), ("Dockerfile.prod", True), ("package-lock.json", False),
     ("src/locales/de.json", False), ("a.py", False)],
)  # fmt: skip
def test_which_files_are_configuration(path: str, *, expected: bool) -> None:
    assert expected is is_config(path)


@given(st.text(), st.sampled_from(["a.yaml", "Dockerfile"]))
def test_no_text_breaks_it(text: str, path: str) -> None:
    assert all(e.line > 0 for e in entries(text, path))
