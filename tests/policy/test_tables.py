"""What a table is about, by its head and by its cells."""

import pytest

from strongroom.policy import markdown, tables
from strongroom.policy.tables import Shape


def _shape(text: str, title: str = "Anything") -> tables.Reading:
    document = markdown.read(f"# {title}\n\n{text}\n".encode())
    return tables.read(document.tables[0])


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        (
            "| Secret Type | Rotation Period | Storage |\n|---|---|---|\n| JWT key | 90 days | vault |",
            Shape.TYPES,
        ),
        (
            "| Service | Secret | Rotation |\n|---|---|---|\n| Sentry | DSN | 90 days |",
            Shape.THIRD_PARTY,
        ),
        (
            "| Secret | How often | Why |\n|---|---|---|\n| All secrets | 90 days | policy |",
            Shape.SCHEDULE,
        ),
        ("| Environment | Strength |\n|---|---|\n| Production | strong |", Shape.ENVIRONMENTS),
        ("| Role | Dev | Prod |\n|---|---|---|\n| A | ✅ | ❌ |", Shape.MATRIX),
        (
            "| Name | Owner | Last Rotated | Next Rotation |\n|---|---|---|---|\n| KEY | Ada | 2026-01-01 | 2026-04-01 |",
            Shape.INVENTORY,
        ),
        ("| Tool | Purpose |\n|---|---|\n| git | versions |", Shape.OTHER),
    ],
)
def test_a_table_has_a_shape(text: str, shape: Shape) -> None:
    assert shape is _shape(text).shape


def test_columns_with_unknown_heads_are_told_by_their_cells() -> None:
    reading = _shape(
        "| Foo | Bar | Baz |\n|---|---|---|\n| JWT key | `SECRET_KEY` | 90 days |\n| API key | `API_KEY` | 30 days |"
    )

    assert Shape.TYPES is reading.shape
    assert ("SECRET_KEY", "90 days") == tuple(
        reading.cell(reading.table.rows[0].cells, column).strip("`")
        for column in ("example", "period")
    )


def test_a_cell_that_is_not_there_is_empty() -> None:
    reading = _shape("| Secret Type | Rotation |\n|---|---|\n| JWT key | 90 days |")

    assert "" == reading.cell(reading.table.rows[0].cells, "storage")


def test_an_inventory_with_columns_of_marks_is_no_matrix() -> None:
    reading = _shape(
        "| Name | Environment | Last rotated | Next rotation | Versions | Status |\n"
        "|---|---|---|---|---|---|\n| KEY | Production | - | - | 1 | ok |"
    )

    assert reading.shape is Shape.INVENTORY
