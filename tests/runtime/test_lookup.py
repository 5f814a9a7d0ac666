"""`get_secret` as the policy's example, with what is wrong in that put right (C-9)."""

import inspect
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

import strongroom
from strongroom import MissingSecretError, get_secret
from strongroom.errors import ConfigError, InvalidError
from strongroom.runtime import lookup
from strongroom.runtime.masking.known import MASKER

VALUE = secrets.token_urlsafe(32)


def test_the_signature_is_the_policys() -> None:
    """P-9.1: it can be put in the place of the example."""
    parameters = inspect.signature(get_secret).parameters.values()

    assert [(p.name, p.default) for p in parameters] == [
        ("key", inspect.Parameter.empty),
        ("default", None),
        ("required", False),
    ]


def test_a_value_is_text(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P-9.3; P-8.9: and is masked from then on."""
    monkeypatch.setenv("API_KEY", VALUE)

    assert get_secret("API_KEY") == VALUE == get_secret("API_KEY", required=True)
    assert MASKER.text(VALUE) == "[API_KEY]"


@pytest.mark.parametrize("empty", [True, False])
def test_a_required_one_that_is_missing_or_empty_stops_the_program(
    place: Path, monkeypatch: pytest.MonkeyPatch, empty: bool
) -> None:
    """P-8.7, P-9.2: as the ValueError that the example raises."""
    if empty:
        monkeypatch.setenv("API_KEY", "")
    with pytest.raises(ValueError, match="API_KEY is required and not set") as caught:
        get_secret("API_KEY", required=True)

    assert isinstance(caught.value, MissingSecretError)
    assert caught.value.exit == 78
    assert get_secret("API_KEY") is None


def test_a_default_does_not_make_up_for_what_is_required(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRONGROOM_ENVIRONMENT", "development")

    with pytest.raises(MissingSecretError):
        get_secret("API_KEY", "dev-key", required=True)


def test_a_default_counts_in_development_only(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P-8.11: elsewhere it is a secret in the code."""
    monkeypatch.setenv("STRONGROOM_ENVIRONMENT", "development")
    assert get_secret("API_KEY", "dev-key") == "dev-key"
    assert get_secret("API_KEY", default="") is None
    monkeypatch.setenv("STRONGROOM_ENVIRONMENT", "staging")
    with pytest.raises(MissingSecretError) as caught:
        get_secret("API_KEY", "dev-key")
    assert "dev-key" not in f"{caught.value} {caught.value.fix}"
    monkeypatch.delenv("STRONGROOM_ENVIRONMENT")
    with pytest.raises(MissingSecretError, match="STRONGROOM_ENVIRONMENT is not set"):
        get_secret("API_KEY", "dev-key")


def test_a_change_of_the_environment_is_seen_at_once(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in (VALUE, VALUE + "2", VALUE):
        monkeypatch.setenv("API_KEY", value)
        assert [get_secret("API_KEY") for _ in range(2)] == [value, value]
    monkeypatch.delenv("API_KEY")
    assert get_secret("API_KEY") is None


def test_a_file_is_read_again_after_some_seconds_and_a_variable_comes_before_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(lookup, "monotonic", lambda: now)
    (place / "key").write_text("first-value\n", "utf-8")
    monkeypatch.setenv("API_KEY_FILE", str(place / "key"))
    seen = [get_secret("API_KEY")]
    (place / "key").write_text("second-value\n", "utf-8")
    seen.append(get_secret("API_KEY"))
    now += lookup.FILE_SECONDS
    seen.append(get_secret("API_KEY"))
    monkeypatch.setenv("API_KEY", "third-value")
    seen.append(get_secret("API_KEY"))

    assert seen == ["first-value", "first-value", "second-value", "third-value"]


def test_a_dotenv_counts_in_development_only(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P-3.1."""
    (place / ".env").write_text(f"API_KEY={VALUE}\n", "utf-8")
    assert get_secret("API_KEY") is None
    monkeypatch.setenv("APP_ENV", "dev")
    assert get_secret("API_KEY") == VALUE
    (place / ".env").write_text("API_KEY=a\nAPI_KEY=b\n", "utf-8")
    lookup.forget()
    with pytest.raises(ConfigError, match="API_KEY stands on line 1"):
        get_secret("API_KEY")


@pytest.mark.parametrize("key", ["", "a b", VALUE + "!", "A=B", "A\0", "A" * 257])
def test_a_name_that_is_none_is_refused_unrepeated(place: Path, key: str) -> None:
    with pytest.raises(InvalidError) as caught:
        get_secret(key)

    assert caught.value.code == "secret-name-invalid"
    assert not key or key not in str(caught.value)


def test_a_working_directory_that_is_gone_is_no_obstacle(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_KEY", VALUE)
    monkeypatch.setenv("APP_ENV", "dev")
    (place / "gone").mkdir()
    monkeypatch.chdir(place / "gone")
    (place / "gone").rmdir()

    assert get_secret("API_KEY") == VALUE


def test_everything_works_where_nothing_can_be_remembered(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "RAW", None)
    monkeypatch.setenv("API_KEY", VALUE)

    assert [get_secret("API_KEY") for _ in range(2)] == [VALUE, VALUE]
    assert lookup._hits == {}


def test_importing_the_package_loads_nothing_else() -> None:
    code = (
        "import sys; before = set(sys.modules); import strongroom\n"
        "print(sorted(n for n in set(sys.modules) - before if n.startswith('strongroom')))\n"
        "from strongroom import get_secret\n"
        "print(sorted(n for n in sys.modules if n.split('.')[0] in\n"
        "  {'cryptography', 'pydantic', 'rich', 'cyclopts', 'msgspec', 'ahocorasick_rs'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

    assert done.stdout.decode().splitlines() == ["['strongroom']", "[]"]


def test_the_package_offers_what_it_names() -> None:
    assert [name for name in strongroom.__all__ if getattr(strongroom, name, None) is None] == []
    assert set(strongroom.__all__) <= set(dir(strongroom))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        strongroom.nothing  # noqa: B018
