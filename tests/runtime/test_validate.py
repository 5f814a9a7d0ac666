"""Everything that is wrong at once, sorted, with clauses, without a value."""

import secrets
import time
from pathlib import Path

import pytest

from strongroom import SecretsError, validate_secrets
from strongroom.errors import ConfigError, UpstreamError
from strongroom.generate.kinds import Kind
from strongroom.runtime import validate
from strongroom.runtime.dates import Levels
from strongroom.runtime.declaration import Declared
from strongroom.runtime.environment import Environment
from strongroom.runtime.masking.known import MASKER
from strongroom.runtime.origin.interface import Delivery
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.sources import Sources
from strongroom.runtime.validate import judged, problems
from strongroom.runtime.values import Value, Values

STRONG = [secrets.token_hex(32) for _ in range(4)]


def test_all_problems_are_in_one_message_and_no_value_is(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P-8.6, P-9.4, C-10."""
    monkeypatch.setenv("SECRET_KEY", "dev-secret-key-change-in-production")
    monkeypatch.setenv("DATABASE_URL", "postgresql://app:hunter2x@db/x")
    monkeypatch.setenv("API_KEY", "")
    with pytest.raises(ValueError, match="4 problems with secrets") as caught:
        validate_secrets("SECRET_KEY", "DATABASE_URL", "API_KEY", "REDIS_PASSWORD", "API_KEY")

    assert isinstance(caught.value, SecretsError)
    assert str(caught.value).splitlines()[1:] == [
        "  API_KEY is empty (P-8.7)",
        "  DATABASE_URL has 8 characters, 16 required (P-4.7)",
        "  REDIS_PASSWORD is not set (P-8.7)",
        "  SECRET_KEY is a placeholder from examples and templates (P-3.5)",
    ]
    assert caught.value.exit == 78
    assert "hunter2x" not in str(caught.value)


def test_values_that_fit_pass_and_are_masked(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", STRONG[0])

    assert validate_secrets("SECRET_KEY") == ()
    assert MASKER.text(STRONG[0]) == "[SECRET_KEY]"


def test_warnings_do_not_stop_and_are_given(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_TOKEN", STRONG[0][:24])

    assert [w.code for w in validate_secrets("SMS_TOKEN")] == ["weak"]


def test_without_names_the_declaration_counts(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError) as caught:
        validate_secrets()
    assert caught.value.code == "declaration-missing"
    (place / "strongroom.toml").write_text(
        '[secrets.API_KEY]\n[secrets.SENTRY_DSN]\nrequired = ["production"]\n', "utf-8"
    )
    with pytest.raises(SecretsError) as invalid:
        validate_secrets(environment="production")
    assert [p.name for p in invalid.value.problems] == ["API_KEY", "SENTRY_DSN"]
    with pytest.raises(SecretsError) as invalid:
        validate_secrets(environment="staging")
    assert [p.name for p in invalid.value.problems] == ["API_KEY"]


def test_nothing_declared_is_not_a_pass(place: Path) -> None:
    (place / "strongroom.toml").write_text("", "utf-8")
    with pytest.raises(ConfigError) as caught:
        validate_secrets()

    assert caught.value.code == "declaration-invalid"


def test_development_is_excused_from_strength_and_not_from_missing(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "development")
    (place / ".env").write_text("SECRET_KEY=dev-key\nAPI_KEY=dev-key\n", "utf-8")
    (place / ".env").chmod(0o644)

    assert [w.code for w in validate_secrets("SECRET_KEY", "API_KEY")] == ["env-file-shared"]
    with pytest.raises(SecretsError, match=r"OTHER is not set \(P-8.7\)"):
        validate_secrets("SECRET_KEY", "OTHER")


def test_a_dotenv_that_cannot_be_used_is_one_of_the_problems(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "dev")
    (place / ".env").write_text("A=1\nA=2\n", "utf-8")
    with pytest.raises(SecretsError) as caught:
        validate_secrets("SECRET_KEY")

    assert [p.code for p in caught.value.problems] == ["env-file-duplicate", "missing"]


def test_a_file_that_cannot_be_read_is_a_problem_beside_the_others(tmp_path: Path) -> None:
    (tmp_path / "B").write_bytes(b"\xff" + STRONG[0].encode())
    environ = {"A_FILE": "/nowhere", "D": STRONG[1] + "\udcff"}
    wanted = [Declared(name) for name in "ABCD"]
    found = problems(wanted, Sources(environ, (tmp_path,)), Environment("production"))

    assert [(p.name, p.code) for p in found] == [
        ("A", "secret-file-missing"),
        ("B", "secret-undecodable"),
        ("C", "missing"),
        ("D", "secret-undecodable"),
    ]
    assert not any(value[:8] in str(found) for value in STRONG)


def test_one_value_for_two_secrets_is_a_problem_but_not_on_a_laptop() -> None:
    environ = {"A": STRONG[0], "B": STRONG[0]}
    wanted = [Declared("A"), Declared("B")]

    assert [str(p) for p in problems(wanted, Sources(environ), Environment("staging"))] == [
        "B has the value of A (P-4.6)"
    ]
    assert problems(wanted, Sources(environ), Environment("dev")) == ()


def test_what_need_not_be_there_is_judged_when_it_is() -> None:
    optional = [Declared("A", required=False)]

    assert problems(optional, Sources({}), Environment("production")) == ()
    found = problems(optional, Sources({"A": "changeme"}), Environment("production"))
    assert [p.code for p in found] == ["placeholder"]


@pytest.fixture
def origin(monkeypatch: pytest.MonkeyPatch) -> MemoryOrigin:
    """What the process has as its origin."""
    made = MemoryOrigin()
    monkeypatch.setattr(validate, "origin_of", lambda *_: made)
    return made


def test_the_origin_s_values_and_what_it_knows_of_them_are_looked_at(
    place: Path, origin: MemoryOrigin
) -> None:
    """C-10: expired and overdue."""
    past, future = 1, time.time_ns()
    origin.put("A_KEY", STRONG[0], expires_us=past)
    origin.put("B_KEY", STRONG[1], due_us=past, expires_us=future)
    origin.put("C_KEY", "changeme")
    origin.put("D_KEY", STRONG[2])
    with pytest.raises(SecretsError) as caught:
        validate_secrets("A_KEY", "B_KEY", "C_KEY", "D_KEY", "E_KEY")
    assert [str(p) for p in caught.value.problems] == [
        "A_KEY expired on 1970-01-01 (P-1.8)",
        "C_KEY is a placeholder from examples and templates (P-3.5)",
        "E_KEY is not set (P-8.7)",
        "B_KEY was to be rotated by 1970-01-01 (P-1.9, warning)",
    ]
    assert MASKER.text(STRONG[2]) == "[D_KEY@v1]"


def test_a_calendar_can_be_told_to_be_quiet(place: Path, origin: MemoryOrigin) -> None:
    origin.put("A_KEY", STRONG[0], expires_us=1)
    (place / "strongroom.toml").write_text("[validate]\nexpired = 'warning'\n", "utf-8")
    assert [p.code for p in validate_secrets("A_KEY")] == ["expired"]


def test_an_origin_that_is_away_is_said_once_and_hides_nothing_near(
    place: Path, origin: MemoryOrigin, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin.failure = UpstreamError("origin-busy", "nobody answers", retryable=True)
    monkeypatch.setenv("A_KEY", "changeme")
    with pytest.raises(SecretsError) as caught:
        validate_secrets("A_KEY", "B_KEY", "C_KEY")
    assert [(p.name, p.code) for p in caught.value.problems] == [
        ("A_KEY", "placeholder"),
        ("memory", "origin-busy"),
    ]


def test_an_origin_of_no_known_kind_is_a_problem_beside_the_others(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRONGROOM_ORIGIN", "gopher:elsewhere")
    with pytest.raises(SecretsError) as caught:
        validate_secrets("A_KEY")
    assert [(p.name, p.code) for p in caught.value.problems] == [
        ("A_KEY", "missing"),
        ("the origin", "origin-unknown"),
    ]


def test_what_is_no_secret_is_neither_measured_nor_masked(place: Path) -> None:
    """The name of a host beside a password."""
    host = Delivery("DATABASE_HOST", "database-host", 1, "a#host", floors=(), secret=False)
    values = Values({"DATABASE_HOST": Value(host.text, host)}, frozenset(), ())
    wanted = [Declared("DATABASE_HOST", Kind.PASSWORD)]
    assert [] == judged(wanted, values, Sources({}), Environment("production"), Levels(), 0)
    assert MASKER.text("database-host") == "database-host"
