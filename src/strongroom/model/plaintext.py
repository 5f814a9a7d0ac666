"""A value that must not be seen, held so that only `reveal()` shows it.

It stands in the model because values cross every layer: generators make them, the envelope
seals them, rotators and stores hand them on. What it cannot promise: that the bytes leave
memory, or that whoever called `reveal()` is careful.
"""

import hmac
from typing import Final, NoReturn, final

HIDDEN: Final = "hidden"


class Hidden:
    """Base of everything that holds a key or a value: it neither shows nor copies itself.

    Subclasses name their fields in `__slots__`, so there is no `__dict__` to print, and set
    them once with `_fix`. JSON encoders know no such type and refuse by themselves.
    """

    __slots__ = ()

    def _fix(self, **fields: object) -> None:
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} does not change")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {HIDDEN}>"

    def __str__(self) -> str:
        return f"<{type(self).__name__} {HIDDEN}>"

    def __format__(self, spec: str) -> str:
        # The spec is ignored: a log line with a width must not become an exception.
        return f"<{type(self).__name__} {HIDDEN}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        # `copy`, `deepcopy` and `pickle` all come through here.
        raise TypeError(f"{type(self).__name__} is neither copied nor pickled")

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is neither copied nor pickled")

    def __getstate__(self) -> NoReturn:
        # Python 3.11 gives every object one that returns the slots.
        raise TypeError(f"{type(self).__name__} is neither copied nor pickled")


@final
class Plaintext(Hidden):
    """The bytes of a value, of any length.

    Two are equal when their bytes are, compared in time that depends on the length only.
    They have no hash, no length, no order and no iterator.
    """

    __slots__ = ("_value",)
    _value: bytes

    def __init__(self, value: bytes) -> None:
        if not isinstance(value, bytes):
            raise TypeError("a Plaintext holds bytes")
        self._fix(_value=value)

    def reveal(self) -> bytes:
        """Show the value. A review of who sees what is a search for this name."""
        return self._value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Plaintext):
            return NotImplemented
        return hmac.compare_digest(self._value, other._value)

    __hash__ = None  # type: ignore[assignment]  # a hash in a dict is a fingerprint without a key
