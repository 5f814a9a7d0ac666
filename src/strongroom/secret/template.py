"""Composites: a field that is put together from others each time it is read (C-24).

    postgresql://{username}:{password}@{host}:{port}/{database}
    postgresql://app:{@customer-api/DATABASE_PASSWORD}@db/app
    host={host} password={password:libpq}

`{name}` is a field of the same value, `{@path}` or `{@path#field}` one of another secret of the
same environment, `{{` and `}}` are braces. In a URL each part is encoded for its place; a filter
behind a colon says otherwise. A template is no secret: it holds names, never a value. It is not a
language: nothing in it is evaluated, and what it stands for is text.
"""

import base64
import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple
from urllib.parse import quote

from strongroom.errors import InvalidError, LimitError
from strongroom.model.address import is_path

TEMPLATE_CHARS_MAX: Final = 4_096
DERIVED_BYTES_MAX: Final = 64 * 1024
REFERENCES_MAX: Final = 8

Data = str | bytes
FIELD_NAME: Final = r"[A-Za-z_][A-Za-z0-9_.-]{0,127}"
_SLOT: Final = re.compile(
    rf"(?:@(?P<path>[A-Za-z0-9._/-]+)(?:\#(?P<part>{FIELD_NAME}))?|(?P<name>{FIELD_NAME}))"
    r"(?::(?P<filter>[a-z0-9]{1,16}))?"
)
_TOKEN: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_URL: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.:-]*|\x00)://")
_AUTHORITY_ENDS: Final = re.compile(r"[/?#]")
_HOLE: Final = "\x00"  # stands for a slot where only its place matters


class Reference(NamedTuple):
    """A field of another secret of the same environment; None is its only one."""

    path: str
    field: str | None = None


class Slot(NamedTuple):
    """What stands for a part: a field's name or a reference, and how it is written."""

    source: str | Reference
    filter: str


class Template(NamedTuple):
    """Texts and slots, in turn."""

    parts: tuple[str | Slot, ...]

    @property
    def literals(self) -> str:
        """The text without its slots, each replaced by a NUL."""
        return "".join(part if isinstance(part, str) else _HOLE for part in self.parts)

    @property
    def names(self) -> frozenset[str]:
        """Fields of the same value."""
        return frozenset(s.source for s in self._slots() if isinstance(s.source, str))

    @property
    def references(self) -> frozenset[Reference]:
        """Fields of other secrets."""
        return frozenset(s.source for s in self._slots() if isinstance(s.source, Reference))

    def fill(self, find: Callable[[str | Reference], Data]) -> str:
        """The text with each slot filled.

        Raises:
            InvalidError: `template-binary`. LimitError: `derived-too-long`.
        """
        found: list[str] = []
        size = 0
        for part in self.parts:
            text = part if isinstance(part, str) else _FILTERS[part.filter](find(part.source))
            size += len(text.encode("utf-8", "surrogatepass"))
            if size > DERIVED_BYTES_MAX:
                raise LimitError(
                    "derived-too-long",
                    f"what a template stands for has at most {DERIVED_BYTES_MAX:,} bytes",
                )
            found.append(text)
        return "".join(found)

    def _slots(self) -> list[Slot]:
        return [part for part in self.parts if isinstance(part, Slot)]


def parse(text: str) -> Template:
    """Read a template. No error repeats any of it.

    Raises:
        InvalidError: `template-syntax`, `template-constant`, `reference-invalid`.
        LimitError: `template-too-long`, `references-too-many`.
    """
    if len(text) > TEMPLATE_CHARS_MAX:
        raise LimitError(
            "template-too-long", f"a template has at most {TEMPLATE_CHARS_MAX} characters"
        )
    parts: list[str | Slot] = []
    at = 0
    for token in _TOKEN.finditer(text):
        parts.append(text[at : token.start()])
        at = token.end()
        if token[0] in {"{{", "}}"}:
            parts.append(token[0][0])
        else:
            parts.append(_slot(token[1]))
    parts.append(text[at:])
    if _HOLE in text:
        raise _syntax("a template holds no control characters")
    made = _encoded(Template(_joined(parts)))
    if not made.names and not made.references:
        raise InvalidError(
            "template-constant",
            "a template that names no field is a value",
            fix="give it as a field, or name one in braces: {password}",
        )
    if len(made.references) > REFERENCES_MAX:
        raise LimitError("references-too-many", f"a template names at most {REFERENCES_MAX} others")
    return made


def derive(
    templates: Mapping[str, Template],
    plain: Mapping[str, Data],
    others: Mapping[Reference, Data],
) -> dict[str, str]:
    """What each of `templates` stands for, by its field's name.

    Those that need a reference which `others` does not have are left out.

    Raises:
        InvalidError: `template-cycle`, `template-field-unknown`, `template-binary`.
        LimitError: `derived-too-long`.
    """
    made: dict[str, str | None] = {}
    open_: list[str] = []

    def find(source: str | Reference) -> Data:
        if isinstance(source, Reference):
            if source not in others:
                raise _Unresolved
            return others[source]
        if source in plain:
            return plain[source]
        if source not in templates:
            raise InvalidError(
                "template-field-unknown",
                "a template names a field that the value does not have",
                fix=f"its fields are {', '.join(sorted({*plain, *templates}))}",
            )
        return derived(source)

    def derived(name: str) -> str:
        if name not in made:
            if name in open_:
                raise InvalidError("template-cycle", "templates name one another in a circle")
            open_.append(name)
            try:
                made[name] = templates[name].fill(find)
            except _Unresolved:
                made[name] = None
            open_.pop()
        text = made[name]
        if text is None:
            raise _Unresolved
        return text

    for name in templates:
        try:
            derived(name)
        except _Unresolved:
            continue
    return {name: text for name, text in made.items() if text is not None}


class _Unresolved(Exception):  # noqa: N818 - it goes no further than this module
    """A part of another secret is not at hand."""


def _slot(inside: str | None) -> Slot:
    match = _SLOT.fullmatch(inside or "")
    if match is None:
        raise _syntax("in braces stands a field's name, or @ and a path, and perhaps a filter")
    name = match["filter"] or ""
    if name and (name not in _FILTERS or name in _IMPLIED):
        raise _syntax(f"the filters are {', '.join(f for f in _FILTERS if f not in _IMPLIED)}")
    if match["path"] is None:
        return Slot(match["name"], name)
    if not is_path(match["path"]):
        raise InvalidError("reference-invalid", "that is no path of a secret")
    return Slot(Reference(match["path"], match["part"]), name)


def _syntax(message: str) -> InvalidError:
    return InvalidError("template-syntax", message, fix="a brace itself is written twice")


def _joined(parts: list[str | Slot]) -> tuple[str | Slot, ...]:
    found: list[str | Slot] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        elif part:
            found.append(part)
    return tuple(found)


def _encoded(template: Template) -> Template:
    """With a filter for each slot that has none: by its place in a URL, otherwise as it is."""
    text = template.literals
    url = _URL.match(text)
    start = url.end() if url else 0
    end = _AUTHORITY_ENDS.search(text, start)
    stop = end.start() if end else len(text)
    user_ends = text.rfind("@", start, stop)
    at = 0
    parts: list[str | Slot] = []
    for part in template.parts:
        if isinstance(part, str):
            parts.append(part)
            at += len(part)
            continue
        inside = url is not None and at >= start
        implied = ("host" if user_ends < at < stop else "url") if inside else "raw"
        parts.append(part._replace(filter=part.filter or implied))
        at += 1
    return Template(tuple(parts))


def _text(data: Data) -> str:
    if isinstance(data, bytes):
        raise InvalidError(
            "template-binary", "a part is no text", fix="write it as {name:base64} in the template"
        )
    return data


def _host(data: Data) -> str:
    text = _text(data)
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return quote(text, safe="")
    return f"[{text}]"


def _libpq(data: Data) -> str:
    return "'" + re.sub(r"([\\'])", r"\\\1", _text(data)) + "'"


_IMPLIED: Final = frozenset({"host"})  # by the place, never by name
_FILTERS: Final[dict[str, Callable[[Data], str]]] = {
    "raw": _text,
    "url": lambda data: quote(_text(data), safe=""),
    "host": _host,
    "base64": lambda data: base64.b64encode(
        data.encode() if isinstance(data, str) else data
    ).decode(),
    "json": lambda data: json.dumps(_text(data))[1:-1],
    "libpq": _libpq,
}
