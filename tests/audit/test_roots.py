"""Tests for strongroom.audit.roots; damage is tried on whole logs in test_verifier."""

from tests.audit.logs import ORIGIN

from strongroom.audit.checkpoint import Checkpoint
from strongroom.audit.problem import Kind, Problems
from strongroom.audit.roots import Roots
from strongroom.audit.tree import Frontier, leaf_hash


def test_a_root_is_held_within_a_tile_and_at_its_edge() -> None:
    problems = Problems()
    roots = Roots(problems, None)
    frontier = Frontier()
    for number in range(600):
        leaf = leaf_hash(number.to_bytes(2, "big"))
        frontier.extend([leaf])
        roots.tail.append(leaf)
        if len(roots.tail) == 256:
            roots.close()
        if number in {0, 254, 255, 256, 511, 599}:
            assert roots.hold(Checkpoint(ORIGIN, number + 1, frontier.root()))
            assert number + 1 == roots.signed
    roots.end()

    assert () == problems.all()


def test_a_root_that_does_not_hold_is_settled_at_the_end() -> None:
    problems = Problems()
    roots = Roots(problems, None)
    roots.tail.append(leaf_hash(b"x"))

    assert not roots.hold(Checkpoint(ORIGIN, 1, bytes(32)))
    assert not roots.hold(Checkpoint(ORIGIN, 1, bytes(32)))
    assert 0 == roots.signed
    roots.end()
    assert [(Kind.EDITED, 0, 1)] == [(p.kind, p.index, p.count) for p in problems.all()]
