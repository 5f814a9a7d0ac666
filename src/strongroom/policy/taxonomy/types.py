"""P-2 types of secrets, P-3 storage, P-4 generation. P-2 comes from tables, so it matches nothing."""

from typing import Final

from strongroom.policy.taxonomy.entry import ENFORCED, MANUAL, Entry

_ROW = "`strongroom check` measures the inventory's rows of this type against the period and names missing rows."
_INVENTORY = ("tests/check/test_inventory.py",)
_ENV = ("tests/check/test_env_files.py",)
_STRENGTH = ("tests/generate/test_strength.py",)
# Which kind of secret (`source.kind_of`) is which clause.
KINDS: Final = {
    "jwt": "P-2.1",
    "api-key": "P-2.2",
    "database": "P-2.3",
    "redis": "P-2.4",
    "encryption": "P-2.5",
    "sentry": "P-2.6",
    "email": "P-2.7",
    "sms": "P-2.8",
    "cloud": "P-2.9",
}
TIERS: Final = {"weak": "P-2.10", "medium": "P-2.11", "strong": "P-2.12"}

ENTRIES: Final = (
    Entry("P-2.1", "Token signing keys: period and storage", (), ENFORCED, _ROW, _INVENTORY),
    Entry("P-2.2", "API keys: period and storage", (), ENFORCED, _ROW, _INVENTORY),
    Entry("P-2.3", "Database passwords: period and storage", (), ENFORCED, _ROW, _INVENTORY),
    Entry("P-2.4", "Redis passwords: period and storage", (), ENFORCED, _ROW, _INVENTORY),
    Entry("P-2.5", "Encryption keys: period and storage", (), ENFORCED, _ROW, _INVENTORY),
    Entry("P-2.6", "Error tracking: rotated on compromise", (), ENFORCED, _ROW, _INVENTORY),
    Entry("P-2.7", "E-mail credentials: period", (), ENFORCED, _ROW, _INVENTORY),
    Entry("P-2.8", "SMS credentials: period", (), ENFORCED, _ROW, _INVENTORY),
    Entry("P-2.9", "Cloud service accounts: period", (), ENFORCED, _ROW, _INVENTORY),
    Entry(
        "P-2.10",
        "Weak secrets where nothing is at stake",
        (),
        ENFORCED,
        "`strongroom strength --env` asks nothing of values in an environment of this tier.",
        _STRENGTH,
    ),
    Entry(
        "P-2.11",
        "Medium secrets before production",
        (),
        ENFORCED,
        "`strongroom strength --env` asks for 128 bits and refuses placeholders in an environment of this tier.",
        _STRENGTH,
    ),
    Entry(
        "P-2.12",
        "Strong secrets in production",
        (),
        ENFORCED,
        "`strongroom strength --env` asks for the full rules of generation in an environment of this tier.",
        _STRENGTH,
    ),
    Entry(
        "P-3.1",
        "Development reads a .env file",
        (
            ".env + file + method|stored|use|keep|kept|live|local|development + !example|ignore|template|commit",
        ),
        ENFORCED,
        "`strongroom check` reports .env files that others can read; --fix tells the command.",
        _ENV,
    ),
    Entry(
        "P-3.2",
        "The .env file is ignored by git",
        (".gitignore|gitignore|ignored by git|excluded from git|git ignore + !gitignored",),
        ENFORCED,
        "`strongroom check` reports .env files that are not ignored, are tracked, or stand in the history.",
        _ENV,
    ),
    Entry(
        "P-3.3",
        "A .env.example is the template",
        (".env.example|.env.sample|.env.template|env.example",),
        ENFORCED,
        "`strongroom check` reports a missing or incomplete .env.example and values in it.",
        _ENV,
    ),
    Entry(
        "P-3.4",
        "Weak values are acceptable for local work",
        (
            "weak|simple|dummy|throwaway + accept|allow|fine|permitted|ok|may + @local|development|dev|machine",
        ),
        ENFORCED,
        "`strongroom strength --env` exempts environments of the weak tier, and only those.",
        _STRENGTH,
    ),
    Entry(
        "P-3.5",
        "The placeholders that the document itself shows",
        (
            "code: =dev-|=local-|=test-|=example|change-in-production|dev-api-key|changeme|change-me|changethis|replace-me",
        ),
        ENFORCED,
        "Known placeholders are refused by `strongroom strength` and reported by `strongroom check` outside of development.",
        _STRENGTH,
    ),
    Entry(
        "P-3.6",
        "Variables are set in the deployment platform",
        (
            "environment variable + @staging|production + @storage|stored|method|option + !secret manage",
            "deployment platform|hosting platform|platform + set|configured|variable|vercel|heroku",
        ),
        MANUAL,
        "Which platform holds which variable is kept in the platform; Strongroom does not read it yet.",
    ),
    Entry(
        "P-3.7",
        "Not visible in code or logs",
        ("visible|appear|show|readable + code|log + not|never|no|must not|dont",),
        ENFORCED,
        "`strongroom check` reports secrets in code and in log calls; logs themselves are not searched yet.",
        ("tests/check/test_python_source.py",),
    ),
    Entry(
        "P-3.8",
        "Recommended managers",
        (
            "aws secrets manager|hashicorp vault|azure key vault|google secret manager|gcp secret manager|openbao + !@tool",
            "secret manage|secrets manage + @staging|production + @storage|stored|method|option",
        ),
        MANUAL,
        "Named in explanations; adapters for them are not part of this version.",
    ),
    Entry(
        "P-4.1",
        "Signing keys have enough bits",
        ("bit|byte + @jwt|signing|token sign|secret key + !@api key|api-key|password",),
        ENFORCED,
        "`strongroom generate` makes them so; `strongroom strength --clause P-4.1` measures decoded bytes, not characters.",
        _STRENGTH,
    ),
    Entry(
        "P-4.2",
        "Cryptographically random",
        ("cryptographic|csprng|secure random|random + random|generator|secure|source",),
        ENFORCED,
        "Generators draw from the operating system alone; other sources are banned by lint.",
        ("tests/generate/test_randomness.py",),
    ),
    Entry(
        "P-4.3",
        "Unique per environment",
        (
            "unique|different|separate|distinct|own|differ + per environment|in each environment|each environment|every environment|between environment|across environment + !use",
        ),
        MANUAL,
        "Values can only be compared in a store, which is not part of this version.",
    ),
    Entry(
        "P-4.4",
        "API keys have enough bits",
        ("bit|byte + @api key|api-key|api token|client key",),
        ENFORCED,
        "`strongroom generate api-key` makes them so; `strongroom strength --clause P-4.4` measures.",
        _STRENGTH,
    ),
    Entry(
        "P-4.5",
        "API keys carry a prefix",
        ("prefix",),
        ENFORCED,
        "`strongroom generate api-key` writes brand and environment in front and a checksum behind.",
        ("tests/generate/test_api_key.py",),
    ),
    Entry(
        "P-4.6",
        "API keys are unique per client",
        (
            "no two client|no two customer",
            "unique|separate|different|own|one + per client|each client|every client|per customer|per consumer|each customer",
        ),
        MANUAL,
        "Which client has which key can only be known by a store, which is not part of this version.",
    ),
    Entry(
        "P-4.7",
        "Passwords are long enough",
        ("character|long|length|chars + @password|passphrase + !mix|upper|class",),
        ENFORCED,
        "`strongroom generate password` makes them so; `strongroom strength --clause P-4.7` measures.",
        _STRENGTH,
    ),
    Entry(
        "P-4.8",
        "Passwords mix classes of characters",
        (
            "upper|capital|mix|class + lower|small|digit|number|symbol|special|character + @password",
        ),
        ENFORCED,
        "`strongroom generate password` draws again until every class is there; `strongroom strength --clause P-4.8` measures.",
        _STRENGTH,
    ),
    Entry(
        "P-4.9",
        "Passwords come from a generator",
        ("password manager|generator + generat|creat|use|choose + @password",),
        MANUAL,
        "Where a value came from can only be recorded by a store, which is not part of this version.",
    ),
)
