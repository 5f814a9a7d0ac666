"""Templates to files and labels.

A template has a head of `key: value` lines and then blocks, each after a line that starts with
`%%`. In a block a line may begin with a mark: `+class|` is a line with a secret, `-class|` a hard
negative, `?class|` one that is not counted, and `*kind|` a slot that gets the one or the other by draw. What is not marked is context: a finding there is a false alarm.
"""

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.scan.corpus import fill, words
from benchmarks.scan.corpus.draw import Draw
from benchmarks.scan.corpus.values import Value

TEMPLATES = Path(__file__).parent / "templates"
LABELS = "labels.jsonl"
SEED = 2026

_MARK = re.compile(r"^([+*?-])([a-z0-9-]+)\|(.*)$", re.DOTALL)
_PLACE = re.compile(r"«(!?)([^«»#]*?)(?:#(\d+))?»")
_SHOWS_NAME = re.compile(r"«[NncPkd]»")
_NAMES = {
    "N": lambda name: words.snake(name).upper(),
    "n": words.snake,
    "c": words.camel,
    "P": words.pascal,
    "k": words.kebab,
    "d": words.dotted,
}
_GAP_PERCENT = 50  # an empty line after a block
_HIT_PERCENT = 63  # of the slots: the fixed negatives of the templates outweigh the fixed hits
_PLAIN_PERCENT = 32  # of the blocks that hold nothing but fixed negatives: they repeat themselves


@dataclass(frozen=True)
class Label:
    """One labelled line, or block of lines where a credential has several.

    Lines count from 1, both ends included. `text` is the secret as the file has it (the escaped,
    encoded or split form), `secret` the credential itself; both are empty for negatives.
    """

    file: str
    line: int
    end_line: int
    is_secret: bool | None
    cls: str
    secret: str
    text: str


@dataclass(frozen=True)
class Block:
    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Template:
    name: str
    paths: tuple[str, ...]
    files: int
    blocks: tuple[int, int]
    gap: int
    head: tuple[Block, ...]
    middle: tuple[Block, ...]
    tail: tuple[Block, ...]


def parse(name: str, text: str) -> Template:
    """A template file; a ValueError says what it lacks."""
    top, *sections = re.split(r"^%%(.*)\n", text, flags=re.MULTILINE)
    head = dict(line.split(": ", 1) for line in top.splitlines() if line)
    pairs = zip(sections[::2], sections[1::2], strict=True)
    blocks = [
        Block(kind.strip(), tuple(body.removesuffix("\n").split("\n"))) for kind, body in pairs
    ]
    low, _, high = head["blocks"].partition("-")
    size = (len(blocks), len(blocks)) if low == "all" else (int(low), int(high))
    return Template(
        name,
        tuple(head["path"].split(" | ")),
        int(head["files"]),
        size,
        int(head.get("gap", _GAP_PERCENT)),
        tuple(block for block in blocks if block.kind == "head"),
        tuple(block for block in blocks if not block.kind),
        tuple(block for block in blocks if block.kind == "tail"),
    )


class File:
    """One file as it is written: its lines, its labels, and what `#1` stands for in it."""

    def __init__(self, path: str, bound: dict[str, str]) -> None:
        self.path = path
        self.bound = bound
        self.lines: list[str] = []
        self.labels: list[Label] = []

    def add(self, draw: Draw, block: Block) -> None:
        named = any(_SHOWS_NAME.search(line) for line in block.lines)
        slots = {
            at: fill.slot(draw, mark[2], hit=draw.chance(_HIT_PERCENT), named=named)
            for at, line in enumerate(block.lines)
            if (mark := _MARK.match(line)) and mark[1] == "*"
        }
        names = [draw.pick(v.names) if v.names else "value" for v in slots.values()]
        for at, line in enumerate(block.lines):
            mark = _MARK.match(line)
            sign, cls, text = mark.groups() if mark else ("", "", line)
            value = slots.get(at)
            name = names[list(slots).index(at)] if value else (names or ["setting"])[0]
            shown, found = self._filled(draw, text, value, name)
            self._append(sign, cls, shown, found)

    def _filled(
        self, draw: Draw, text: str, value: Value | None, name: str
    ) -> tuple[str, Value | None]:
        found = value
        out = ""
        at = 0
        for place in _PLACE.finditer(text):
            out += text[at : place.start()]
            at = place.end()
            if place[2] == "v" and value:
                new = value.text
            elif place[2] in _NAMES:
                new = _NAMES[place[2]](name)
            elif place[1]:
                found = fill.secret(draw, place[2])
                new = found.text
            elif place[3]:
                new = bind(draw, self.bound, place[2], place[3])
            else:
                new = fill.context(draw, place[2])
            margin = out if not out.strip() else ""
            out += new.replace("\n", "\n" + margin)
        return out + text[at:], found

    def _append(self, sign: str, cls: str, text: str, value: Value | None) -> None:
        rows = text.split("\n")
        first = len(self.lines) + 1
        self.lines += rows
        if not sign:
            return
        if sign == "*":
            assert value is not None
            is_secret, cls = value.is_secret, value.cls
        else:
            is_secret = {"+": True, "-": False, "?": None}[sign]
        secret = shown = ""
        if is_secret:
            assert value is not None, text
            secret, shown = value.credential, value.as_shown
        last = first + len(rows) - 1
        self.labels.append(Label(self.path, first, last, is_secret, cls, secret, shown))


def bind(draw: Draw, bound: dict[str, str], name: str, number: str) -> str:
    """One word for the same number in a file, in the case that is asked for."""
    key = name.lower() + number
    if key not in bound:
        bound[key] = fill.context(draw, name.lower() if name.lower() in fill.CONTEXT else name)
    word = bound[key]
    return word.capitalize() if name[:1].isupper() and name.lower() in fill.CONTEXT else word


def _path(draw: Draw, template: Template, number: int, bound: dict[str, str]) -> str:
    form = template.paths[number % len(template.paths)]

    def new(place: re.Match[str]) -> str:
        if place[3]:
            return bind(draw, bound, place[2], place[3])
        return fill.context(draw, place[2])

    return _PLACE.sub(new, form)


def _is_plain(block: Block) -> bool:
    signs = {mark[1] for line in block.lines if (mark := _MARK.match(line))}
    return signs == {"-"}


def _chosen(draw: Draw, template: Template) -> list[Block]:
    size = draw.between(*template.blocks)
    plain = sum(_is_plain(block) for block in template.middle)
    thin = plain < len(template.middle) / 2  # not where a file is made of them, as a lock file is
    middle = [
        block
        for block in template.middle
        if not (thin and _is_plain(block)) or draw.chance(_PLAIN_PERCENT)
    ]
    return [*template.head, *draw.sample(middle, size), *template.tail]


def files(seed: int, templates: Path = TEMPLATES) -> Iterator[File]:
    """Every file of the corpus, in the order of the templates' names."""
    taken: set[str] = set()
    for source in sorted(templates.glob("*.txt")):
        template = parse(source.stem, source.read_text("utf-8"))
        for number in range(template.files):
            draw = Draw(seed, template.name, number)
            path, bound = "", dict[str, str]()
            while not path or path in taken:
                bound = {}
                path = _path(draw, template, number, bound)
            taken.add(path)
            made = File(path, bound)
            for at, block in enumerate(_chosen(draw, template)):
                made.add(draw.sub("block", at), block)
                if draw.chance(template.gap):
                    made.lines.append("")
            yield made


def _written(path: str) -> tuple[str, str]:
    """Encoding and line ends: what Windows writes is among what people commit."""
    if path.endswith(".ps1") and zlib.crc32(path.encode()) % 3 == 0:
        return "utf-16", "\r\n"
    windows = path.endswith((".cs", ".bat", ".config", ".ps1"))
    return "utf-8", "\r\n" if windows and zlib.crc32(path.encode()) % 2 else "\n"


def write(folder: Path, seed: int = SEED) -> list[Label]:
    """Write the corpus into `folder`/files and its labels beside it.

    Raises FileExistsError where the folder has files already.
    """
    root = folder / "files"
    root.mkdir(parents=True)
    labels: list[Label] = []
    for made in files(seed):
        target = root / made.path
        target.parent.mkdir(parents=True, exist_ok=True)
        encoding, newline = _written(made.path)
        target.write_text("\n".join(made.lines) + "\n", encoding=encoding, newline=newline)
        labels += made.labels
    lines = [json.dumps(asdict(label), ensure_ascii=False) for label in labels]
    (folder / LABELS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return labels


def read_labels(folder: Path) -> list[Label]:
    """The labels of a corpus that `write` made."""
    text = (folder / LABELS).read_text("utf-8")
    return [Label(**json.loads(line)) for line in text.splitlines()]


def summary(labels: list[Label]) -> str:
    """How many lines of each class, as a Markdown table."""
    kinds = {True: "secret", False: "negative", None: "not counted"}
    counts = Counter((kinds[label.is_secret], label.cls) for label in labels)
    totals = Counter(kinds[label.is_secret] for label in labels)
    rows = [f"| {kind} | {cls} | {number} |" for (kind, cls), number in sorted(counts.items())]
    rows += [f"| {kind} | **all** | {number} |" for kind, number in sorted(totals.items())]
    return "\n".join(["| kind | class | lines |", "|---|---|---|", *rows])
