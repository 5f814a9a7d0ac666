"""Tests for strongroom.inventory.formats."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.inventory.build import NOW, POLICY, seen, survey_of

from strongroom.inventory import formats
from strongroom.inventory.line import SIX, Line, lines
from strongroom.policy import markdown
from strongroom.policy.readers import governance
from strongroom.policy.source import prepare

OWNERS = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters="\x7f"), min_size=1, max_size=20
).map(lambda t: " ".join(t.split())).filter(lambda t: t and t.isprintable())  # fmt: skip
ODD = {word: SIX[word] for word in ("next", "owner", "environment", "last", "type", "name")}


def line(owner: str) -> Line:
    (found,) = lines(survey_of(seen("api/_KEY_", "sentry", owner)), POLICY, NOW)
    return found


@pytest.mark.parametrize("heads", [SIX, ODD])
def test_the_table_is_read_back_by_the_reader_of_policies(heads: dict[str, str]) -> None:
    """P-10.2: the six columns survive the way into a document and out of it."""
    held = [
        line("Ada Lovelace (DevOps)"),
        replace(line("A|b *c* <d@e.example> [f](g) `h`"), name="x/y-z"),
    ]
    text = "# Inventory\n\n" + formats.markdown(held, heads)
    rows = governance.inventory(prepare(markdown.read(text.encode())))

    assert [one.six for one in held] == [
        {
            "name": r.name, "type": r.type, "environment": r.environment, "owner": r.owner,
            "last": r.last_rotated, "next": r.next_rotation,
        }
        for r in rows
    ]  # fmt: skip


@given(OWNERS)
def test_a_cell_of_markdown_is_one_cell(owner: str) -> None:
    table = formats.markdown([line(owner)], SIX)
    (reading,) = prepare(markdown.read(f"# Inventory\n\n{table}".encode())).readings

    assert 13 == len(reading.table.rows[0].cells)
    assert 1 == len(reading.table.rows)


@pytest.mark.parametrize("owner", ["=1+1", "+1", "-cmd|'/c calc'!A0", "@SUM(A1)", "-1+2"])
def test_no_cell_of_csv_is_a_formula(owner: str) -> None:
    (_, row) = csv.reader(io.StringIO(formats.as_csv([line(owner)], SIX)))

    assert f"'{owner}" == row[3]
    assert not any(cell[:1] in "=+@\t\r" for cell in row if cell)


def test_csv_has_numbers_and_dashes_as_they_are_and_quotes_what_it_must() -> None:
    late = replace(line('a "b", c'), days_left=-3)
    (head, row) = csv.reader(io.StringIO(formats.as_csv([late], ODD)))

    assert ["Next Rotation", "Owner"] == head[:2]
    assert ('a "b", c', "-3", "-") == (row[1], row[11], row[8])
