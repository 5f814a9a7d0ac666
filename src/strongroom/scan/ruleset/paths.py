"""Which files a rule is for: globs and regular expressions over relative paths."""

import re
from collections.abc import Iterable
from functools import lru_cache

from strongroom.scan.ruleset.model import Rule


def wanted(rule: Rule, path: str) -> bool:
    """Whether `rule` is for the file `path`; what has no path yet is for every rule."""
    if not path or not (rule.paths or rule.path_pattern):
        return True
    if rule.path_pattern and not _search(rule.path_pattern).search(path):
        return False
    return not rule.paths or matches(rule.paths, path)


def matches(globs: Iterable[str], path: str) -> bool:
    """Whether one of the globs matches `path`, relative and with `/`.

    `*` and `?` stay in one name, `**` goes over folders. A glob without `/` is for the name of
    the file, or of any folder above it; in an archive (`a.zip!b/c`) each part counts.
    """
    return any(_glob(glob).search(path) for glob in globs)


@lru_cache(maxsize=1024)
def _search(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@lru_cache(maxsize=1024)
def _glob(glob: str) -> re.Pattern[str]:
    body = glob.removeprefix("./").removesuffix("/")
    rooted = "/" in body
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", body.removeprefix("/"))
    special = {"**/": "(?:[^!]*[/!])?", "**": ".*", "*": "[^/!]*", "?": "[^/!]"}
    text = "".join(special.get(part, re.escape(part)) for part in parts)
    start = "^" if rooted else "(?:^|[/!])"
    return re.compile(f"{start}{text}(?:$|[/!])", re.DOTALL)
