"""Examples of rules: lines with places for tokens, which are made up when they are run.

`{{base62:36}}` is 36 characters, `{{of:abc:5}}` five of these three, `{{github:ghp_}}` a token
whose checksum holds; `MAKERS` has them all. What has a space after `{{` is no place.
"""

import re
from typing import Final

from strongroom.scan.ruleset.draw import Draw
from strongroom.scan.ruleset.model import Example
from strongroom.scan.ruleset.tokens import MAKERS

CHARS_MAX: Final = 10_000  # of one token
_PLACE: Final = re.compile(r"\{\{([A-Za-z0-9-]+)(?::([^{}\n]*))?\}\}")


def trouble(example: Example) -> str | None:
    """What is wrong with the places in it, for people; None when nothing is."""
    try:
        expand(example, 0)
    except (ValueError, IndexError, KeyError) as error:
        name = error.args[0] if isinstance(error, KeyError) else None
        return f"there is nothing called {name!r} to make" if name else "a place in it has no size"
    return None


def expand(example: Example, number: int) -> str:
    """The text with its tokens, the same each time; `number` is the example's in its rule."""
    count = 0

    def fill(place: re.Match[str]) -> str:
        nonlocal count
        count += 1
        draw = Draw(f"{example.rule} {number} {count}")
        words = place[2].split(":") if place[2] else []
        if any(word.isdigit() and int(word) > CHARS_MAX for word in words):
            raise ValueError
        if place[1] == "of":
            return draw.chars(words[0], int(words[1]))
        return MAKERS[place[1]](draw, words)

    return _PLACE.sub(fill, example.text)
