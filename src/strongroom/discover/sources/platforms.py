"""Platforms that run applications: Vercel, Heroku, Fly, Render, Netlify, Cloudflare, App Engine."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, Final

import msgspec

from strongroom.discover.interface import How, Mention, Scope, Trouble
from strongroom.discover.sources.blocks import documents
from strongroom.discover.sources.lines import Row, bare, by_lines, environment
from strongroom.discover.sources.references import handed

_JSON: Final = frozenset({"vercel.json", "now.json", "app.json"})
_TOML: Final = frozenset({"fly.toml", "netlify.toml", "wrangler.toml"})
_YAML: Final = frozenset({"render.yaml", "app.yaml", "serverless.yml", "serverless.yaml"})
_SECTION: Final = re.compile(r"\s*\[+\s*([\w.\"-]+)\s*\]+\s*(?:#.*)?")
_SET: Final = re.compile(r"""\s*["']?([A-Za-z_]\w{0,127})["']?\s*=\s*(.*)""")
_ENV_SECTIONS: Final = re.compile(r"(?:.*\.)?(?:env|vars|environment)|build\.args")


def reads(path: PurePosixPath) -> bool:
    """The platforms' own files, by name."""
    return path.name in _JSON | _TOML | _YAML or (
        path.suffix == ".toml" and path.name.startswith("fly.")
    )


def read(path: str, text: str) -> Iterable[Mention | Trouble]:
    """Names that a platform sets, makes or asks for."""
    name = path.rpartition("/")[2]
    if name in _JSON:
        return by_lines(path, text, lambda p, rows: _json(p, rows, text))
    return by_lines(path, text, _yaml if name in _YAML else _toml)


def _json(path: str, rows: list[Row], text: str) -> Iterator[Mention | Trouble]:
    failed = False
    document: Any = None
    try:
        document = msgspec.json.decode(text.removeprefix("\ufeff").encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        failed = True
    if failed:
        yield Trouble(path, 1, "not-json", "cannot be read as JSON")
        return
    if not isinstance(document, dict):
        return
    build = document.get("build")
    tables = [(document.get("env"), Scope.RUNTIME)]
    tables += [(build.get("env"), Scope.BUILD)] if isinstance(build, dict) else []
    for table, when in tables:
        for name, said in table.items() if isinstance(table, dict) else ():
            yield from _asked(str(name), said, path, _line_of(name, rows), when)


def _line_of(name: str, rows: list[Row]) -> int:
    return next((row.line for row in rows if f'"{name}"' in row.text), 1)


def _asked(name: str, said: Any, path: str, line: int, when: Scope) -> Iterator[Mention | Trouble]:
    table = said if isinstance(said, dict) else {"value": said}
    value = table.get("value")
    text = str(value) if isinstance(value, str | int | float | bool) else None
    made = table.get("generator") == "secret" or (text or "").startswith("@")
    for found in handed(name, None if made else text, path, line, when, secret=made or None):
        if isinstance(found, Mention) and found.name == name:
            # Heroku: what an `app.json` names is required unless it says otherwise.
            required = bool(table.get("required", True)) if path.endswith("app.json") else None
            yield replace(found, required=required and not made and text is None)
        else:
            yield found


def _toml(path: str, rows: list[Row]) -> Iterator[Mention | Trouble]:
    section = ""
    for row in rows:
        head = _SECTION.fullmatch(row.text)
        if head:
            section = head[1].replace('"', "")
            continue
        match = _SET.fullmatch(row.text)
        if match and _ENV_SECTIONS.fullmatch(section):
            when = Scope.BUILD if "build" in section else Scope.RUNTIME
            env = environment(section) or environment(path)
            yield from handed(match[1], bare(match[2]), path, row.line, when, environment=env)


def _yaml(path: str, rows: list[Row]) -> Iterator[Mention | Trouble]:
    for top in documents(rows):
        for block in top.walk():
            if block.key == "envVars":  # Render
                for one in block.items():
                    yield from _rendered(one.said("key"), one.said("generateValue") == "true",
                        one.said("sync") == "false", one.get("value"), path, one.line)  # fmt: skip
            elif block.key in {"env_variables", "environment"}:
                for one in block.below:
                    store = one.value.startswith(("${ssm:", "${secretsmanager:", "${cf:"))
                    yield from handed(
                        one.key, None if store else one.value, path, one.line, Scope.RUNTIME,
                        secret=store or None,
                    )  # fmt: skip


def _rendered(
    name: str, made: bool, asked: bool, value: Any, path: str, line: int
) -> Iterator[Mention | Trouble]:
    text = value.value if value is not None else None
    for found in handed(name, text, path, line, Scope.RUNTIME, secret=made or None):
        if isinstance(found, Mention) and found.name == name and asked:
            yield replace(found, required=True, how=How.INJECTED)
        else:
            yield found
