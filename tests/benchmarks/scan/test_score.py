"""The scorer's rules, each on a corpus of a few labels."""

from pathlib import Path

from benchmarks.scan.corpus.build import Label
from benchmarks.scan.score import Finding

from benchmarks.scan import score


def label(line: int, *, secret: str = "", end: int = 0, is_secret: bool | None = None) -> Label:
    kind = bool(secret) if is_secret is None and secret else is_secret
    return Label("a.py", line, end or line, kind, f"class-{line}", secret, secret)


HIT = label(1, secret="alpha-bravo")
KEY = label(5, secret="the whole block", end=9)
NEGATIVE = label(12, is_secret=False)
UNCOUNTED = label(14)
LABELS = [HIT, KEY, NEGATIVE, UNCOUNTED]


def found(line: int, end: int = 0, secret: str | None = None, file: str = "a.py") -> Finding:
    return Finding(file, line, end or line, secret)


def test_nothing_found_is_everything_missed() -> None:
    result = score.score(LABELS, [])

    assert (result.tp, result.fp, result.fn) == (0, 0, 2)
    assert (result.precision, result.recall, result.f1) == (0.0, 0.0, 0.0)


def test_a_line_counts_once_however_often_it_is_found() -> None:
    result = score.score(LABELS, [found(1), found(1, secret="alpha"), found(1, secret="bravo")])

    assert (result.tp, result.fp, result.fn) == (1, 0, 1)
    assert (result.precision, result.recall) == (1.0, 0.5)


def test_any_line_of_a_block_counts_for_the_block() -> None:
    assert score.score(LABELS, [found(7), found(9), found(5, 9)]).hits == {KEY}


def test_a_false_alarm_on_a_negative_and_on_context_each_count_once() -> None:
    result = score.score(LABELS, [found(12), found(12), found(3), found(3), found(1, file="b.py")])

    assert result.alarms == {NEGATIVE}
    assert result.context == {("a.py", 3), ("b.py", 1)}
    assert result.fp == 3


def test_what_people_differ_on_is_set_aside() -> None:
    result = score.score(LABELS, [found(14)])

    assert (result.fp, result.aside) == (0, 1)


def test_a_finding_over_several_secrets_is_for_the_one_that_it_names() -> None:
    assert score.score(LABELS, [found(1, 6, "whole block")]).hits == {KEY}
    assert score.score(LABELS, [found(1, 6)]).hits == {HIT}
    assert score.score(LABELS, [found(1, 6, "something else")]).hits == {HIT}


def test_classes_are_counted_apart() -> None:
    result = score.score(LABELS, [found(1), found(12)])

    assert result.classes == {"class-1": (1, 1), "class-5": (0, 1)}
    assert result.negatives == {"class-12": (1, 1)}


def test_labels_on_which_all_disagree_are_listed() -> None:
    scores = {
        "one": score.score(LABELS, [found(1), found(12)]),
        "two": score.score(LABELS, [found(12)]),
    }

    assert score.disagreements(LABELS, scores) == [("all miss", KEY), ("all report", NEGATIVE)]


def test_findings_are_read_as_they_were_written(tmp_path: Path) -> None:
    findings = [found(1, secret="x"), found(5, 9)]

    score.write_findings(tmp_path / "tool.jsonl", [findings[1], findings[0], findings[0]])

    assert score.read_findings(tmp_path / "tool.jsonl") == findings


def test_the_tables_name_every_tool() -> None:
    scores = {"one": score.score(LABELS, [found(1)]), "two": score.score(LABELS, [])}

    assert "| one | 1 | 0 | 0 | 1 | 1.000 | 0.500 | 0.667 |" in score.table(scores)
    assert "| class-1 | 1 | 1 | 0 |" in score.class_table(scores, secrets=True)
    assert "| class-12 | 1 | 0 | 0 |" in score.class_table(scores, secrets=False)
