"""References in the grammar of shells: `$X`, `${X:-default}`, `${X:?message}`. Pure.

Compose, shells, systemd and most platforms have it in common. Nothing is expanded, and a
default that holds a reference again is judged by what stands before it, so that the time for a
line is its length.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from strongroom.discover.interface import Default, How, Mention, Scope, Trouble
from strongroom.discover.judge import judged
from strongroom.discover.sources.lines import NAME
from strongroom.source.values import Value

_REFERENCE: Final = re.compile(
    r"\$\$|\\\$"
    r"|\$\{(?P<braced>[A-Za-z_]\w{0,127})(?:(?P<op>:?[-?=+])(?P<rest>[^{}$]*))?"
    r"|\$(?P<bare>[A-Za-z_]\w{0,127})"
)
_ALONE: Final = re.compile(r"\$\{?[A-Za-z_]\w*(?::?[-?=+][^{}]*)?\}?")
NAMES_COMPOSED_MAX: Final = 20


class Reference(NamedTuple):
    """One name that a text refers to. `required` is None where the text does not say."""

    name: str
    required: bool | None
    default: Default | None


def references(text: str) -> Iterator[Reference]:
    """Each reference in `text`, those within a default included."""
    if "$" not in text:
        return
    for match in _REFERENCE.finditer(text):
        name = match["braced"] or match["bare"]
        if name:
            yield _one(name, match["op"] or "", match["rest"], text[match.end() : match.end() + 1])


def _one(name: str, op: str, rest: str | None, after: str) -> Reference:
    if op.endswith("?"):
        return Reference(name, True, None)
    if op.endswith("+"):
        return Reference(name, False, None)
    if op.endswith(("-", "=")):
        open_ended = after == "$" and not (rest or "").strip()
        default = Default(Value.REFERENCE) if open_ended else judged(rest or "")
        return Reference(name, False, default)
    return Reference(name, None, None)


def mentions(
    text: str, path: str, line: int, scope: Scope, environment: str = ""
) -> Iterator[Mention]:
    """A mention for each reference in `text`."""
    for one in references(text):
        yield Mention(
            one.name,
            path,
            line,
            How.READ,
            scope,
            required=one.required,
            default=one.default,
            environment=environment,
        )


def handed(
    name: str,
    value: str | None,
    path: str,
    line: int,
    scope: Scope,
    *,
    how: How = How.INJECTED,
    secret: bool | None = None,
    environment: str = "",
    note: str = "",
) -> Iterator[Mention | Trouble]:
    """`name` is given `value` here: the name itself, and each name that the value refers to.

    A `value` of None is one that comes from outside: the place only passes the name on.
    """
    if NAME.fullmatch(name) is None:
        return
    found = list(references(value or ""))
    others = tuple(dict.fromkeys(one.name for one in found if one.name != name))
    alone = _ALONE.fullmatch((value or "").strip()) is not None
    if alone and others and not note:
        note = f"from {others[0]}"
    yield Mention(
        name,
        path,
        line,
        how,
        scope,
        default=None if value is None else judged(value),
        secret=secret,
        composes=() if alone else others[:NAMES_COMPOSED_MAX],
        environment=environment,
        note=note,
    )
    yield from mentions(value or "", path, line, scope, environment)
