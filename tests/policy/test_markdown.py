"""Where things stand in a document: statements, labels, ticks, lines."""

from strongroom.policy import markdown
from strongroom.policy.document import Kind, Statement


def _said(text: str) -> list[Statement]:
    return markdown.read(text.encode()).statements


def test_sentences_of_a_wrapped_paragraph_are_whole_and_know_their_line() -> None:
    said = _said("# T\n\nFirst one\nends here. Second one\nends here.\n")

    assert [("T", 1), ("First one ends here.", 3), ("Second one ends here.", 4)] == [
        (s.text, s.line) for s in said
    ]


def test_labels_are_lines_of_their_own() -> None:
    said = _said("**Owner:** Ada\n**Version:** 1\n")

    assert [("Owner", 1), ("Version", 2)] == [(s.label, s.line) for s in said]


def test_ticks_are_taken_off_and_kept() -> None:
    said = _said("- ✅ Use a vault\n- ❌ Hardcode\n- Plain\n")

    assert [(True, "Use a vault"), (False, "Hardcode"), (None, "Plain")] == [
        (s.tick, s.text) for s in said
    ]


def test_items_know_what_they_stand_under() -> None:
    said = _said("# A\n\n## B\n\n1. Outer\n   - inner\n")
    inner = next(s for s in said if s.text == "inner")

    assert " a b outer " == inner.above
    assert ("A", "B") == inner.section.titles


def test_code_is_code_line_by_line() -> None:
    said = [s for s in _said("```bash\nopenssl rand\n\nls\n```\n") if s.kind is Kind.CODE]

    assert [("openssl rand", 2), ("ls", 4)] == [(s.text, s.line) for s in said]


def test_front_matter_is_fields() -> None:
    said = _said("---\ntitle: Secrets\nversion: 2\n---\n\n# Other\n")

    assert [("title", 2), ("version", 3)] == [(s.label, s.line) for s in said[:2]]


def test_comments_know_their_line() -> None:
    document = markdown.read(b"# T\n\ntext <!-- one -->\n\n<!--\ntwo -->\n")

    assert [("one", 3), ("two", 5)] == [(c.text.strip(), c.line) for c in document.comments]


def test_ragged_rows_are_noted() -> None:
    table = markdown.read(b"| a | b |\n|---|---|\n| 1 | 2 | 3 |\n| 1 |\n").tables[0]

    assert ((3, 3), (4, 1)) == table.ragged
    assert [("1", "2"), ("1", "")] == [row.cells for row in table.rows]
