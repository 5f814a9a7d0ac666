"""A passphrase that opens slots, stretched with Argon2id (RFC 9106).

Stretching takes as long and as much memory as the slot says, within bounds: a slot is read
from a table that is not trusted, and must not be able to stop the machine. It blocks; a
server calls it in a worker thread, one at a time. Format: docs/spec/seal-slots.md, section 7.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from strongroom.crypto.aead import KEY_BYTES
from strongroom.crypto.slot import Kind
from strongroom.errors import InvalidError, TamperedError
from strongroom.model.plaintext import Hidden

SALT_BYTES: Final = 16
PASSPHRASE_BYTES_MAX: Final = 1024
MEMORY_KIB_MAX: Final = 1024 * 1024
ITERATIONS_MAX: Final = 16
LANES_MAX: Final = 16
ARGON2ID_V13: Final = 1  # the first byte of params
PARAMS_BYTES: Final = 1 + 4 + 1 + 1 + SALT_BYTES


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess costs: memory in KiB, passes over it, and lanes."""

    memory_kib: int
    iterations: int
    lanes: int

    @property
    def bearable(self) -> bool:
        """Whether a slot may ask for it: at most 1 GiB, 16 passes, 16 lanes."""
        lanes = 1 <= self.lanes <= LANES_MAX
        memory = 8 * self.lanes <= self.memory_kib <= MEMORY_KIB_MAX
        return lanes and memory and 1 <= self.iterations <= ITERATIONS_MAX

    @property
    def sufficient(self) -> bool:
        """Whether a new slot may have it: at least that of `MINIMUM` in both respects."""
        memory = self.memory_kib >= MINIMUM.memory_kib
        return memory and self.iterations >= MINIMUM.iterations


MINIMUM: Final = Cost(memory_kib=19 * 1024, iterations=2, lanes=1)  # OWASP's least
DEFAULT: Final = Cost(memory_kib=64 * 1024, iterations=3, lanes=4)  # RFC 9106, second choice


class Passphrase(Hidden):
    """What a person types, of 1 to 1,024 bytes in UTF-8 after NFC (RFC 8265).

    Keyboards differ in how they compose an accent, so this one text is normalised. All slots
    made with one object share a salt, and all that share a salt are stretched once.

    Raises:
        InvalidError: `passphrase-unusable`, empty, too long or not encodable.
        ValueError: `cost` is under `MINIMUM` or over the bounds of a slot.
    """

    __slots__ = ("_cost", "_roots", "_salt", "_text")
    kind: ClassVar[Kind] = Kind.PASSPHRASE
    _text: bytes
    _cost: Cost
    _salt: bytes
    _roots: dict[bytes, bytes]

    def __init__(self, text: str, cost: Cost = DEFAULT) -> None:
        if not cost.sufficient:
            raise ValueError(f"a new slot costs at least {MINIMUM}")
        self._set(text, cost, secrets.token_bytes(SALT_BYTES))

    @classmethod
    def _cheap(cls, text: str, cost: Cost, salt: bytes) -> Self:
        """Without a minimum and with a given salt: for tests and vectors, and nothing else."""
        passphrase = cls.__new__(cls)
        cls._set(passphrase, text, cost, salt)
        return passphrase

    def _set(self, text: str, cost: Cost, salt: bytes) -> None:
        if not cost.bearable:
            raise ValueError("no slot may cost that much, or so little memory for its lanes")
        self._fix(_text=_normalised(text), _cost=cost, _salt=salt, _roots={})

    def params(self) -> bytes:
        """What a slot for this passphrase carries: the function, its cost and the salt."""
        cost = self._cost
        head = bytes((ARGON2ID_V13,)) + cost.memory_kib.to_bytes(4, "big")
        return head + bytes((cost.iterations, cost.lanes)) + self._salt

    def root(self, room_id: bytes, params: bytes) -> bytes:  # noqa: ARG002 - the slot's keys hold it
        """The 32 bytes that a slot's keys come from. Takes 0.2 s and 64 MiB by default.

        Raises:
            TamperedError: `slot-cost-refused`, params of another function or out of bounds.
        """
        cost, salt = _read(params)
        root = self._roots.get(params)
        if root is None:
            root = Argon2id(
                salt=salt,
                length=KEY_BYTES,
                iterations=cost.iterations,
                lanes=cost.lanes,
                memory_cost=cost.memory_kib,
            ).derive(self._text)
            # One is remembered: slots made at once share a salt, others are few.
            self._roots.clear()
            self._roots[params] = root
        return root


def _read(params: bytes) -> tuple[Cost, bytes]:
    if len(params) == PARAMS_BYTES and params[0] == ARGON2ID_V13:
        cost = Cost(int.from_bytes(params[1:5], "big"), params[5], params[6])
        if cost.bearable:
            return cost, params[7:]
    raise TamperedError("slot-cost-refused", "a passphrase slot asks for what no slot may ask")


def _normalised(text: str) -> bytes:
    # A strict codec would raise an error that holds the passphrase.
    usable = unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")
    if not 1 <= len(usable) <= PASSPHRASE_BYTES_MAX or any("\ud800" <= c <= "\udfff" for c in text):
        raise InvalidError(
            "passphrase-unusable", f"a passphrase is 1 to {PASSPHRASE_BYTES_MAX} bytes of text"
        )
    return usable
