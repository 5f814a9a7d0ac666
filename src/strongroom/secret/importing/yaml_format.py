"""Rows from YAML, in the shapes that JSON has, numbered by their lines.

A value is the text as it is written: `no` stays `no` and `1.10` stays `1.10`. Aliases are
refused: a few of them make a document of any size. No tag makes anything but a text.
"""

import io
from typing import Any, Final

from strongroom.errors import MachineError
from strongroom.secret.importing.interface import Problem, Rows
from strongroom.secret.importing.json_format import Pairs, rows_of

CHARS_MAX: Final = 32 * 1024 * 1024
DEPTH_MAX: Final = 32
_NULL: Final = "tag:yaml.org,2002:null"
_PLAIN: Final = frozenset({"str", "int", "float", "bool", "null", "timestamp"})


class _Refused(Exception):  # noqa: N818 - a reason, told as a problem
    """Why the document is not read; never with any of it."""


class _Key(str):
    """A name and the line it stands on."""

    __slots__ = ("line",)
    line: int


def read(text: str) -> Rows:
    """Read one document.

    Raises:
        MachineError: `extra-missing`; YAML needs an extra that is not installed.
    """
    yaml = _library()
    try:
        _bounds(yaml, text)
        node = yaml.YAML(typ="safe", pure=True).compose(io.StringIO(text))
        return rows_of(_body(node, 1))
    except _Refused as reason:
        return Rows((), (Problem(0, "", "file-malformed", str(reason)),))
    except (yaml.error.YAMLError, ValueError, RecursionError, AssertionError):
        # The library asserts what a directive of the version says.
        why = "the file is not one YAML document"
        return Rows((), (Problem(0, "", "file-malformed", why),))


def _library() -> Any:
    try:
        import ruamel.yaml as library  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        raise MachineError(
            "extra-missing", "YAML needs an extra", fix="pip install 'strongroom[yaml]'"
        ) from None
    return library


def _bounds(yaml: Any, text: str) -> None:
    """Look at the events before anything is built of them."""
    if len(text) > CHARS_MAX:
        raise _Refused(f"a YAML file has at most {CHARS_MAX:,} characters")
    depth = 0
    for event in yaml.YAML(typ="safe", pure=True).parse(io.StringIO(text)):
        if isinstance(event, yaml.events.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused("it has anchors or aliases, which are not read")
        if isinstance(event, yaml.events.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.events.CollectionEndEvent):
            depth -= 1
        if depth > DEPTH_MAX:
            raise _Refused("it is too deep")


def _body(node: Any, depth: int) -> object:
    """A node as JSON's reader has it."""
    if node is None:
        return Pairs()
    kind = node.id
    if kind == "mapping":
        pairs = Pairs((_key(key), _body(value, depth + 1)) for key, value in node.value)
        pairs.line = node.start_mark.line + 1
        return pairs
    if kind == "sequence":
        return [_body(one, depth + 1) for one in node.value]
    tag = str(node.tag)
    if tag.removeprefix("tag:yaml.org,2002:") not in _PLAIN:
        raise _Refused("it has tags of its own, which are not read")
    if tag == _NULL:
        return None
    return str(node.value)


def _key(node: Any) -> _Key:
    if node.id != "scalar":
        raise _Refused("a name in it is not a text")
    key = _Key(node.value)
    key.line = node.start_mark.line + 1
    return key
