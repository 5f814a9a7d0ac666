"""Labels of a secret: tags, who stands in for its owner, the client whose it is."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from strongroom.errors import InvalidError, LimitError

TAGS_MAX: Final = 32
_TAG: Final = re.compile(r"[a-z0-9][a-z0-9._:-]{0,63}")


class Label(NamedTuple):
    """Tags in their order, and names that may be empty."""

    tags: tuple[str, ...] = ()
    backup: str = ""
    client: str = ""

    def with_tags(self, add: Iterable[str], drop: Iterable[str]) -> "Label":
        """With `add` and without `drop`; either may name what is or is not there.

        Raises:
            InvalidError: `tag-invalid`. LimitError: `tags-too-many`.
        """
        return self._replace(tags=tags((set(self.tags) | set(add)) - set(drop)))


NO_LABEL: Final = Label()


def tags(words: Iterable[str]) -> tuple[str, ...]:
    """Tags in their one order, each once.

    Raises:
        InvalidError: `tag-invalid`; the text is not repeated, since people paste values in
            the wrong place. LimitError: `tags-too-many`.
    """
    found = tuple(sorted(set(words)))
    if not all(_TAG.fullmatch(word) for word in found):
        raise InvalidError("tag-invalid", "a tag is 1 to 64 of a-z0-9._:- and begins with a-z0-9")
    if len(found) > TAGS_MAX:
        raise LimitError("tags-too-many", f"a secret has at most {TAGS_MAX} tags")
    return found
