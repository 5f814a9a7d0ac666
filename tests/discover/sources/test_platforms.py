"""Tests for strongroom.discover.sources.platforms."""

from tests.discover.sources.reading import found, one, short, troubles

from strongroom.discover.interface import Scope
from strongroom.discover.sources import platforms

APP = """
    {"env": {
      "SECRET_KEY": {"generator": "secret"},
      "API_KEY": {"description": "ask for it"},
      "LEVEL": {"value": "info", "required": false},
      "PLAIN": "x"
    }}
    """
RENDER = """
    services:
      - type: web
        envVars:
          - key: SECRET_KEY
            generateValue: true
          - key: API_KEY
            sync: false
          - key: PORT
            value: 80
    """


def test_app_json_and_vercel_json() -> None:
    mentions = found(platforms, "app.json", APP)

    assert {m.name: (m.line, m.secret, m.required) for m in mentions} == {
        "SECRET_KEY": (2, True, False), "API_KEY": (3, None, True), "LEVEL": (4, None, False),
        "PLAIN": (5, None, False),
    }  # fmt: skip
    vercel = found(platforms, "vercel.json", '{"env": {"A": "@a"}, "build": {"env": {"B": "x"}}}')
    assert one(vercel, "A").secret
    assert one(vercel, "B").scope is Scope.BUILD
    assert troubles(platforms, "app.json", "{'env': ") == [(1, "not-json")]
    assert found(platforms, "app.json", '["env"]') == []


def test_render() -> None:
    mentions = found(platforms, "render.yaml", RENDER)

    assert {m.name: (m.secret, m.required) for m in mentions} == {
        "SECRET_KEY": (True, None), "API_KEY": (None, True), "PORT": (None, None),
    }  # fmt: skip


def test_toml_and_serverless() -> None:
    fly = "app = 'x'\n[env]\n  API_KEY = 'x' # y\n[build.args]\nN = '1'\n[other]\nNOT = 1\n"
    serverless = "functions:\n  a:\n    environment:\n      KEY: ${ssm:/a/b}\n      L: ${env:M}\n"

    assert short(platforms, "fly.toml", fly) == {("API_KEY", 3, "injected"), ("N", 5, "injected")}
    made = found(platforms, "netlify.toml", "[context.production.environment]\nA = 'x'\n")
    assert one(made, "A").environment == "production"
    assert one(found(platforms, "serverless.yml", serverless), "KEY").secret


def test_cloudflare_and_app_engine() -> None:
    made = short(platforms, "wrangler.toml", "[env.staging.vars]\nA_KEY = 'x'\n")
    assert made == {("A_KEY", 2, "injected")}
    made = short(platforms, "app.yaml", "runtime: python\nenv_variables:\n  A_KEY: x\n")
    assert made == {("A_KEY", 3, "injected")}
