"""Tests for strongroom.scan.engine.settle."""

from strongroom.scan.engine.settle import Candidate, settle
from strongroom.scan.model import Confidence, Validity
from strongroom.scan.ruleset.model import Rule

SPECIFIC = Rule(id="specific", title="", pattern="x")
GENERIC = Rule(id="generic", title="", pattern="x", generic=True)


def candidate(
    rule: Rule, start: int, end: int, *, sure: Confidence = Confidence.HIGH, own: str = ""
) -> Candidate:
    return Candidate(rule, start, end, b"s" * (end - start), sure, Validity.UNKNOWN, own=own)


def ids(*found: Candidate) -> list[str]:
    return [c.own or c.rule.id for c in settle(b"." * 200, found)]


def test_a_specific_rule_beats_a_generic_one_at_the_same_place() -> None:
    assert ids(candidate(GENERIC, 0, 50), candidate(SPECIFIC, 10, 20)) == ["specific"]


def test_the_surer_and_then_the_longer_stands() -> None:
    other = Rule(id="other", title="", pattern="x")
    sure = candidate(other, 5, 10, sure=Confidence.CERTAIN)
    assert ids(candidate(SPECIFIC, 0, 20), sure) == ["other"]
    assert ids(candidate(SPECIFIC, 0, 20), candidate(other, 5, 10)) == ["specific"]


def test_a_value_of_the_room_beats_all() -> None:
    assert ids(candidate(SPECIFIC, 0, 9), candidate(GENERIC, 0, 5, own="KEY@v1")) == ["KEY@v1"]


def test_neighbours_stand_both_in_their_order() -> None:
    assert ids(candidate(GENERIC, 30, 40), candidate(SPECIFIC, 0, 30)) == ["specific", "generic"]


def test_a_token_with_a_wrong_checksum_is_none_whatever_it_is_assigned_to() -> None:
    wrong = Candidate(SPECIFIC, 10, 20, b"s" * 10, Confidence.LOW, Validity.MALFORMED, refuted=True)
    assert ids(candidate(GENERIC, 8, 22), wrong) == []
    assert ids(candidate(GENERIC, 30, 40), wrong) == ["generic"]
    other = Rule(id="other", title="", pattern="x")
    assert ids(candidate(other, 10, 20), wrong) == ["other"]


def test_a_pair_and_a_refuted_token_are_seen_among_many() -> None:
    first = Rule(id="first", title="", pattern="x", report=False)
    second = Rule(id="second", title="", pattern="x", pair=("first",), pair_required=True, within=0)
    data = b"." * 90 + b"\n" + b"." * 90
    there = [candidate(first, 0, 50), candidate(first, 10, 20), candidate(first, 60, 70)]

    assert [c.start for c in settle(data, [*there, candidate(second, 80, 90)])] == [80]
    assert settle(data, [*there, candidate(second, 100, 110)]) == []


def test_thousands_on_one_line_are_settled_one_by_one() -> None:
    many = [candidate(SPECIFIC, at * 20, at * 20 + 10) for at in range(30_000)]
    over = [candidate(GENERIC, at * 20 + 5, at * 20 + 15) for at in range(30_000)]

    assert settle(b"." * 700_000, [*over, *many]) == many


def test_thousands_that_were_decoded_of_one_place_are_settled_one_by_one() -> None:
    many = [
        Candidate(
            SPECIFIC, 0, 1 << 20, b"%032d" % n, Confidence.HIGH, Validity.UNKNOWN, ("base64",)
        )
        for n in range(20_000)
    ]

    assert len(settle(b"." * (1 << 20), [*many, many[-1]])) == len(many)
