"""Names of secrets with a value behind them in configuration files. Pure, line by line.

Reading lines rather than grammars keeps one reader for YAML, TOML, INI, JSON, properties,
Terraform and Dockerfiles, gives exact lines, and looks into files that no parser accepts
(templates). It does not see a value that stands on another line than its name.
"""

import re
from collections.abc import Iterator
from typing import Final

from strongroom.naming.classify import Likeness, likeness
from strongroom.naming.vocabulary import vocabulary
from strongroom.source.seen import ConfigEntry
from strongroom.source.values import Value, carries_password, kind

LINE_CHARS_MAX: Final = 2000
SUFFIXES: Final = (
    ".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".json", ".properties", ".tf", ".tfvars",
    ".dockerfile",
)  # fmt: skip
# Made by package managers: long, and full of digests.
LOCKS: Final = vocabulary(
    "package-lock.json composer.lock npm-shrinkwrap.json pipfile.lock poetry.lock uv.lock"
)
_LOCALES: Final = re.compile(
    r"(?:^|/)(?:locales?|i18n|l10n|lang|langs|translations)/", re.IGNORECASE
)
_PAIR: Final = re.compile(
    r"""\s*(?:-\s+)?(?:(?:ENV|ARG|export|LABEL)\s+)?["']?(?P<name>[A-Za-z_][\w.-]{1,127})["']?
    \s*(?P<how>[:=]|\s)\s*(?P<value>.*)""",
    re.VERBOSE,
)
_COMPOSE_ITEM: Final = re.compile(r"""\s*-\s+["']?(?P<name>[A-Za-z_]\w{1,127})=(?P<value>.*)""")
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^\s\"'/@:]*:[^\s\"'/@]+@")


def is_config(path: str) -> bool:
    """Whether this path is looked at as configuration."""
    name = path.rpartition("/")[2].lower()
    if name in LOCKS or _LOCALES.search(path):
        return False
    return name.endswith(SUFFIXES) or name.startswith("dockerfile")


def entries(text: str, path: str, *, development: bool = False) -> Iterator[ConfigEntry]:
    """The names of secrets that have a value in `text`, with its kind."""
    docker = "dockerfile" in path.lower()
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > LINE_CHARS_MAX or line.lstrip().startswith(("#", ";", "//")):
            continue
        found = _entry(line, docker=docker)
        if found:
            yield ConfigEntry(found[0], path, number, found[1], development)


def _entry(line: str, *, docker: bool) -> tuple[str, Value] | None:
    match = _COMPOSE_ITEM.fullmatch(line) or _PAIR.fullmatch(line)
    if not match:
        return None
    # Only a Dockerfile's ENV puts a blank between the two.
    if not docker and match.groupdict().get("how", "=").isspace():
        return None
    value = _bare(match["value"])
    name = match["name"].rpartition(".")[2]
    likely = likeness(name)
    judged = kind(value)
    if likely is Likeness.SECRET:
        return (name, judged) if judged not in {Value.TEXT, Value.EMPTY} else None
    if likely is Likeness.AMBIGUOUS and judged is Value.GENERATED:
        return name, judged
    # A password inside a URL is one under any name.
    if _URL.search(value) and carries_password(value):
        return name, judged
    return None


def _bare(raw: str) -> str:
    """The value without quotes, separators and the comment behind it."""
    text = raw.strip()
    quote = text[:1]
    if quote in {'"', "'"}:
        end = text.find(quote, 1)
        return text[1:end] if end > 0 else text[1:]
    return re.split(r"\s[#;]", text, maxsplit=1)[0].strip().rstrip(",\"'").strip()
