"""A value that an application holds without showing it: only `reveal()` and `use()` give it out."""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Final, final

from strongroom.errors import ConfigError
from strongroom.model.plaintext import Hidden
from strongroom.runtime.masking.known import MASKER

UNNAMED: Final = "SECRET"


@final
class Secret(Hidden):
    """Text that neither prints, copies, pickles nor encodes itself.

    Two are equal when their texts are, compared in time that depends on the length only. They
    have no length, no order, no hash, no items. From the moment one is made its text is masked in
    all that the process logs. What it cannot promise: that the text leaves memory.
    """

    __slots__ = ("__weakref__", "_counter", "_name", "_value", "_version")
    _value: str
    _name: str
    _version: int | None
    _counter: "count[int]"

    def __init__(self, value: str, *, name: str = UNNAMED, version: int | None = None) -> None:
        if not isinstance(value, str):
            # Not the type's own message: it would say what it was given.
            raise TypeError("a Secret holds text")
        MASKER.add(name, value, version=version)
        self._fix(_value=value, _name=name, _version=version, _counter=count())

    @property
    def name(self) -> str:
        """What it is called."""
        return self._name

    @property
    def version(self) -> int | None:
        """Which version it is, if that is known."""
        return self._version

    @property
    def reveals(self) -> int:
        """How often it was given out."""
        # `count` is the one counter whose step no thread can tear; its state is its representation.
        return int(repr(self._counter)[6:-1])

    def reveal(self) -> str:
        """The text. A review of who sees what is a search for this name."""
        next(self._counter)
        return self._value

    def reveal_bytes(self) -> bytes:
        """The text as UTF-8.

        Raises:
            ConfigError: `secret-undecodable`: it has half of a surrogate pair, which only JSON can carry.
        """
        text = self.reveal()
        try:
            return text.encode("utf-8")
        except UnicodeEncodeError:
            pass  # the error holds the text, and as a context it would be kept
        raise ConfigError(
            "secret-undecodable",
            f"{self} is no text that can be written as UTF-8",
            fix="generate another one, or write it anew",
        )

    @contextmanager
    def use(self) -> Iterator[str]:
        """The text for the length of a block, which then shows in the code."""
        yield self.reveal()

    @contextmanager
    def use_bytes(self) -> Iterator[bytearray]:
        """The text as bytes that are overwritten behind the block.

        It is the best that can be done: Python keeps the text itself, and may have copied it.
        """
        octets = bytearray(self.reveal_bytes())
        try:
            yield octets
        finally:
            octets[:] = bytes(len(octets))

    def __repr__(self) -> str:
        version = "" if self._version is None else f"@v{self._version}"
        return f"Secret({self._name}{version})"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        # The spec is ignored: a log line with a width must not become an exception.
        return repr(self)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._octets(), other._octets())

    def _octets(self) -> bytes:
        return self._value.encode("utf-8", "surrogatepass")

    __hash__ = None  # type: ignore[assignment]  # a hash in a dict is a fingerprint without a key

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """As a field of pydantic it takes text or a Secret, and is written as its name."""
        from pydantic_core import core_schema  # noqa: PLC0415 - only pydantic asks

        return core_schema.with_info_plain_validator_function(
            _validated,
            serialization=core_schema.plain_serializer_function_ser_schema(repr),
        )


def _validated(value: object, info: Any) -> Secret:
    if isinstance(value, Secret):
        return value
    if isinstance(value, str):
        return Secret(value, name=(info.field_name or UNNAMED).upper())
    raise ValueError("a Secret holds text")
