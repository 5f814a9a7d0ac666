"""P-8 required and forbidden practices, P-9 what the code examples ask of applications."""

from typing import Final

from strongroom.policy.taxonomy.entry import ENFORCED, MANUAL, Entry

ENTRIES: Final = (
    Entry(
        "P-8.1",
        "Do use environment variables",
        (
            "use|read|prefer|take|load + environment variable|env var + @practice|usage|do|rule|always + !@commit|version control|method|storage|access method",
        ),
        MANUAL,
        "Which delivery an application uses is for people to see in this version.",
    ),
    Entry(
        "P-8.2",
        "Do use secret management systems",
        (
            "use|prefer|keep|take + secret manage|secrets manage|vault|manager + @practice|usage|do|rule|always + !@commit|version control|storage|password manager|multi-factor|mfa",
        ),
        MANUAL,
        "`strongroom init` makes one; whether every application uses it is for people to see.",
    ),
    Entry(
        "P-8.3",
        "Do rotate regularly",
        ("rotat|renew + regular|schedule|periodic + @practice|usage|do|rule|always + !@principle",),
        ENFORCED,
        "`strongroom check` reports overdue rows of the inventory.",
        ("tests/ops/test_room_clauses.py",),
    ),
    Entry(
        "P-8.4",
        "Do log access, never values",
        (
            "log|record + access|who read|read + not value|not its value|not their value|not the value|never the value|without value|not values + !retain + !@audit requirement|compliance",
        ),
        ENFORCED,
        "The room delivers a value only after its record is durable; the record holds no value.",
        ("tests/ops/test_room_clauses.py",),
    ),
    Entry(
        "P-8.5",
        "Do use different secrets per environment",
        (
            "different|separate|distinct|own|apart + secret|credential|value + environment + !@generation|generating",
        ),
        ENFORCED,
        "A value that stands in another environment is refused at the moment of writing.",
        ("tests/ops/test_room_clauses.py",),
    ),
    Entry(
        "P-8.6",
        "Do validate on startup",
        ("validat|check|verify + startup|start-up|start up|boot|launch|starts",),
        ENFORCED,
        "`strongroom check` looks for a validation that is called where the application starts.",
        ("tests/check/test_clauses.py",),
    ),
    Entry(
        "P-8.7",
        "Do fail fast when one is missing",
        (
            "fail|abort|crash|refuse|stop|exit + missing|absent|not there|lacking|unset + secret|credential|key|password|token|variable|one is",
        ),
        MANUAL,
        "Whether an application fails fast shows when it is started without a secret.",
    ),
    Entry(
        "P-8.8",
        "Do not commit secrets",
        (
            "no|never|not|dont|avoid|forbid|prohibit|must not + commit|check in|checked in|push + git|version control|repository|vcs|source control|secret",
        ),
        ENFORCED,
        "`strongroom check` reports secrets in tracked files and .env files in the history.",
        ("tests/check/test_clauses.py",),
    ),
    Entry(
        "P-8.9",
        "Do not log values",
        (
            "no|never|not|dont|avoid|forbid|prohibit|must not + log|print + value|secret|credential + !error message|access|audit",
        ),
        ENFORCED,
        "`strongroom check` reports secrets that are formatted into log calls, by syntax tree.",
        ("tests/check/test_clauses.py",),
    ),
    Entry(
        "P-8.10",
        "Do not share by e-mail or chat",
        ("share|send|pass|post|sharing|paste + email|e-mail|mail|chat|slack|messenger|teams",),
        MANUAL,
        "People keep it: `strongroom share` hands a value over once; the register of incidents shows when they did not.",
    ),
    Entry(
        "P-8.11",
        "Do not hardcode",
        ("hardcod|hard-cod|hard cod|embed|literal + secret|credential|code|password|value|key",),
        ENFORCED,
        "`strongroom check` reports literals and literal defaults for secrets, by syntax tree.",
        ("tests/check/test_clauses.py", "tests/check/test_engine.py"),
    ),
    Entry(
        "P-8.12",
        "Do not use one secret in two environments",
        (
            "same|reuse|re-use|one|share + secret|credential|value|password + across|between|several|multiple|more than one|two|another + environment",
        ),
        ENFORCED,
        "A value that stands in another environment is refused at the moment of writing.",
        ("tests/ops/test_room_clauses.py",),
    ),
    Entry(
        "P-8.13",
        "Do not store in plain text files",
        (
            "plain text|plaintext|cleartext|clear text|unencrypted + file|store|keep|save + secret|credential|password|key|token|value|them",
        ),
        ENFORCED,
        "`strongroom check` reports .env and configuration files that hold secrets in the clear.",
        ("tests/ops/test_room_clauses.py", "tests/check/test_clauses.py"),
    ),
    Entry(
        "P-8.14",
        "Do not put secrets into error messages",
        ("error message|exception|stack trace|error text + secret|value|include|put|no|never|not",),
        ENFORCED,
        "`strongroom check` reports secrets that are formatted into raised exceptions, by syntax tree.",
        ("tests/check/test_clauses.py",),
    ),
    Entry(
        "P-9.1",
        "get_secret(key, default, required)",
        ("code: def get_secret|get_secret(",),
        ENFORCED,
        "`strongroom check` reports literal defaults for secrets in calls of it.",
        ("tests/check/test_clauses.py",),
    ),
    Entry(
        "P-9.2",
        "A missing required secret raises ValueError",
        ("code: raise valueerror + required|not found|not set",),
        MANUAL,
        "A drop-in function is not part of this version.",
    ),
    Entry(
        "P-9.3",
        "The value is returned",
        ("code: return value",),
        MANUAL,
        "A drop-in function is not part of this version.",
    ),
    Entry(
        "P-9.4",
        "validate_secrets() lists all that are missing",
        ("code: def validate_secrets|missing required secrets",),
        MANUAL,
        "A drop-in function is not part of this version.",
    ),
    Entry(
        "P-9.5",
        "Validation is called on startup",
        ("code: call on startup",),
        ENFORCED,
        "`strongroom check` looks for the call.",
        ("tests/check/test_clauses.py",),
    ),
    Entry(
        "P-9.6",
        "Bad: the value in a log line",
        ("code: bad + log", "code: {api_key}|{secret}|{secret_key}|{password}|{token} + log"),
        ENFORCED,
        "`strongroom check` reports it.",
        ("tests/check/test_clauses.py",),
    ),
    Entry(
        "P-9.7",
        "“Good”: the first characters in a log line",
        ("code: [:8]|[:4]|[:6]|[0:4]|[:10]|masked value",),
        ENFORCED,
        "`strongroom check` reports it all the same (C-1): a part of a value is a value.",
        ("tests/check/test_clauses.py",),
    ),
    Entry(
        "P-9.8",
        "Better: nothing in the log",
        ("code: dont log at all|better + log", "code: log + loaded"),
        MANUAL,
        "Nothing is to be done about such lines.",
    ),
)
