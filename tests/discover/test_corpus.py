"""How much is found, and how much of it is right: applications in four styles with labels.

Each file of `corpus/` holds an application and the names that it expects, false friends included.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from strongroom.discover.report import Report
from strongroom.discover.sorts import Sort
from strongroom.ops.discover import DiscoverRequest, discover

CORPUS: Final = sorted((Path(__file__).parent / "corpus").glob("*.txt"))
RECALL_MIN: Final = 0.95
PRECISION_MIN: Final = 0.90


@dataclass(frozen=True)
class Outcome:
    """Names by what became of them."""

    found: frozenset[str]
    missed: frozenset[str]
    wrong: frozenset[str]


def unpack(text: str, folder: Path) -> dict[str, str]:
    """Write the application; its labels by name."""
    labels: dict[str, str] = {}
    for part in text.split("\n=== ")[1:]:
        head, _, body = part.partition("\n")
        if head == "LABELS":
            for line in body.splitlines():
                if line and line[0] != "#":
                    name, sort = line.split()
                    labels[name] = sort
            continue
        path = folder / head
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, "utf-8")
    return labels


def judged(report: Report, labels: dict[str, str]) -> Outcome:
    said = frozenset(i.name for i in report.of(Sort.SECRET))
    secrets = frozenset(n for n, sort in labels.items() if sort == "secret")
    allowed = secrets | {n for n, sort in labels.items() if sort == "ci-secret"}
    return Outcome(said & secrets, secrets - said, said - allowed)


def measured(tmp_path: Path) -> dict[str, Outcome]:
    outcomes = {}
    for path in CORPUS:
        folder = tmp_path / path.stem
        folder.mkdir()
        labels = unpack(path.read_text("utf-8"), folder)
        outcomes[path.stem] = judged(discover(DiscoverRequest(folder)), labels)
    return outcomes


def test_most_secrets_are_found_and_few_others_are_taken_for_one(tmp_path: Path) -> None:
    outcomes = measured(tmp_path)
    found = sum(len(o.found) for o in outcomes.values())
    missed = {f"{app}: {n}" for app, o in outcomes.items() for n in o.missed}
    wrong = {f"{app}: {n}" for app, o in outcomes.items() for n in o.wrong}
    recall = found / (found + len(missed))
    precision = found / (found + len(wrong))

    assert recall >= RECALL_MIN, sorted(missed)
    assert precision >= PRECISION_MIN, sorted(wrong)


@pytest.mark.parametrize("path", CORPUS, ids=lambda p: p.stem)
def test_every_label_is_seen_and_every_false_friend_is_none(path: Path, tmp_path: Path) -> None:
    """A false friend that is not seen at all would prove nothing."""
    labels = unpack(path.read_text("utf-8"), tmp_path)
    report = discover(DiscoverRequest(tmp_path))

    assert set() == {n for n in labels if n not in {i.name for i in report.items}}
    assert set() == judged(report, labels).wrong
