"""What is no finding although a rule found it, by the project's own words."""

import re
from collections.abc import Callable, Iterable
from typing import TypeAlias

from strongroom.scan.model import Hit
from strongroom.scan.ruleset.model import Allow
from strongroom.scan.ruleset.paths import matches


class Allowing:
    """The entries of a rule set, compiled once."""

    def __init__(self, allows: Iterable[Allow]) -> None:
        self._entries = [(allow, _tests(allow)) for allow in allows]

    def why(self, hit: Hit, path: str = "", commit: str = "") -> str | None:
        """The reason of the first entry that lets `hit` pass; None when none does.

        `path` and `commit` are what it was attributed to; without, the path of the piece.
        """
        for allow, tests in self._entries:
            if allow.rules and hit.rule not in allow.rules:
                continue
            if tests and all(test(hit, path or hit.origin.path, commit) for test in tests):
                return allow.reason
        return None


_Test: TypeAlias = Callable[[Hit, str, str], bool]


def _tests(allow: Allow) -> list[_Test]:
    tests: list[_Test] = []
    if allow.paths:
        tests.append(lambda _hit, path, _commit: matches(allow.paths, path))
    if allow.path_patterns:
        named = _either(allow.path_patterns)
        tests.append(lambda _hit, path, _commit: bool(named(_octets(path))))
    if allow.values:
        value = _either(allow.values)
        tests.append(lambda hit, _path, _commit: bool(value(hit.secret)))
    if allow.lines:
        line = _either(allow.lines)
        tests.append(lambda hit, _path, _commit: bool(line(hit.text)))
    if allow.words:
        words = [word.encode() for word in allow.words]
        tests.append(lambda hit, _path, _commit: any(w in hit.secret.lower() for w in words))
    if allow.commits:
        tests.append(
            lambda _hit, _path, commit: bool(commit) and commit.startswith(tuple(allow.commits))
        )
    return tests


def _either(patterns: tuple[str, ...]) -> Callable[[bytes], object]:
    compiled = [re.compile(pattern.encode()) for pattern in patterns]
    return lambda octets: any(pattern.search(octets) for pattern in compiled)


def _octets(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
