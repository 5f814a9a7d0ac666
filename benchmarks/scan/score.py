"""Judges findings by the corpus's labels, by the same rules for every tool.

The rules (README.md gives the reasons):

- A finding covers the lines from `line` to `end_line`. It hits a label when the two share a line,
  so any line of a PEM block counts for the block.
- Where a finding touches several secrets, it hits those whose text overlaps with what it reports;
  with no text, or none that overlaps, the first one.
- A labelled secret counts once, however many findings there are: hit (TP) or missed (FN).
- A finding that touches no secret and no uncounted line is a false alarm (FP): on the negative
  that it touches first, or else on its first line, which is context. Each such line counts once.
- A finding that touches no secret but a line that is not counted is set aside.

`python -m benchmarks.scan.score CORPUS FINDINGS.jsonl…` prints the tables; each file is a tool's
findings, one JSON object a line: {"file", "line", "end_line", "secret"}, the last two optional.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.scan.corpus.build import Label, read_labels


@dataclass(frozen=True)
class Finding:
    """What a tool reports: a file (relative to the folder scanned), lines from 1, and the text."""

    file: str
    line: int
    end_line: int
    secret: str | None = None


@dataclass
class Score:
    """Counts over labelled lines, and those of each class as (hit, all)."""

    hits: set[Label] = field(default_factory=set)
    missed: set[Label] = field(default_factory=set)
    alarms: set[Label] = field(default_factory=set)
    context: set[tuple[str, int]] = field(default_factory=set)
    classes: dict[str, tuple[int, int]] = field(default_factory=dict)
    negatives: dict[str, tuple[int, int]] = field(default_factory=dict)
    aside: int = 0

    @property
    def tp(self) -> int:
        return len(self.hits)

    @property
    def fn(self) -> int:
        return len(self.missed)

    @property
    def fp(self) -> int:
        return len(self.alarms) + len(self.context)

    @property
    def precision(self) -> float:
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def _overlap(one: str, other: str) -> bool:
    return bool(one and other) and (one in other or other in one)


def _meant(finding: Finding, secrets: list[Label]) -> list[Label]:
    said = finding.secret
    if said:
        meant = [one for one in secrets if _overlap(said, one.text) or _overlap(said, one.secret)]
        if meant:
            return meant
    return secrets[:1]


def score(labels: Sequence[Label], findings: Iterable[Finding]) -> Score:
    """Count the findings against the labels."""
    by_file: dict[str, list[Label]] = defaultdict(list)
    for label in sorted(labels, key=lambda one: (one.file, one.line)):
        by_file[label.file].append(label)
    result = Score()
    for finding in findings:
        touched = [
            label
            for label in by_file[finding.file]
            if label.line <= finding.end_line and finding.line <= label.end_line
        ]
        secrets = [label for label in touched if label.is_secret]
        if secrets:
            result.hits.update(_meant(finding, secrets))
        elif any(label.is_secret is None for label in touched):
            result.aside += 1
        elif touched:
            result.alarms.add(touched[0])
        else:
            result.context.add((finding.file, finding.line))
    result.missed = {label for label in labels if label.is_secret} - result.hits
    result.classes = _by_class(labels, result.hits, kind=True)
    result.negatives = _by_class(labels, result.alarms, kind=False)
    return result


def _by_class(
    labels: Sequence[Label], marked: set[Label], *, kind: bool
) -> dict[str, tuple[int, int]]:
    everything = Counter(label.cls for label in labels if label.is_secret is kind)
    found = Counter(label.cls for label in marked)
    return {cls: (found[cls], number) for cls, number in sorted(everything.items())}


def read_findings(path: Path) -> list[Finding]:
    """A tool's findings, as peers.py writes them."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
    return [
        Finding(row["file"], row["line"], row.get("end_line", row["line"]), row.get("secret"))
        for row in rows
    ]


def write_findings(path: Path, findings: Iterable[Finding]) -> None:
    """The other way round, in a settled order."""
    ordered = sorted(set(findings), key=lambda f: (f.file, f.line, f.end_line, f.secret or ""))
    path.write_text("".join(json.dumps(asdict(one)) + "\n" for one in ordered), encoding="utf-8")


def table(scores: dict[str, Score]) -> str:
    """One line a tool, the best F1 first, as Markdown."""
    lines = [
        "| tool | TP | FP | of them context | FN | precision | recall | F1 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, one in sorted(scores.items(), key=lambda pair: -pair[1].f1):
        lines.append(
            f"| {name} | {one.tp} | {one.fp} | {len(one.context)} | {one.fn} "
            f"| {one.precision:.3f} | {one.recall:.3f} | {one.f1:.3f} |"
        )
    return "\n".join(lines)


def class_table(scores: dict[str, Score], *, secrets: bool) -> str:
    """Hits of each class of secrets, or false alarms of each class of negatives."""
    names = sorted(scores)
    lines = [f"| class | lines | {' | '.join(names)} |", "|---" * (len(names) + 2) + "|"]
    tables = [scores[name].classes if secrets else scores[name].negatives for name in names]
    for cls, (_, number) in tables[0].items():
        cells = " | ".join(str(one[cls][0]) for one in tables)
        lines.append(f"| {cls} | {number} | {cells} |")
    return "\n".join(lines)


def disagreements(labels: Sequence[Label], scores: dict[str, Score]) -> list[tuple[str, Label]]:
    """Labels on which every tool says otherwise: each is worth a look at the label itself."""
    missed = set.intersection(*(one.missed for one in scores.values()))
    alarms = set.intersection(*(one.alarms for one in scores.values()))
    return [
        ("all miss" if label in missed else "all report", label)
        for label in labels
        if label in missed or label in alarms
    ]


def main(arguments: list[str]) -> int:
    if len(arguments) < 2:
        print(__doc__)
        return 2
    labels = read_labels(Path(arguments[0]))
    scores = {Path(name).stem: score(labels, read_findings(Path(name))) for name in arguments[1:]}
    print(table(scores))
    print("\nHits by class of secret:\n")
    print(class_table(scores, secrets=True))
    print("\nFalse alarms by class of negative:\n")
    print(class_table(scores, secrets=False))
    print("\nLabels on which all tools disagree:\n")
    for what, label in disagreements(labels, scores):
        print(f"- {what}: {label.file}:{label.line} {label.cls}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
