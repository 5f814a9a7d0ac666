"""Docker Compose: what containers are given, what Compose itself asks for, and its secrets."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

from strongroom.discover.interface import How, Mention, Scope, Trouble
from strongroom.discover.sources import references
from strongroom.discover.sources.blocks import Block, anchored, documents
from strongroom.discover.sources.lines import (
    NAME,
    STORED,
    Row,
    by_lines,
    environment,
    names_elsewhere,
    scope,
)
from strongroom.source.env_source import is_env

_STARTS: Final = ("docker-compose", "compose.", "compose-", "podman-compose", "docker-stack")
IN_IMAGE: Final = "a build argument stays in the image"
AS_FILE: Final = "_FILE"


def reads(path: PurePosixPath) -> bool:
    """`docker-compose.yml`, `compose.override.yaml` and their like."""
    return path.suffix in {".yml", ".yaml"} and path.name.lower().startswith(_STARTS)


def read(path: str, text: str) -> Iterable[Mention | Trouble]:
    """Names of environments, build arguments, secrets and `${X}` anywhere."""
    return by_lines(path, text, _read)


def _read(path: str, rows: list[Row]) -> Iterator[Mention | Trouble]:
    tops = documents(rows)
    place = _Place(path)
    given = _with_aliases(tops, [b for t in tops for b in t.walk() if b.key == "environment"])
    for block in given:
        if block.parent is not None and "secrets" not in block.trail()[:1]:
            yield from place.pairs(block)
    for top in tops:
        for block in top.walk():
            if block.key == "args" and block.parent and block.parent.key == "build":
                yield from place.pairs(block, Scope.BUILD, IN_IMAGE)
            elif block.key == "env_file":
                yield from place.env_files(block)
        secrets = top.get("secrets")
        for block in secrets.below if secrets else ():
            yield from place.secret(block)
    # Compose asks for these itself, wherever they stand.
    for row in rows:
        text = row.text
        if "$" in text and not text.lstrip().startswith("#"):
            yield from references.mentions(text, path, row.line, place.scope, place.environment)


def _with_aliases(tops: list[Block], blocks: list[Block]) -> list[Block]:
    """`blocks` and those that they take over by an alias; each of them once."""
    named = anchored(tops)
    found: dict[int, Block] = {}
    waiting = list(blocks)
    while waiting:
        block = waiting.pop()
        if id(block) in found:
            continue
        found[id(block)] = block
        merged = [b for b in block.below if b.key == "<<"]
        merged += [item for b in merged for item in b.below]
        names = (*block.aliases, *(a for b in merged for a in b.aliases))
        waiting += [named[name] for name in names if name in named]
    return list(found.values())


class _Place:
    """One file: where what is found in it belongs."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.scope = scope(path)
        self.environment = environment(path)

    def pairs(
        self, block: Block, when: Scope | None = None, note: str = ""
    ) -> Iterator[Mention | Trouble]:
        """`environment:` or `args:` as a map or as a list."""
        for one in block.below:
            if one.key:
                given: str | None = one.value
                name = one.key
                if not one.value and not one.quoted:
                    given = None  # passed on from the machine that runs Compose
            else:
                name, equals, value = one.value.partition("=")
                given = value if equals else None
            if given is not None and one.aliases:
                given = None
            yield from self.one(name.strip(), given, one.line, when, note)

    def one(
        self, name: str, value: str | None, line: int, when: Scope | None, note: str
    ) -> Iterator[Mention | Trouble]:
        """One name that is given to a container."""
        secret = None
        if name.endswith(AS_FILE) and value and value.startswith(("/run/secrets/", "/run/keys/")):
            name, value = name.removesuffix(AS_FILE), None
            secret, note = True, "as a file"
        yield from references.handed(
            name,
            value,
            self.path,
            line,
            when or self.scope,
            secret=secret,
            environment=self.environment,
            note=note,
        )

    def secret(self, block: Block) -> Iterator[Mention]:
        """One of the file's own `secrets:`."""
        source = block.said("environment")
        name = source if NAME.fullmatch(source) else block.key
        if STORED.fullmatch(name):
            how = How.READ if source else How.INJECTED
            note = "" if source else "mounted as a file"
            yield Mention(
                name,
                self.path,
                block.line,
                how,
                self.scope,
                required=True,
                secret=True,
                environment=self.environment,
                note=note,
            )

    def env_files(self, block: Block) -> Iterator[Trouble]:
        """Files of names that are not looked at as such, because of what they are called."""
        for one in (block, *block.walk()):
            name = (one.value if one.key in {"", "env_file", "path"} else "").rpartition("/")[2]
            if name and not is_env(name) and "$" not in name:
                yield names_elsewhere(
                    self.path, one.line, "an env_file whose name does not say that it holds names"
                )
