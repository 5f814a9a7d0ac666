"""Where things stand in a document: statements, labels, ticks, lines."""

import pytest

from strongroom.errors import LimitError
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


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("Access\n======\n\nwords\n", ("Access",)),
        ("1. Access\n=========\n\nwords\n", ("1. Access",)),
        ("# Rules\n\n**Access**\n\nwords\n", ("Rules", "Access")),
        ("# Rules\n\n1.2 Who may read\n\nwords\n", ("Rules", "1.2 Who may read")),
        ("# Rules\n\n**Owner:** Ada\n\nwords\n", ("Rules",)),
        ("# Rules\n\n1.2 Keys must have 32 bytes.\n\nwords\n", ("Rules",)),
    ],
)
def test_headings_come_in_disguise(text: str, titles: tuple[str, ...]) -> None:
    assert titles == _said(text)[-1].section.titles


def test_a_list_knows_the_sentence_that_introduces_it() -> None:
    never, after = _said("Never:\n\n- commit secrets\n\nWords.\n\n- other\n")[1::2]

    assert ("Never:",) == never.parents
    assert ("commit secrets", ()) == (never.text, after.parents)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 1001, "policy-block-too-long"),
        ("a " * 8200, "policy-block-too-long"),
        ("| a |\n|---|\n| " + "a" * 17_000 + " |", "policy-block-too-long"),
        ("One. " * 2500 + "\n\n" + ("Two. " * 2500 + "\n\n") * 4, "policy-too-long"),
        ("- item\n" * 10_001, "policy-too-long"),
        ("| a |\n|---|\n" + "| b |\n" * 10_001, "policy-too-long"),
        ("<table>" + "<tr><td>a</td></tr>\n" * 10_001, "policy-too-long"),
        (">" * 100 + " deep", "policy-too-deep"),
        ("".join("  " * n + "- deep\n" for n in range(60)), "policy-too-deep"),
    ],
    ids=lambda text: text[:12],
)
def test_what_would_take_long_is_refused(text: str, code: str) -> None:
    with pytest.raises(LimitError) as error:
        markdown.read(text.encode())

    assert code == error.value.code


def test_long_lists_code_and_tables_are_read() -> None:
    text = (
        "- an item of a list that is long\n" * 2000
        + "\n```\n"
        + "a line of code\n" * 3000
        + "```\n\n| a |\n|---|\n"
        + "| b |\n" * 5000
    )
    document = markdown.read(text.encode())

    assert (5000, 5000) == (len(document.statements), len(document.tables[0].rows))


def test_punctuation_alone_says_nothing() -> None:
    assert ["words"] == [s.text for s in _said("... -- !\n\n- ...\n\nwords\n")]


@pytest.mark.parametrize("text", ["---\n\nwords\n", "---\nno fields\n---\n\nwords\n"])
def test_a_rule_at_the_top_is_no_front_matter(text: str) -> None:
    assert "words" == _said(text)[-1].text
    assert "words" == _said("---\ntitle: a\nempty:\n---\n\nwords\n")[-1].text
