"""P-7 access. The matrix comes from tables or sentences, so its rows match nothing here."""

from typing import Final

from strongroom.policy.taxonomy.entry import ENFORCED, MANUAL, Entry

# Which tier of an environment is which clause.
TIERS: Final = {"weak": "P-7.1", "medium": "P-7.2", "strong": "P-7.3"}

ENTRIES: Final = (
    Entry(
        "P-7.1",
        "Who reads the weak tier",
        (),
        ENFORCED,
        "The room allows what the cell says, and records each decision.",
        ("tests/ops/test_room_clauses.py",),
    ),
    Entry(
        "P-7.2",
        "Who reads the medium tier",
        (),
        ENFORCED,
        "The room allows what the cell says, and records each decision.",
        ("tests/ops/test_room_clauses.py",),
    ),
    Entry(
        "P-7.3",
        "Who reads the strong tier",
        (),
        ENFORCED,
        "The room allows what the cell says, and records each decision.",
        ("tests/ops/test_room_clauses.py",),
    ),
    Entry(
        "P-7.4",
        "Access method: environment variables",
        (
            "environment variable|env var + @access method|how to access|reading secrets|ways of access",
            "code: os.getenv(|os.environ|process.env + @access|ways of access|how to access|reading secrets",
        ),
        MANUAL,
        "Applications read the environment; Strongroom fills it once it holds the secrets.",
    ),
    Entry(
        "P-7.5",
        "Access method: the manager's interface",
        (
            "secret manager|vault|api|sdk + @access method|how to access|reading secrets|ways of access",
            "code: get_secret_value|secretsmanager|hvac + @access|ways of access|how to access|reading secrets",
        ),
        MANUAL,
        "Adapters for other managers are not part of this version.",
    ),
)
