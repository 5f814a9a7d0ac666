"""Tests for strongroom.discover.sources.blocks."""

from strongroom.discover.sources.blocks import Block, anchored, documents
from strongroom.discover.sources.lines import rows


def _shown(block: Block) -> list[tuple[tuple[str, ...], str, int]]:
    return [(b.trail(), b.value, b.line) for b in block.walk() if b.line]


def test_keys_items_and_their_lines() -> None:
    (top,) = documents(rows("a:\n  b: 1 # one\nc:\n- x\n- d: 'y: z'\n  e: http://h:1\n"))

    assert _shown(top) == [
        (("a",), "", 1), (("a", "b"), "1", 2), (("c",), "", 3), (("c",), "x", 4),
        (("c",), "", 5), (("c", "d"), "y: z", 5), (("c", "e"), "http://h:1", 6),
    ]  # fmt: skip


def test_flow_style_over_lines() -> None:
    (top,) = documents(rows("env: {A: b, 'C': [x, {D: e}],\n  F: '}'}\ng: ${{ h }}\n"))

    assert [(b.trail(), b.value) for b in top.walk() if b.value] == [
        (("env", "A"), "b"), (("env", "C"), "x"), (("env", "C", "D"), "e"), (("env", "F"), "}"),
        (("g",), "${{ h }}"),
    ]  # fmt: skip


def test_the_text_of_a_block_is_no_keys() -> None:
    (top,) = documents(rows("run: |\n  A: b\n\n  c\nnext: 1\n"))

    assert [row.text for row in top.below[0].text] == ["  A: b", "", "  c"]
    assert top.said("next") == "1"


def test_documents_and_anchors() -> None:
    tops = documents(rows("a: &x\n  b: 1\n---\nc: *x\n<<: [*x, *y]\n"))

    assert [len(t.below) for t in tops] == [1, 2]
    assert anchored(tops)["x"].key == "a"
    assert tops[1].below[0].aliases == ("x",)
    assert tops[1].below[1].aliases == ("x", "y")
