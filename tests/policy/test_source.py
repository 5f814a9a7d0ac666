"""What readers ask of a document: what a sentence is about, and what stands under it."""

from strongroom.policy import markdown
from strongroom.policy.source import Source, kind_of, prepare, relabel, rest, subject


def _source(text: str) -> Source:
    return prepare(markdown.read(text.encode()))


def test_a_kind_is_told_by_the_narrowest_word() -> None:
    assert ["email", "jwt", "api-key", None] == [
        kind_of(name) for name in ("EMAIL_API_KEY", "JWT secret", "api_key", "Till key")
    ]


def test_items_under_a_statement_end_with_its_list() -> None:
    source = _source("- A:\n  - one\n  - two\n- B\n\nC:\n\n- three\n\nD\n")
    by_text = {s.text: s for s in source.statements}

    assert ["one", "two"] == [s.text for s in source.under(by_text["A:"])]
    assert ["three"] == [s.text for s in source.under(by_text["C:"])]
    assert [] == source.under(by_text["B"])
    assert [] == source.under(by_text["D"])


def test_the_subject_is_looked_for_from_the_inside_out() -> None:
    source = _source("# Rules\n\n## Keys\n\n- API\n  - 32 bytes\n")

    assert ["32 bytes", " api ", "Keys", "Rules"] == list(subject(source.statements[-1]))
    assert ["Keys", "Keys", "Rules"] == list(subject(source.statements[1]))


def test_a_label_is_what_stands_before_the_colon() -> None:
    said = _source("**Owner:** Ada\n\nVersion: 1\n\nwords\n").statements

    assert ["Ada", "1", "words"] == [rest(s) for s in said]
    assert ["Owner", "Version", None] == [relabel(s).label for s in said]


def test_a_table_of_dos_and_donts_is_a_statement_for_each_cell() -> None:
    source = _source(
        "| ✅ Do | ❌ Don't |\n|---|---|\n| Use a vault | ❌ Log values |\n| Rotate | |\n"
    )

    assert [("Use a vault", True), ("Log values", False), ("Rotate", True)] == [
        (s.text, s.tick) for s in source.statements
    ]


def test_the_same_doubt_on_the_same_lines_is_noted_once() -> None:
    source = _source("words\n")
    for _ in range(2):
        source.notes.doubt("D-2", (2, 1, 1), "twice", "once")

    assert [(1, 2)] == [c.lines for c in source.notes.contradictions]
