"""Tests for strongroom.audit.tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit import reference

from strongroom.audit.tree import (
    EMPTY_ROOT,
    TILE_LEAVES,
    Frontier,
    Node,
    fold,
    leaf_hash,
    node_hash,
    reader,
)

SIZES = st.one_of(st.integers(0, 40), st.integers(0, 1100), st.sampled_from([256, 512, 768, 1024]))


def leaves_of(size: int) -> list[bytes]:
    return [number.to_bytes(4, "big") for number in range(size)]


def grown(size: int) -> tuple[Frontier, dict[tuple[int, int], bytes], list[bytes]]:
    """A frontier, its stored nodes and its leaf hashes."""
    frontier = Frontier()
    hashes = [leaf_hash(leaf) for leaf in leaves_of(size)]
    nodes = {(node.level, node.position): node.hash for node in frontier.extend(hashes)}
    return frontier, nodes, hashes


def test_the_certificate_transparency_vectors() -> None:
    frontier = Frontier()
    roots = [frontier.root().hex()]
    for leaf in reference.CT_LEAVES:
        frontier.extend([leaf_hash(leaf)])
        roots.append(frontier.root().hex())

    assert reference.CT_ROOTS == roots


def test_the_reference_agrees_with_the_vectors() -> None:
    """The other implementation is not merely equal to ours."""
    assert reference.CT_ROOTS == [
        reference.tree_hash(reference.CT_LEAVES[:size]).hex() for size in range(9)
    ]


@given(SIZES)
def test_the_root_is_that_of_the_definition(size: int) -> None:
    frontier, _, _ = grown(size)

    assert size == frontier.size
    assert reference.tree_hash(leaves_of(size)) == frontier.root()


@given(st.lists(st.integers(0, 600), max_size=6))
def test_leaves_may_come_in_any_portions(portions: list[int]) -> None:
    """The tree depends on the leaves, not on how they were handed over."""
    whole, nodes, hashes = grown(sum(portions))
    parts = Frontier()
    made: list[Node] = []
    at = 0
    for portion in portions:
        made += parts.extend(hashes[at : at + portion])
        at += portion

    assert whole.peaks == parts.peaks
    assert whole.root() == parts.root()
    assert nodes == {(node.level, node.position): node.hash for node in made}


@given(SIZES)
def test_nodes_are_the_complete_subtrees_from_256_leaves_up(size: int) -> None:
    _, nodes, _ = grown(size)
    leaves = leaves_of(size)
    expected = {
        (level, position): reference.tree_hash(leaves[position << level : (position + 1) << level])
        for level in range(8, 12)
        for position in range(size >> level)
    }

    assert expected == nodes


@given(SIZES)
def test_a_frontier_is_found_again_from_nodes_and_the_last_tile(size: int) -> None:
    frontier, nodes, hashes = grown(size)
    tiles = [hashes[at : at + TILE_LEAVES] for at in range(0, size, TILE_LEAVES)]
    again = Frontier.resume(
        size, reader(lambda level, position: nodes[level, position], tiles.__getitem__)
    )

    assert frontier.peaks == again.peaks


def test_resuming_reads_the_last_tile_only() -> None:
    size = 1000
    _, nodes, hashes = grown(size)
    asked: list[int] = []

    def tile(number: int) -> list[bytes]:
        asked.append(number)
        return hashes[number * TILE_LEAVES : (number + 1) * TILE_LEAVES]

    Frontier.resume(size, reader(lambda level, position: nodes[level, position], tile))

    assert {3} == set(asked)


def test_a_copy_grows_on_its_own() -> None:
    frontier, _, _ = grown(5)
    root = frontier.root()
    frontier.copy().extend([leaf_hash(b"more")])

    assert root == frontier.root()


def test_a_tile_appended_by_its_hash_is_the_same_tree() -> None:
    whole, _, hashes = grown(512)
    by_hash = Frontier()
    made = [node for at in (0, 256) for node in by_hash.extend_tile(fold(hashes[at : at + 256]))]

    assert whole.root() == by_hash.root()
    assert [(8, 0), (8, 1), (9, 0)] == [(node.level, node.position) for node in made]


def test_a_tile_goes_to_the_edge_of_one() -> None:
    frontier, _, _ = grown(255)
    with pytest.raises(ValueError, match="edge"):
        frontier.extend_tile(bytes(32))


@pytest.mark.parametrize("size", [0, 3, 5, 255])
def test_only_complete_subtrees_are_folded(size: int) -> None:
    with pytest.raises(ValueError, match="power of two"):
        fold([bytes(32)] * size)


@pytest.mark.parametrize(("size", "peaks"), [(-1, 0), (0, 1), (3, 1), (4, 2)])
def test_a_frontier_has_one_peak_for_each_binary_one(size: int, peaks: int) -> None:
    with pytest.raises(ValueError, match="one peak"):
        Frontier(size, [bytes(32)] * peaks)


def test_a_leaf_never_passes_for_a_node() -> None:
    """Two hashes side by side, taken as a leaf, hash differently than as a node."""
    left, right = leaf_hash(b"l"), leaf_hash(b"r")

    assert leaf_hash(left + right) != node_hash(left, right)
    assert leaf_hash(b"") != EMPTY_ROOT
