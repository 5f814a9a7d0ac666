"""Text for libraries that take nothing but `str`: settings of Django, the configuration of Flask."""

from collections.abc import Callable, Iterable
from typing import Any, NoReturn, Self

from strongroom.runtime.masking.known import MASKER
from strongroom.runtime.secret import Secret


class Word(str):
    """The text of a secret, whose representation is its name. It is no more than that.

    Whatever prints it by `str` shows it, and whatever is made of it is ordinary text.
    """

    __slots__ = ("_shown",)
    _shown: str

    def __new__(cls, secret: Secret) -> Self:  # noqa: D102
        made = super().__new__(cls, secret.reveal())
        made._shown = repr(secret)
        return made

    def __repr__(self) -> str:
        return self._shown

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self  # Django copies the settings of a database

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("the text of a secret is not pickled")


def keys(versions: Iterable[Secret]) -> tuple[Word, list[Word]]:
    """The key that signs, and those that are accepted beside it until their grace ends."""
    first, *others = (Word(one) for one in versions)
    return first, others


def masked_mapping(kind: type[dict[Any, Any]]) -> type[dict[Any, Any]]:
    """`kind`, with a representation in which no known value stands."""
    show: Callable[[Any], str] = kind.__repr__
    return type(kind.__name__, (kind,), {"__repr__": lambda self: MASKER.text(show(self))})
