"""JSON that means one thing: each member once, numbers that are finite."""

import json
import math
from typing import Any, NoReturn


def loads(text: str) -> Any:
    """What `text` says.

    Raises:
        ValueError, RecursionError: it is no such JSON; a decoder's error holds the text, so that whoever
            catches it raises another one outside of the handler.
    """
    return json.loads(text, object_pairs_hook=_once, parse_constant=_never, parse_float=_finite)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _never(_: str) -> NoReturn:
    raise ValueError


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number
