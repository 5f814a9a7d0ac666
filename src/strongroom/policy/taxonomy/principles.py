"""P-0 head, P-1 principles."""

from typing import Final

from strongroom.policy.taxonomy.entry import ENFORCED, EVIDENCED, MANUAL, Entry

ENTRIES: Final = (
    Entry(
        "P-0.1",
        "The document has a version, an owner and a date",
        (),
        EVIDENCED,
        "The compiled policy carries version, owner, date and the SHA-256 of the document; one changed byte changes it.",
        ("tests/policy/test_compiler.py",),
    ),
    Entry(
        "P-0.2",
        "What the document covers",
        (
            "defines|covers|applies|governs|describes|scope|sets out + secret|credential|sensitive|key",
        ),
        MANUAL,
        "Nothing is enforced by a statement of scope; it is shown in every explanation.",
    ),
    Entry(
        "P-1.1",
        "No secrets in code",
        (
            "no|never|not|dont|avoid|forbid|prohibit|must not|free of|without + secret|credential|password|key + in code|source code|into code|in the code|codebase|in source",
            "no|never|not|dont|avoid|forbid|prohibit|must not|free of|without + @secret + code + !log|error|hardcod",
        ),
        ENFORCED,
        "`strongroom check` reports literals that are assigned to names of secrets, by syntax tree.",
        ("tests/check/test_clauses.py", "tests/check/test_engine.py"),
    ),
    Entry(
        "P-1.2",
        "No secrets in configuration files",
        (
            "no|never|not|dont|avoid|forbid|prohibit|must not|free of|without + @secret|credential + config|configuration|settings file",
        ),
        ENFORCED,
        "`strongroom check` reports literal secrets in configuration and compose files.",
        ("tests/check/test_clauses.py",),
    ),
    Entry(
        "P-1.3",
        "No secrets in comments or documentation",
        (
            "no|never|not|dont|avoid|forbid|prohibit|must not|free of|without + @secret|credential + comment|documentation|docs|readme|wiki",
        ),
        ENFORCED,
        "`strongroom check` reports values in comments and documentation.",
        ("tests/check/test_clauses.py",),
    ),
    Entry(
        "P-1.4",
        "Use environment variables or secret management systems",
        (
            "use|via|through|from|instead|come + environment variable|env var|secret manage|secrets manage|vault + @commit|version control|principle|git|repository|rule + !method|storage|multi-factor|mfa",
        ),
        MANUAL,
        "Which of the two an environment uses is compiled; whether it is used is for people to see.",
    ),
    Entry(
        "P-1.5",
        "Secrets are accessible only to those who need them",
        (
            "only|least|need + access|accessible|available|reach|see + need|require|least privilege|necessary",
            "need-to-know|need to know|least privilege + secret|access",
        ),
        ENFORCED,
        "The room refuses whatever no rule allows; a denial beats every permission.",
        ("tests/ops/test_room_clauses.py",),
    ),
    Entry(
        "P-1.6",
        "Access goes by roles",
        ("role-based|role based|rbac|by role|per role|roles + access|permission|secret|right",),
        ENFORCED,
        "The room applies the compiled matrix, and grants to roles beside it; `strongroom check --env` reports grants beyond it, people without a role and roles without people.",
        ("tests/ops/test_room_clauses.py",),
    ),
    Entry(
        "P-1.7",
        "Access is audited regularly",
        (
            "audit|review|check|inspect + access + regular|periodic|quarterly|monthly|every|annual + !log",
            "access review",
        ),
        EVIDENCED,
        "`strongroom check --env` reports grants that nobody has used for 90 days; the reviews themselves are kept in the security team's register of reviews.",
        ("tests/check/room/test_access.py",),
    ),
    Entry(
        "P-1.8",
        "Every secret has an expiration date",
        (
            "expir|end date|limited lifetime|lifetime limit|expiry + all|every|each|must have|must carry|must expire|must get|always|any + !monitor|watch",
        ),
        ENFORCED,
        "A version without an end is refused at the moment of writing; `strongroom check` reports inventory rows without one, and with --env values that are past theirs.",
        ("tests/ops/test_room_clauses.py", "tests/check/test_inventory.py"),
    ),
    Entry(
        "P-1.9",
        "Secrets are rotated regularly",
        (
            "rotat|renew|change|replace + regular|periodic|schedule|routine + secret|they|credential + !do|practice",
        ),
        ENFORCED,
        "`strongroom check` reports inventory rows whose rotation is overdue by the document's own periods, and with --env secrets of a room that are.",
        (
            "tests/ops/test_room_clauses.py",
            "tests/check/test_inventory.py",
            "tests/check/room/test_dates.py",
        ),
    ),
    Entry(
        "P-1.10",
        "A compromised secret is rotated immediately",
        (
            "compromis|leaked|exposed|stolen|breach + rotat|replac|renew|revok + immediate|at once|without delay|instant|promptly|right away + !all secrets",
        ),
        ENFORCED,
        "`strongroom check --env` reports a compromised value that is still current; the clocks are compiled, and the rotation is the operator's.",
        ("tests/check/room/test_dates.py",),
    ),
    Entry(
        "P-1.11",
        "Secrets are encrypted at rest",
        (
            "encrypt |encrypted|encrypts|encryption at + at rest|on disk + !backup",
            "encrypt |encrypted|encrypts + stored|storage + !transit|backup",
        ),
        ENFORCED,
        "Each version is sealed under a key of its own, bound to its place; nothing is stored in the clear.",
        ("tests/ops/test_room_clauses.py",),
    ),
    Entry(
        "P-1.12",
        "Secrets are encrypted in transit",
        (
            "encrypt|tls + in transit|in flight|in motion|over the network|on the wire|moving|transmitted|transport",
        ),
        MANUAL,
        "This version sends nothing over a network.",
    ),
    Entry(
        "P-1.13",
        "Only strong algorithms",
        (
            "algorithm|cipher|cryptograph|crypto + aes|rsa|strong|ed25519|modern",
            "aes-256|rsa-2048|rsa-3072|aes 256",
        ),
        ENFORCED,
        "`strongroom strength` refuses RSA under 2048 bits, DSA and weak curves; keys that we generate are Ed25519 or RSA of 3072 bits.",
        ("tests/ops/test_strength.py", "tests/ops/test_generate.py"),
    ),
)
