"""Tests for strongroom.discover.sources.compose."""

from tests.discover.sources.reading import default, found, one, short, troubles

from strongroom.discover.interface import How, Scope
from strongroom.discover.sources import compose
from strongroom.source.values import Value

FILE = """
    x-common: &common
      SENTRY_DSN: ${SENTRY_DSN:?set it}
      LOG_LEVEL: info
    services:
      api:
        build:
          context: .
          args:
            NPM_TOKEN: ${NPM_TOKEN}
        env_file: [.env, settings.list]
        environment:
          <<: *common
          DATABASE_URL: postgres://${DB_USER}:${DB_PASSWORD:-changeme}@db/app  # in one
          "SECRET_KEY": ${SECRET_KEY}
          PASSED_ON:
          API_KEY_FILE: /run/secrets/api_key
        secrets: [api_key]
      db:
        environment:
          - POSTGRES_PASSWORD=insights-2024
          - PGTZ
        command: ["--pass", "${REDIS_PASSWORD}", "$${NOT_OURS}"]
    secrets:
      api_key:
        environment: APP_API_KEY
      tls.key:
        file: ./tls.key
    """


def test_names_are_found_in_maps_lists_aliases_and_anywhere_else() -> None:
    names = {(name, line) for name, line, _ in short(compose, "docker-compose.yml", FILE)}

    assert names == {
        ("SENTRY_DSN", 2), ("LOG_LEVEL", 3), ("NPM_TOKEN", 9), ("DATABASE_URL", 13),
        ("DB_USER", 13), ("DB_PASSWORD", 13), ("SECRET_KEY", 14), ("PASSED_ON", 15),
        ("API_KEY", 16), ("POSTGRES_PASSWORD", 20), ("PGTZ", 21), ("REDIS_PASSWORD", 22),
        ("APP_API_KEY", 24), ("tls.key", 26),
    }  # fmt: skip


def test_each_name_says_what_its_place_says() -> None:
    mentions = found(compose, "docker-compose.yml", FILE)

    assert [m.required for m in mentions if m.name == "SENTRY_DSN"] == [None, True]
    assert default(mentions, "DB_PASSWORD") is Value.PLACEHOLDER
    assert default(mentions, "POSTGRES_PASSWORD") is Value.LITERAL
    assert default(mentions, "PASSED_ON") is None
    assert one(mentions, "DATABASE_URL").composes == ("DB_USER", "DB_PASSWORD")
    assert one(mentions, "SECRET_KEY").composes == ()
    assert one(mentions, "API_KEY").secret
    assert one(mentions, "tls.key").secret
    assert (one(mentions, "APP_API_KEY").how, one(mentions, "APP_API_KEY").secret) == (
        How.READ,
        True,
    )
    assert one(mentions, "NPM_TOKEN").scope is Scope.BUILD


def test_the_path_says_for_whom() -> None:
    text = "services:\n  a:\n    environment: {A_KEY: x}\n"

    assert one(found(compose, "compose.override.yml", text), "A_KEY").scope is Scope.DEV
    made = one(found(compose, "deploy/compose.production.yaml", text), "A_KEY")
    assert (made.scope, made.environment) == (Scope.RUNTIME, "production")


def test_a_file_of_names_that_nobody_reads_is_said() -> None:
    assert troubles(compose, "docker-compose.yml", FILE) == [(10, "names-elsewhere")]


def test_a_template_is_read_too() -> None:
    text = "services:\n{{ if .prod }}\n  a:\n    environment:\n      A: {{ .x | quote }}\n"

    assert short(compose, "compose.yml", text) == {("A", 5, "injected")}
