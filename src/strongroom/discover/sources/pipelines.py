"""GitLab CI, CircleCI and Jenkins: variables, contexts, credentials, and what scripts use."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from strongroom.discover.interface import How, Mention, Scope, Trouble
from strongroom.discover.sources.blocks import Block, documents
from strongroom.discover.sources.lines import NAME, Row, by_lines, names_elsewhere
from strongroom.discover.sources.references import handed
from strongroom.discover.sources.shell import script

_SCRIPTS: Final = frozenset({"script", "before_script", "after_script", "run", "command"})
# Set by the platforms for each run.
_AUTOMATIC: Final = ("CI_", "GITLAB_", "CIRCLE_", "RUNNER_", "FF_", "BUILD_", "JENKINS_")
_CREDENTIALS: Final = re.compile(r"\b([A-Za-z_]\w{0,127})\s*=\s*credentials\(")
_BOUND: Final = re.compile(
    r"\b(?:variable|usernameVariable|passwordVariable|keyFileVariable|passphraseVariable|keystoreVariable|tokenVariable|accessKeyVariable|secretKeyVariable)\s*:\s*[\"']([A-Za-z_]\w{0,127})[\"']"
)
_PARAMETER: Final = re.compile(r"\bpassword\s*\(\s*name\s*:\s*[\"']([A-Za-z_]\w{0,127})[\"']")
_SET: Final = re.compile(r"^\s*([A-Z_][A-Z0-9_]{0,127})\s*=\s*([\"'])([^\"']*)\2\s*$")
_ENV: Final = re.compile(r"\benv\.([A-Z_][A-Z0-9_]{0,127})\b(?!\s*=[^=])")


def reads(path: PurePosixPath) -> bool:
    """`.gitlab-ci.yml` and what it includes, `.circleci/`, `Jenkinsfile`."""
    name = path.name
    yaml = path.suffix in {".yml", ".yaml"}
    return (
        name.startswith("Jenkinsfile")
        or (yaml and name.startswith((".gitlab-ci", "gitlab-ci")))
        or (yaml and bool({".gitlab", ".circleci"} & set(path.parts)))
    )


def read(path: str, text: str) -> Iterable[Mention | Trouble]:
    """Names that a pipeline sets, and those that it expects to be set for it."""
    return by_lines(path, text, _jenkins if "Jenkinsfile" in path else _yaml)


def _yaml(path: str, rows: list[Row]) -> Iterator[Mention | Trouble]:
    circle = ".circleci" in path
    for top in documents(rows):
        blocks = list(top.walk())
        maps = [b for b in blocks if b.key in ({"environment"} if circle else {"variables"})]
        for block in maps:
            for one in block.below:
                value = one.said("value") if one.below else one.value
                yield from handed(one.key, value, path, one.line, Scope.CI)
        own = frozenset(one.key for b in maps for one in b.below)
        for block in blocks:
            if block.key == "secrets" and not circle:
                for one in block.below:
                    if NAME.fullmatch(one.key):
                        yield Mention(
                            one.key, path, one.line, How.INJECTED, Scope.CI, secret=True,
                            note="from another store",
                        )  # fmt: skip
            elif block.key == "context" and circle:
                yield names_elsewhere(path, block.line, "a context hands out names of its own")
            elif block.key in _SCRIPTS:
                yield from _used(block, path, own)
            elif block.key in {"password", "username"} and block.value.startswith("$"):
                for found in script(path, [Row(block.line, block.value)], Scope.CI):
                    if isinstance(found, Mention):
                        yield replace(found, secret=block.key == "password" or None)


def _used(block: Block, path: str, own: frozenset[str]) -> Iterator[Mention | Trouble]:
    rows = [Row(b.line, b.value) for b in block.walk() if b.value]
    rows += [row for b in block.walk() for row in b.text]
    for found in script(path, sorted(rows), Scope.CI, ignored=own):
        if not isinstance(found, Mention) or not found.name.startswith(_AUTOMATIC):
            yield found


def _jenkins(path: str, rows: list[Row]) -> Iterator[Mention | Trouble]:
    for row in rows:
        if row.text.lstrip().startswith("//"):
            continue
        for pattern in (_CREDENTIALS, _BOUND, _PARAMETER):
            for match in pattern.finditer(row.text):
                how = How.READ if pattern is _PARAMETER else How.INJECTED
                yield Mention(match[1], path, row.line, how, Scope.CI, secret=True)
        for match in _ENV.finditer(row.text):
            if not match[1].startswith(_AUTOMATIC):
                yield Mention(match[1], path, row.line, How.READ, Scope.CI)
        set_here = _SET.match(row.text)
        if set_here:
            yield from handed(set_here[1], set_here[3], path, row.line, Scope.CI)
