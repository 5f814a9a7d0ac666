"""Kubernetes, Helm and Kustomize: what pods are given, and what is kept as a secret."""

import base64
import binascii
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

from strongroom.discover.interface import How, Mention, Trouble
from strongroom.discover.judge import judged
from strongroom.discover.sources.blocks import Block, documents
from strongroom.discover.sources.lines import (
    NAME,
    STORED,
    Row,
    by_lines,
    environment,
    names_elsewhere,
    scope,
)
from strongroom.discover.sources.references import handed
from strongroom.source.values import JUDGED_CHARS_MAX

# Lists and maps of names that charts use in their values.
_IN_VALUES: Final = frozenset(
    [
        "env",
        "envs",
        "extraEnv",
        "extraEnvs",
        "extraEnvVars",
        "envVars",
        "environment",
        "secretEnv",
        "secrets",
    ]
)
_MARKS: Final = ("apiVersion:", "secretGenerator:", "configMapGenerator:", "env", "secrets:")


def reads(path: PurePosixPath) -> bool:
    """Any YAML; its text says whether it is a manifest."""
    return path.suffix in {".yml", ".yaml", ".tpl"}


def read(path: str, text: str) -> Iterable[Mention | Trouble]:
    """Names in manifests, generators of Kustomize, and the `values.yaml` of charts."""
    if not any(mark in text for mark in _MARKS):
        return []
    return by_lines(path, text, _read)


def _read(path: str, rows: list[Row]) -> Iterator[Mention | Trouble]:
    place = _Place(path)
    for top in documents(rows):
        kind = top.said("kind")
        if kind == "Secret":
            yield from place.kept(top.get("data"), encoded=True)
            yield from place.kept(top.get("stringData"))
        elif kind == "SealedSecret":
            yield from place.kept(top.get("spec", "encryptedData"), sealed=True)
        elif kind in {"ExternalSecret", "ClusterExternalSecret"}:
            yield from place.external(top)
        elif kind == "ConfigMap":
            data = top.get("data")
            for one in data.below if data else ():
                yield from handed(
                    one.key, one.value, path, one.line, place.scope, environment=place.environment
                )
        elif kind == "Kustomization" or top.get("secretGenerator") or top.get("configMapGenerator"):
            yield from place.generated(top.get("secretGenerator"), secret=True)
            yield from place.generated(top.get("configMapGenerator"), secret=None)
        elif kind and top.get("apiVersion"):
            yield from place.pods(top)
        elif PurePosixPath(path).name.startswith("values") and not kind:
            yield from place.values(top)


class _Place:
    """One file: where what is found in it belongs."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.scope = scope(path)
        self.environment = environment(path)

    def kept(
        self, data: Block | None, *, encoded: bool = False, sealed: bool = False
    ) -> Iterator[Mention]:
        """The keys of a Secret."""
        for one in data.below if data else ():
            value = one.value or " ".join(row.text.strip() for row in one.text)
            value = _decoded(value) if encoded and "{{" not in value else value
            yield from self._secret(one.key, one.line, None if sealed else value)

    def _secret(self, name: str, line: int, value: str | None, note: str = "") -> Iterator[Mention]:
        if STORED.fullmatch(name):
            yield Mention(
                name,
                self.path,
                line,
                How.INJECTED,
                self.scope,
                default=None if value is None else judged(value),
                secret=True,
                environment=self.environment,
                note=note,
            )

    def external(self, top: Block) -> Iterator[Mention | Trouble]:
        """What an ExternalSecret brings from another store."""
        for block in top.walk():
            if block.key == "secretKey":
                yield from self._secret(block.value, block.line, None, "from another store")
            elif block.key == "dataFrom":
                yield names_elsewhere(self.path, block.line, "all keys of another store's secret")

    def generated(
        self, generators: Block | None, *, secret: bool | None
    ) -> Iterator[Mention | Trouble]:
        """Literals of a generator; its files are read as what they are called."""
        for block in generators.walk() if generators else ():
            if block.key == "literals":
                for one in block.below:
                    name, _, value = one.value.partition("=")
                    yield from handed(
                        name, value, self.path, one.line, self.scope, secret=secret,
                        environment=self.environment,
                    )  # fmt: skip

    def pods(self, top: Block) -> Iterator[Mention | Trouble]:
        """`env` and `envFrom` wherever a manifest has them."""
        for block in top.walk():
            if block.key == "env":
                yield from self.listed(block)
            elif block.key == "secretRef" and "envFrom" in block.trail():
                yield names_elsewhere(self.path, block.line, "all keys of a Secret are handed out")

    def listed(self, block: Block) -> Iterator[Mention | Trouble]:
        """A list of `name` and `value`, or a map of them."""
        for one in block.below:
            if one.key:
                if NAME.fullmatch(one.key) and not one.below:
                    yield from handed(
                        one.key, one.value, self.path, one.line, self.scope,
                        environment=self.environment,
                    )  # fmt: skip
                continue
            name, named = one.said("name"), one.get("name")
            source = one.get("valueFrom")
            secret, optional = self._of(source)
            value = one.get("value")
            for found in handed(
                name, value.value if value and not source else None, self.path,
                named.line if named else one.line, self.scope, secret=secret,
                environment=self.environment, note=self._from(source),
            ):  # fmt: skip
                yield found
                if optional:
                    break

    def _of(self, source: Block | None) -> tuple[bool | None, bool]:
        key = source.get("secretKeyRef") if source else None
        if key:
            return True, key.said("optional") == "true"
        return (False if source else None), False

    def _from(self, source: Block | None) -> str:
        key = source.said("secretKeyRef", "key") if source else ""
        return f"from {key}" if STORED.fullmatch(key) else ""

    def values(self, top: Block) -> Iterator[Mention | Trouble]:
        """The blocks of a chart's values that hold names of environments."""
        for block in top.walk():
            if block.key not in _IN_VALUES:
                continue
            for found in self.listed(block):
                if isinstance(found, Mention) and found.name != found.name.upper():
                    continue  # a chart's own setting
                yield found


def _decoded(value: str) -> str:
    try:
        data = base64.b64decode(value[:JUDGED_CHARS_MAX].strip(), validate=True)
        return data.decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return value
