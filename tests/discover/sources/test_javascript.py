"""Tests for strongroom.discover.sources.javascript."""

from tests.discover.sources.reading import default, found, one, short

from strongroom.discover.interface import How
from strongroom.discover.sources import javascript
from strongroom.source.values import Value

FILE = """
    // process.env.COMMENTED
    const key = process.env.STRIPE_SECRET_KEY ?? "sk_test_changeme";
    const x = process.env['SESSION_SECRET'], y = process.env?.OPTIONAL_KEY;
    const { DB_PASSWORD, REDIS_URL: url = 'redis://localhost', ...rest } = process.env;
    const api = import.meta.env.VITE_API_KEY;
    console.log(process.environment.NO, env.NEITHER, process.env);
    import { MAIL_TOKEN } from '$env/static/private';
    const d = Deno.env.get("DENO_TOKEN");
    """
SCHEMA = """
    const schema = z.object({
      JWT_SECRET: z.string().min(32),
      PORT: z.coerce.number().default("3000"),
      SENTRY_DSN: z.string().url().optional(),
    });
    export const env = schema.parse(process.env);
    """


def test_every_way_of_reading() -> None:
    assert short(javascript, "src/app.ts", FILE) == {
        ("STRIPE_SECRET_KEY", 2, "read"), ("SESSION_SECRET", 3, "read"),
        ("OPTIONAL_KEY", 3, "read"), ("DB_PASSWORD", 4, "read"), ("REDIS_URL", 4, "read"),
        ("VITE_API_KEY", 5, "public"), ("MAIL_TOKEN", 7, "read"), ("DENO_TOKEN", 8, "read"),
    }  # fmt: skip


def test_defaults_are_judged() -> None:
    mentions = found(javascript, "src/app.ts", FILE)

    assert default(mentions, "STRIPE_SECRET_KEY") is Value.PLACEHOLDER
    assert default(mentions, "REDIS_URL") is Value.TEXT
    assert one(mentions, "VITE_API_KEY").how is How.PUBLIC


def test_a_schema_over_the_environment_names_its_fields() -> None:
    mentions = found(javascript, "src/env.mjs", SCHEMA)

    assert {m.name: m.required for m in mentions} == {
        "JWT_SECRET": True, "PORT": False, "SENTRY_DSN": False,
    }  # fmt: skip
    assert found(javascript, "src/form.ts", SCHEMA.replace("process.env", "body")) == []
