"""`.env` files and their templates: which names they have. Pure; values are judged and dropped."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from strongroom import dotenv
from strongroom.discover.interface import How, Mention, Scope, Trouble
from strongroom.discover.judge import judged
from strongroom.source.env_source import is_env, is_example

# `# SENTRY_DSN=` in a template is a name that may be set.
_OFF: Final = re.compile(r"[ \t]*#[ \t]*(?:export[ \t]+)?([A-Z][A-Z0-9_]{2,127})=(?:\S*)[ \t]*$")
_REFERENCE: Final = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")
_PLAIN: Final = frozenset(
    {
        "env",
        "local",
        "example",
        "sample",
        "template",
        "dist",
        "tmpl",
        "defaults",
        "default",
        "schema",
        "docker",
        "",
    }
)
_SCOPES: Final = {"test": Scope.TEST, "testing": Scope.TEST, "ci": Scope.CI}


def reads(path: PurePosixPath) -> bool:
    """Whether it is a `.env` file, or a template of one."""
    return is_env(path.name) or is_example(path.name)


def read(path: str, text: str) -> Iterator[Mention | Trouble]:
    """A mention for each assignment; in a template, for those in comments too."""
    name = path.rpartition("/")[2]
    example = is_example(name)
    parts = [p for p in name.lower().split(".") if p not in _PLAIN]
    scope = next(
        (_SCOPES[p] for p in parts if p in _SCOPES),
        Scope.RUNTIME if example or parts else Scope.DEV,
    )
    environment = "" if example or not parts else parts[-1]
    how = How.EXAMPLE if example else How.GIVEN
    parsed = dotenv.parse(text)
    for entry in parsed.entries:
        found = tuple(dict.fromkeys(n for n in _REFERENCE.findall(entry.value) if n != entry.name))
        composes = found if "://" in entry.value else ()
        yield Mention(
            entry.name,
            path,
            entry.line,
            how,
            scope,
            None,
            judged(entry.value),
            None,
            composes,
            environment,
        )
    if example:
        seen = {e.name for e in parsed.entries}
        for number, line in enumerate(text.splitlines(), start=1):
            off = _OFF.match(line) if len(line) < 1000 else None
            if off and off[1] not in seen:
                yield Mention(off[1], path, number, how, scope, False)
    yield from (Trouble(path, f.line, "line-malformed", f.why) for f in parsed.flaws)
