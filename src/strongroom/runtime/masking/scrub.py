"""Objects without the values in them: arguments of log calls, events of other tools."""

from typing import Any, Final

from strongroom.model.plaintext import Hidden
from strongroom.runtime.masking.masker import Masker

DEPTH_MAX: Final = 20
DEEPER: Final = "[deeper than is looked]"


class Shown:
    """Stands for an object whose texts held a value."""

    __slots__ = ("_repr", "_text")

    def __init__(self, text: str, representation: str) -> None:
        self._text = text
        self._repr = representation

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return self._repr

    def __format__(self, spec: str) -> str:
        # The spec was meant for another type; a log line must not become an exception.
        return self._text


def scrub(masker: Masker, item: Any, depth: int = DEPTH_MAX) -> Any:
    """`item` without values: the same object where it holds none, otherwise one like it.

    Dictionaries, lists, tuples and sets are looked into, keys included; of anything else what
    `str` and `repr` show decides. Never raises because of what `item` is.
    """
    match item:
        case str():
            return masker.text(item)
        case None | bool() | float() | Hidden() | Shown():
            return item
        case bytes() | bytearray():
            return masker.data(bytes(item))
    if isinstance(item, dict | list | tuple | set | frozenset):
        if depth == 0:
            return DEEPER  # a circle, or nothing that a person would read
        return _container(masker, item, depth - 1)
    return _shown(masker, item)


def _container(masker: Masker, item: Any, depth: int) -> Any:
    made: Any
    if isinstance(item, dict):
        made = {scrub(masker, k, depth): scrub(masker, v, depth) for k, v in list(item.items())}
        pairs = zip(item.items(), made.items(), strict=False)
        same = len(made) == len(item) and all(a is c and b is d for (a, b), (c, d) in pairs)
        return item if same else made
    made = [scrub(masker, one, depth) for one in list(item)]
    if all(a is b for a, b in zip(item, made, strict=False)):
        return item
    if isinstance(item, list):
        return made
    return tuple(made) if isinstance(item, tuple) else set(made)


def _shown(masker: Masker, item: object) -> object:
    try:
        text, representation = str(item), repr(item)
    except Exception:  # noqa: BLE001 - whatever it is, it does not print
        return item
    masked, other = masker.text(text), masker.text(representation)
    return item if masked is text and other is representation else Shown(masked, other)
