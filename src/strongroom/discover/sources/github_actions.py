"""GitHub Actions: `secrets.X` and `vars.X`, what jobs are given, what a called workflow wants."""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

from strongroom.discover.interface import How, Mention, Scope, Trouble
from strongroom.discover.sources import references, shell
from strongroom.discover.sources.blocks import Block, documents
from strongroom.discover.sources.lines import NAME, Row, by_lines, names_elsewhere

_CONTEXT: Final = re.compile(
    r"\b(?P<kind>secrets|vars)(?:\.(?P<dot>[A-Za-z_]\w{0,127})|\[\s*'(?P<index>[A-Za-z_]\w{0,127})'\s*\])"
)
_DUMPED: Final = re.compile(r"toJSON\(\s*(secrets|github)\s*\)", re.IGNORECASE)
_DYNAMIC: Final = re.compile(r"\bsecrets\[\s*(?!')")
# Made by the platform for each run: nobody keeps them.
_AUTOMATIC: Final = frozenset({"GITHUB_TOKEN", "ACTIONS_STEP_DEBUG", "ACTIONS_RUNNER_DEBUG"})


def reads(path: PurePosixPath) -> bool:
    """Workflows, and actions of one's own."""
    if path.suffix not in {".yml", ".yaml"}:
        return False
    parts = path.parts
    return (".github" in parts or ".gitea" in parts or ".forgejo" in parts) or path.stem == "action"


def read(path: str, text: str) -> Iterable[Mention | Trouble]:
    """Names of the stores of secrets and variables, and those that steps are given."""
    if "secrets" not in text and "env" not in text and "vars" not in text:
        return []
    return by_lines(path, text, _read)


def _read(path: str, rows: list[Row]) -> Iterator[Mention | Trouble]:
    tops = documents(rows)
    where = _environments(tops)
    for row in rows:
        if not row.text.lstrip().startswith("#"):
            yield from _expressions(path, row, _at(where, row.line))
    for top in tops:
        for block in top.walk():
            if block.key == "env" and block.below:
                for one in block.below:
                    yield from _given(one, path, _at(where, one.line))
            elif block.key == "run" and block.text:
                yield from _handed_on(block, path)
            elif block.key == "secrets":
                yield from _secrets(block, path)


def _environments(tops: list[Block]) -> list[tuple[int, str]]:
    """From which line on which environment is meant: the one of each job."""
    found: list[tuple[int, str]] = []
    for top in tops:
        jobs = top.get("jobs")
        for job in jobs.below if jobs else ():
            said = job.said("environment") or job.said("environment", "name")
            found.append((job.line, "" if "$" in said else said))
    return found


def _at(where: list[tuple[int, str]], line: int) -> str:
    return next((name for start, name in reversed(where) if start <= line), "")


def _expressions(path: str, row: Row, environment: str) -> Iterator[Mention | Trouble]:
    for match in _DUMPED.finditer(row.text):
        what = "every secret" if match[1].lower() == "secrets" else "the token of the run"
        yield Trouble(path, row.line, "secrets-dumped", f"{what} is written out as one text")
    if _DYNAMIC.search(row.text):
        yield names_elsewhere(path, row.line, "the name of a secret is put together when it runs")
    for match in _CONTEXT.finditer(row.text):
        name = match["dot"] or match["index"]
        if name not in _AUTOMATIC:
            is_secret = match["kind"] == "secrets"
            yield Mention(
                name,
                path,
                row.line,
                How.READ,
                Scope.CI,
                required=None,
                secret=is_secret,
                environment=environment,
            )


def _given(one: Block, path: str, environment: str) -> Iterator[Mention | Trouble]:
    """One line of an `env:`. What it takes from a store is the store's to say."""
    taken = _CONTEXT.search(one.value)
    name = taken and (taken["dot"] or taken["index"])
    if taken and name == one.key:
        return
    secret = (taken["kind"] == "secrets" or None) if taken else None
    note = f"from {name}" if taken and name not in _AUTOMATIC else ""
    if name in _AUTOMATIC:
        secret = None
    yield from references.handed(
        one.key, one.value, path, one.line, Scope.CI, secret=secret, environment=environment,
        note=note,
    )  # fmt: skip


def _handed_on(block: Block, path: str) -> Iterator[Mention | Trouble]:
    """What a step writes into `$GITHUB_ENV` or a `.env`; the rest of scripts has its `env:`."""
    for found in shell.script(path, block.text, Scope.CI):
        if isinstance(found, Mention) and (found.how is How.INJECTED or found.required):
            yield found


def _secrets(block: Block, path: str) -> Iterator[Mention | Trouble]:
    keys = block.trail()
    if block.value == "inherit":
        yield names_elsewhere(path, block.line, "a called workflow inherits every secret")
    if "workflow_call" not in keys:
        return
    for one in block.below:
        if NAME.fullmatch(one.key):
            yield Mention(
                one.key,
                path,
                one.line,
                How.DECLARED,
                Scope.CI,
                required=one.said("required") == "true",
                secret=True,
            )
