"""Shares: a secret that any k of n people open together, and fewer learn nothing about.

Shamir's scheme over GF(256) with the polynomial of AES, byte by byte. A share says whose it
is, so that a foreign, repeated or mistyped one is named before anything is combined; the
slot keeps a digest of each, so that a false one is, too. Arithmetic has no branch and no
table that depends on a secret. Format: docs/spec/seal-slots.md, section 9.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple, Self

from strongroom.crypto import groups
from strongroom.crypto.aead import KEY_BYTES
from strongroom.crypto.slot import Kind
from strongroom.errors import InvalidError, SealedError, TamperedError
from strongroom.model.plaintext import Hidden

SHARES_MAX: Final = 31
THRESHOLD_MIN: Final = 2
GROUPS: Final = 10
SET_BYTES: Final = 4
DIGEST_BYTES: Final = 8
_VERSION: Final = 1
_MARK_BITS: Final = 30  # of the room, and of the set
_CHECKSUM_BITS: Final = 19
# Version, threshold, index, room, set, and the share's 32 bytes.
_FIELD_BITS: Final = (5, 5, 5, _MARK_BITS, _MARK_BITS, 8 * KEY_BYTES)
_ROOM_LABEL: Final = b"strongroom/share-room/v1"
_SHARE_LABEL: Final = b"strongroom/share/v1"
_CHECK_LABEL: Final = b"strongroom/share-check/v1"


class Share(Hidden):
    """One share: whose (30 bits each of room and set), of how many, which, and its 32 bytes."""

    __slots__ = ("index", "room", "secret", "set_id", "threshold")
    room: int
    set_id: int
    threshold: int
    index: int
    secret: bytes

    def __init__(self, room: int, set_id: int, threshold: int, index: int, secret: bytes) -> None:
        self._fix(room=room, set_id=set_id, threshold=threshold, index=index, secret=secret)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a share as a person types it: any case, O for 0, I or L for 1, any spacing.

        Raises:
            InvalidError: `share-character`, `share-length`, `share-group` (each names the group
                where it can), `share-version`, `share-checksum`. None repeats what was typed.
        """
        try:
            number = groups.read(text, GROUPS)
        except groups.CharacterError as error:
            raise InvalidError("share-character", f"{error}") from None
        except groups.LengthError as error:
            raise InvalidError("share-length", f"a share has {error}") from None
        except groups.GroupError as error:
            raise InvalidError("share-group", f"{error}") from None
        body, checksum = number >> _CHECKSUM_BITS, number & (1 << _CHECKSUM_BITS) - 1
        fields, rest = [], body
        for bits in reversed(_FIELD_BITS):
            fields.append(rest & (1 << bits) - 1)
            rest >>= bits
        secret, set_id, room, index, threshold, version = fields
        if version != _VERSION:
            raise InvalidError("share-version", "that share is of a newer release")
        if _checksum(body) != checksum or not index or threshold < THRESHOLD_MIN:
            raise InvalidError("share-checksum", "more than one group of that share is mistyped")
        return cls(room, set_id, threshold, index, secret.to_bytes(KEY_BYTES, "big"))

    def reveal(self) -> str:
        """The share as it is printed: ten groups with dashes, 89 characters."""
        body = self._body()
        return groups.write(body << _CHECKSUM_BITS | _checksum(body), GROUPS)

    @property
    def digest(self) -> bytes:
        """What the slot keeps of it: 8 bytes."""
        return hashlib.sha256(_SHARE_LABEL + _octets(self._body())).digest()[:DIGEST_BYTES]

    def _body(self) -> int:
        values = (
            _VERSION, self.threshold, self.index, self.room, self.set_id,
            int.from_bytes(self.secret, "big"),
        )  # fmt: skip
        body = 0
        for value, bits in zip(values, _FIELD_BITS, strict=True):
            body = body << bits | value
        return body

    def __repr__(self) -> str:
        return f"<Share {self.index}, {self.threshold} are needed, hidden>"


class ShareSet(NamedTuple):
    """The params of a slot that shares open. Nothing in it is secret."""

    threshold: int
    set_id: int
    digests: tuple[bytes, ...]

    @classmethod
    def read(cls, params: bytes) -> Self:
        """Read params.

        Raises:
            TamperedError: `slot-malformed`.
        """
        start = 2 + SET_BYTES
        threshold, count = (params[0], params[1]) if len(params) >= start else (0, 0)
        known = THRESHOLD_MIN <= threshold <= count <= SHARES_MAX
        if not known or len(params) != start + count * DIGEST_BYTES:
            raise TamperedError("slot-malformed", "a slot for shares is badly put together")
        digests = (params[at : at + DIGEST_BYTES] for at in range(start, len(params), DIGEST_BYTES))
        return cls(threshold, int.from_bytes(params[2:start], "big"), tuple(digests))

    def check(self, room_id: bytes, share: Share, before: Sequence[Share] = ()) -> None:
        """Whether `share` is one of this set, and not one of those given `before`.

        Raises:
            SealedError: `share-other-room`, `share-other-set`, `share-beyond`,
                `share-repeated`, `share-wrong`.
        """
        number = f"share {share.index}"
        if share.room != _room_mark(room_id):
            raise SealedError("share-other-room", f"{number} is of another room")
        if share.set_id != self.set_id:
            raise SealedError("share-other-set", f"{number} is of another set of shares")
        if share.index > len(self.digests) or share.threshold != self.threshold:
            raise SealedError(
                "share-beyond", f"{number} is none of the {len(self.digests)} of this set"
            )
        if not hmac.compare_digest(share.digest, self.digests[share.index - 1]):
            raise SealedError(
                "share-wrong", f"{number} is not the one that was given out under its number"
            )
        if any(share.index == other.index for other in before):
            raise SealedError("share-repeated", f"{number} was given already")


class Shares(Hidden):
    """Shares as they were typed: together they open a slot."""

    __slots__ = ("_shares",)
    kind: ClassVar[Kind] = Kind.SHAMIR
    _shares: tuple[Share, ...]

    def __init__(self, shares: Sequence[Share]) -> None:
        self._fix(_shares=tuple(shares))

    def params(self) -> bytes:
        """Never asked for: a slot is made with `Sharing`."""
        raise NotImplementedError

    def root(self, room_id: bytes, params: bytes) -> bytes:
        """The 32 bytes that a slot's keys come from.

        Raises:
            SealedError: `shares-too-few`, and those of `ShareSet.check`.
            TamperedError: `slot-malformed`.
        """
        wanted = ShareSet.read(params)
        for place, share in enumerate(self._shares):
            wanted.check(room_id, share, self._shares[:place])
        if len(self._shares) < wanted.threshold:
            raise SealedError(
                "shares-too-few",
                f"{wanted.threshold} shares are needed, that is {len(self._shares)}",
            )
        chosen = self._shares[: wanted.threshold]
        return combine([(share.index, share.secret) for share in chosen])


class Sharing(Hidden):
    """A new set of shares and the secret behind it: makes slots, and prints each share once.

    Raises:
        InvalidError: `shares-invalid`.
    """

    __slots__ = ("_secret", "_set_id", "_threshold", "shares")
    kind: ClassVar[Kind] = Kind.SHAMIR
    shares: tuple[Share, ...]
    _secret: bytes
    _set_id: int
    _threshold: int

    def __init__(self, room_id: bytes, count: int, threshold: int) -> None:
        rows = [secrets.token_bytes(KEY_BYTES) for _ in range(min(threshold, SHARES_MAX + 1))]
        self._set(room_id, rows, count, secrets.randbits(_MARK_BITS))

    @classmethod
    def _with(cls, room_id: bytes, rows: list[bytes], count: int, set_id: int) -> Self:
        """With its randomness as arguments: for test vectors, and for nothing else."""
        sharing = cls.__new__(cls)
        cls._set(sharing, room_id, rows, count, set_id)
        return sharing

    def _set(self, room_id: bytes, rows: list[bytes], count: int, set_id: int) -> None:
        room, threshold = _room_mark(room_id), len(rows)
        if not THRESHOLD_MIN <= threshold <= count <= SHARES_MAX:
            raise InvalidError(
                "shares-invalid",
                f"at least {THRESHOLD_MIN} of at most {SHARES_MAX} shares open a room,"
                " and never more than there are",
            )
        made = (Share(room, set_id, threshold, x, part) for x, part in points(rows, count))
        self._fix(_secret=rows[0], _set_id=set_id, _threshold=threshold, shares=tuple(made))

    @property
    def numbers(self) -> tuple[int, int]:
        """How many shares there are, and how many of them open the slot."""
        return len(self.shares), self._threshold

    def params(self) -> bytes:
        """What the slot carries: threshold, number, set, and a digest of each share."""
        head = bytes((self._threshold, len(self.shares)))
        digests = b"".join(share.digest for share in self.shares)
        return head + self._set_id.to_bytes(SET_BYTES, "big") + digests

    def root(self, room_id: bytes, params: bytes) -> bytes:  # noqa: ARG002 - the slot's keys hold both
        """The secret behind the shares."""
        return self._secret


def points(rows: Sequence[bytes], count: int) -> list[tuple[int, bytes]]:
    """The polynomials whose coefficients are `rows`, lowest first, at 1 to `count`."""
    made: list[tuple[int, bytes]] = []
    for x in range(1, count + 1):
        total = bytes(len(rows[0]))
        for row in reversed(rows):
            total = bytes(_times(t, x) ^ c for t, c in zip(total, row, strict=True))
        made.append((x, total))
    return made


def combine(parts: Sequence[tuple[int, bytes]]) -> bytes:
    """The value at 0 of the polynomials through `parts`, whose places differ (Lagrange)."""
    total = bytes(len(parts[0][1]))
    for x, part in parts:
        weight = 1
        for other, _ in parts:
            if other != x:
                weight = _times(weight, _times(other, _inverse(other ^ x)))
        total = bytes(t ^ _times(weight, p) for t, p in zip(total, part, strict=True))
    return total


def _times(one: int, two: int) -> int:
    """In GF(2^8) modulo x^8 + x^4 + x^3 + x + 1: eight steps, whatever is multiplied."""
    product = 0
    for _ in range(8):
        product ^= -(two & 1) & one
        one = (one << 1) ^ (-(one >> 7) & 0x11B)
        two >>= 1
    return product


def _inverse(one: int) -> int:
    """One to the power of 254."""
    power, result = one, 1
    for _ in range(7):
        power = _times(power, power)
        result = _times(result, power)
    return result


def _room_mark(room_id: bytes) -> int:
    return _bits(_ROOM_LABEL + room_id, _MARK_BITS)


def _checksum(body: int) -> int:
    return _bits(_CHECK_LABEL + _octets(body), _CHECKSUM_BITS)


def _bits(data: bytes, bits: int) -> int:
    return int.from_bytes(hashlib.sha256(data).digest()[:4], "big") >> (32 - bits)


def _octets(body: int) -> bytes:
    return body.to_bytes((sum(_FIELD_BITS) + 7) // 8, "big")
