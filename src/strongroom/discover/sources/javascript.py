"""JavaScript and TypeScript: `process.env`, `import.meta.env`, and what a browser is sent."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

from strongroom.discover.interface import Default, How, Mention, Trouble
from strongroom.discover.judge import judged
from strongroom.discover.sources.lines import environment, scope

TEXT_CHARS_MAX: Final = 2 * 1024 * 1024
_SUFFIXES: Final = frozenset(
    {".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".vue", ".svelte", ".astro"}
)
_MARKS: Final = (".env", "$env/", "createEnv")  # a text without them is not looked into
# What begins like this is copied into the code that browsers load.
PUBLIC: Final = (
    "VITE_", "NEXT_PUBLIC_", "REACT_APP_", "NUXT_PUBLIC_", "EXPO_PUBLIC_", "GATSBY_", "VUE_APP_",
    "PUBLIC_", "NG_APP_", "STORYBOOK_",
)  # fmt: skip
_NAME: Final = r"[A-Za-z_]\w{0,127}"
_HOLDER: Final = r"(?:process\.env|import\.meta\.env|Bun\.env)"
_READ: Final = re.compile(
    rf"{_HOLDER}!?(?:\??\.(?P<dot>{_NAME})|(?:\?\.)?\[\s*(?P<q>[\"'`])(?P<index>{_NAME})(?P=q)\s*\])"
    r"(?:\s{0,40}(?:\|\||\?\?)\s{0,40}(?P<d>[\"'`])(?P<default>[^\"'`\n]{0,500})(?P=d))?"
    rf"|Deno\.env\.get\(\s{{0,40}}[\"'`](?P<deno>{_NAME})[\"'`]"
)
_TAKEN: Final = re.compile(
    rf"\{{(?P<names>[^{{}}]{{1,2000}})\}}\s{{0,40}}(?::[^=\n]{{1,80}})?=\s{{0,40}}{_HOLDER}\b(?![.\[])"
)
_IMPORTED: Final = re.compile(
    r"import\s{0,40}\{(?P<names>[^{}]{1,2000})\}\s{0,40}from\s{0,40}[\"']\$env/(?:static|dynamic)/(?P<kind>private|public)[\"']"
)
_ONE: Final = re.compile(
    rf"^\s*(?P<name>{_NAME})\s*(?::\s*{_NAME}|\s+as\s+{_NAME})?\s*(?:=\s*(?P<q>[\"'`])(?P<default>[^\"'`\n]*)(?P=q))?"
)
# A schema over the whole environment: zod, envalid, t3.
_WHOLE: Final = re.compile(
    rf"\b(?:parse|safeParse|cleanEnv|validate)\(\s{{0,40}}{_HOLDER}|createEnv\(|runtimeEnv\b"
)
_FIELD: Final = re.compile(
    r"^[ \t]{0,40}(?P<name>[A-Z][A-Z0-9_]{1,127})\s{0,8}:\s{0,8}(?:z|str|num|bool|url|email|host|port|json|makeValidator|Joi|yup|v)\s{0,8}[.(](?P<rest>[^\n]{0,400})",
    re.MULTILINE,
)
_BROUGHT: Final = re.compile(r"default(?:\(|:)\s{0,8}[\"'`](?P<default>[^\"'`\n]{0,400})")
_COMMENTED: Final = re.compile(r"^\s*(?://|\*|/\*)")


def reads(path: PurePosixPath) -> bool:
    """Sources by their suffix; what was made by tools is none."""
    return path.suffix in _SUFFIXES and not path.name.endswith((".min.js", ".d.ts"))


def read(path: str, text: str) -> Iterable[Mention | Trouble]:
    """Names that the code reads; those that a browser is sent are public."""
    if not any(mark in text for mark in _MARKS):
        return []
    text = text[:TEXT_CHARS_MAX].removeprefix("\ufeff")
    return sorted(set(_read(path, text)), key=lambda one: (one.line, one.name))


def _read(path: str, text: str) -> Iterator[Mention]:
    starts = [0]
    starts += [m.end() for m in re.finditer("\n", text)]
    when, env = scope(path), environment(path)

    def mention(
        name: str, at: int, default: Default | None, *, required: bool | None = None
    ) -> Iterator[Mention]:
        line = bisect_right(starts, at)
        start = starts[line - 1]
        if _COMMENTED.match(text[start : start + 200]):
            return
        public = name.startswith(PUBLIC) and name != "PUBLIC_URL"
        yield Mention(
            name,
            path,
            line,
            How.PUBLIC if public else How.READ,
            when,
            required=False if default else required,
            default=default,
            environment=env,
        )

    for match in _READ.finditer(text):
        name = match["dot"] or match["index"] or match["deno"]
        default = None if match["default"] is None else judged(match["default"])
        yield from mention(name, match.start(), default)
    for pattern in (_TAKEN, _IMPORTED):
        for match in pattern.finditer(text):
            at = match.start("names")
            for part in match["names"].split(","):
                one = _ONE.match(part)
                if one:
                    default = None if one["default"] is None else judged(one["default"])
                    yield from mention(one["name"], at + one.start("name"), default)
                at += len(part) + 1
    if _WHOLE.search(text):
        for match in _FIELD.finditer(text):
            brought = _BROUGHT.search(match["rest"])
            default = judged(brought["default"]) if brought else None
            optional = brought is not None or "optional" in match["rest"]
            yield from mention(match["name"], match.start("name"), default, required=not optional)
