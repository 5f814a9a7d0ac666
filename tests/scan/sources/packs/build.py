"""Repositories of many versions, packed by the real git, and edits as people and accidents make them."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random as Random  # noqa: TID251, PLC0414 - it edits texts, for the tests beside it

from tests.scan.sources.build import git, repository

from strongroom.scan.ruleset.examples import expand
from strongroom.scan.ruleset.load import sources

WORDS = [
    "if",
    "else",
    "return",
    "self",
    "value",
    "for",
    "in",
    "range",
    "print",
    "name",
    "key",
    "token",
    "def",
    "class",
    "import",
    "None",
    "data",
]


def imported(root: Path, versions: Mapping[str, Sequence[bytes]], *arguments: str) -> Path:
    """A bare repository whose commits bring one version after the other of each file."""
    repository(root, "--bare", *arguments)
    stream = bytearray()
    for number in range(max(map(len, versions.values()))):
        stream += b"commit refs/heads/main\ncommitter a <a@example.com> %d +0000\ndata 1\nm\n" % (
            1_700_000_000 + number
        )
        for name, each in versions.items():
            if number < len(each):
                stream += b"M 644 inline %b\ndata %d\n%b\n" % (
                    name.encode(), len(each[number]), each[number],
                )  # fmt: skip
    git(root, "fast-import", "--quiet", given=bytes(stream))
    packed(root)
    return root


def packed(root: Path, *configuration: str) -> None:
    """Everything in one pack, as differences where that is smaller."""
    words = [word for one in configuration for word in ("-c", one)]
    git(root, *words, "repack", "-adfq", "--window=30", "--depth=40")


@cache
def examples() -> tuple[str, ...]:
    """What the rules that we ship must find."""
    return tuple(expand(example, i) for i, example in enumerate(sources()[1]) if example.finds)


def line(random: Random) -> bytes:
    return b"%b%b\n" % (
        b" " * random.randrange(9),
        " ".join(random.choices(WORDS, k=random.randrange(1, 9))).encode(),
    )


def edited(random: Random, lines: int = 150, texts: Sequence[str] | None = None) -> Iterator[bytes]:
    """Versions of a file without end: secrets (or `texts`), and parts of them, come and go."""
    texts = texts or examples()
    data = b"".join(line(random) for _ in range(lines))
    while True:
        yield data
        for _ in range(random.randrange(1, 4)):
            data = _edit(random, data, texts)
        if len(data) > 60 * lines:
            data = data[: 30 * lines]


def _edit(random: Random, data: bytes, texts: Sequence[str]) -> bytes:
    at = random.randrange(len(data) + 1)
    if random.random() < 0.7:
        at = data.rfind(b"\n", 0, at) + 1
    match random.randrange(9):
        case 0 | 1 | 2:
            return data[:at] + _secret(random, texts) + random.choice([b"\n", b""]) + data[at:]
        case 3:
            return data[:at] + data[at + random.choice([1, 5, 30, 300]) :]
        case 4:
            return data[:at] + line(random) + data[at:]
        case 5:  # something is moved: what was apart meets
            end = at + random.choice([10, 80, 400])
            rest = data[:at] + data[end:]
            to = random.randrange(len(rest) + 1)
            return rest[:to] + data[at:end] + rest[to:]
        case 6:
            return (
                data[:at]
                + random.choice([b"x", b"\n", b'"', b"=", b"\r\n", b"A" * 5000])
                + data[at:]
            )
        case 7:
            return (
                data[:at]
                + random.choice([b"\0", b'" +\n  "', b"-----BEGIN ", b"\\\n"])
                + data[at + 1 :]
            )
        case _:
            return data.replace(b"\0", b"").replace(b"A" * 5000, b"")


def gap(random: Random) -> bytes:
    lines = b"".join(line(random) for _ in range(random.randrange(8)))
    return random.choice([b" ", b"\n" * random.randrange(1, 12), b"\n" + lines])


def _secret(random: Random, texts: Sequence[str]) -> bytes:
    text = random.choice(texts).encode().replace(b"\0", gap(random))
    if random.random() < 0.4:  # a part of it: the rest may come later
        cut = random.randrange(len(text))
        text = text[cut:] if random.random() < 0.5 else text[:cut]
    match random.randrange(8):
        case 0:
            return b"\n".join(
                base64.b64encode(b"some text " + text + b" and more").replace(b"\n", b"")[
                    i : i + 60
                ]
                for i in range(0, len(text) * 2, 60)
            )
        case 1:
            return text.hex().encode()
        case 2:
            cut = random.randrange(len(text) + 1)
            return b'k = "' + text[:cut] + b'" +\n    "' + text[cut:] + b'"'
        case 3:
            return text.replace(b"=", b"%3D").replace(b":", b"%3A")
        case _:
            return text
