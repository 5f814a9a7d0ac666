"""The inventory table of a policy."""

from datetime import date

from strongroom.secret.importing import inventory


def test_the_table_of_the_example(document: bytes) -> None:
    """P-10.2: the policy's own table can be imported."""
    found = inventory.read(document.decode())

    assert () == found.problems
    assert ["SECRET_KEY", "API_KEY", "DATABASE_URL", "REDIS_PASSWORD", "SENTRY_DSN"] == [
        row.name for row in found.rows
    ]
    key, *_, dsn = found.rows
    assert (None, "JWT key", "Production", "DevOps") == (
        key.value, key.type, key.environment, key.owner,
    )  # fmt: skip
    assert date(2026, 12, 20) == key.next_day
    assert "last rotated 2026-09-21" in key.description
    assert dsn.next_day is None
    assert "SECRET_KEY" in document.decode().splitlines()[key.number - 1]


def test_a_day_that_is_none_is_a_problem() -> None:
    text = (
        "| Name | Type | Environment | Owner | Last rotated | Next rotation |\n|--|--|--|--|--|--|\n"
        "| A | x | Production | y | 2026-01-01 | soon |\n| B | x | Production | y | - | 2026-13-45 |\n"
    )
    found = inventory.read(text)

    assert [(3, "A"), (4, "B")] == [(p.row, p.name) for p in found.problems]
    assert all("P-10.4" in p.message for p in found.problems)


def test_what_no_document_may_be_is_a_problem() -> None:
    assert ["file-malformed"] == [p.code for p in inventory.read("> " * 500 + "x").problems]
