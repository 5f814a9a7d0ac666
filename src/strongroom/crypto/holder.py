"""A holder: the X25519 key pair of one credential, so that it can be given keys unseen.

A passphrase in somebody's head and a code in a safe are not at hand when a key is rotated.
So a credential opens one thing only, its holder's private half (the *head*), and each key
stands in a slot of kind HOLDER that the public half is enough to make. What anybody could
make, anybody could forge; so each such slot carries a tag that takes two secrets:

-   the key that it keeps: only who has a key can enrol a holder for it, and so be handed the
    next one (every node has the room key and can write a row that checks);
-   the *anchor* of that line of keys, which a holder gets in a slot of kind OWN that takes the
    private half to make: so nobody else can plant a key of his own for others to use.

Byte format: docs/spec/seal-slots.md, section 10. Decision: docs/adr/0161.
"""

import hmac
import secrets
from typing import ClassVar, Final, NamedTuple, Self

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from strongroom.crypto.aead import KEY_BYTES
from strongroom.crypto.encoding import frame
from strongroom.crypto.envelope import ID_BYTES
from strongroom.crypto.slot import Kind
from strongroom.errors import SealedError, TamperedError
from strongroom.model.plaintext import Hidden

PARAMS_BYTES: Final = ID_BYTES + 3 * KEY_BYTES
_SHARED_LABEL: Final = b"strongroom/holder-shared/v1"
_OWN_LABEL: Final = b"strongroom/holder-own/v1"
_TAG_LABEL: Final = b"strongroom/holder-tag/v1"


class Enrolment(NamedTuple):
    """The params of a HOLDER slot: who can open it, with what, and that he may. No secret."""

    id: bytes
    ephemeral: bytes
    public: bytes
    tag: bytes

    @classmethod
    def read(cls, params: bytes) -> Self:
        """Read params.

        Raises:
            TamperedError: `slot-malformed`.
        """
        if len(params) != PARAMS_BYTES:
            raise TamperedError("slot-malformed", "a holder's slot has params of another length")
        ends = [ID_BYTES + KEY_BYTES * n for n in range(4)]
        starts = [0, *ends]
        return cls(*(params[start:end] for start, end in zip(starts, ends, strict=False)))


class Holder(Hidden):
    """A key pair: an id (16 bytes) and the private half (32). Opens slots of kind HOLDER.

    Raises:
        ValueError: a size is wrong.
    """

    __slots__ = ("_private", "id", "public", "secret")
    kind: ClassVar[Kind] = Kind.HOLDER
    id: bytes
    secret: bytes
    public: bytes
    _private: X25519PrivateKey

    def __init__(self, id: bytes, secret: bytes) -> None:  # noqa: A002 - its name
        if len(id) != ID_BYTES:
            raise ValueError(f"the id of a holder is {ID_BYTES} bytes")
        private = X25519PrivateKey.from_private_bytes(secret)
        public = private.public_key().public_bytes_raw()
        self._fix(id=id, secret=secret, public=public, _private=private)

    @classmethod
    def new(cls) -> Self:
        """Draw a pair."""
        return cls(secrets.token_bytes(ID_BYTES), secrets.token_bytes(KEY_BYTES))

    @property
    def own(self) -> "Own":
        """What makes and opens slots of kind OWN."""
        return Own(self)

    def params(self) -> bytes:
        """Never asked for: a slot for a holder is made with `To`."""
        raise NotImplementedError

    def root(self, room_id: bytes, params: bytes) -> bytes:
        """The 32 bytes that a slot's keys come from.

        Raises:
            SealedError: `holder-other`, the slot is another holder's.
            TamperedError: `slot-malformed`, `slot-point-refused`.
        """
        found = Enrolment.read(params)
        if (found.id, found.public) != (self.id, self.public):
            raise SealedError("holder-other", "the slot is another holder's")
        return _shared(self._private, found.ephemeral, room_id, found)

    def __repr__(self) -> str:
        return f"<Holder {self.id.hex()}, private half hidden>"


class Own(Hidden):
    """A holder's private half as a credential of its own: nobody else makes such a slot."""

    __slots__ = ("_holder",)
    kind: ClassVar[Kind] = Kind.OWN
    _holder: Holder

    def __init__(self, holder: Holder) -> None:
        self._fix(_holder=holder)

    def params(self) -> bytes:
        """Whose slot it is."""
        return self._holder.id

    def root(self, room_id: bytes, params: bytes) -> bytes:
        """The 32 bytes that a slot's keys come from.

        Raises:
            SealedError: `holder-other`.
        """
        if params != self._holder.id:
            raise SealedError("holder-other", "the slot is another holder's")
        return _hkdf(self._holder.secret, frame(_OWN_LABEL, room_id, params))


class To(Hidden):
    """Makes one slot of kind HOLDER for a public half. `tag` is that of `tag_of`."""

    __slots__ = ("_enrolment", "_private")
    kind: ClassVar[Kind] = Kind.HOLDER
    _enrolment: Enrolment
    _private: X25519PrivateKey

    def __init__(
        self, holder_id: bytes, public: bytes, tag: bytes, ephemeral: bytes | None = None
    ) -> None:
        """`ephemeral` is given for test vectors, and for nothing else."""
        private = X25519PrivateKey.from_private_bytes(ephemeral or secrets.token_bytes(KEY_BYTES))
        made = Enrolment(holder_id, private.public_key().public_bytes_raw(), public, tag)
        self._fix(_private=private, _enrolment=made)

    def params(self) -> bytes:
        """What the slot carries."""
        return b"".join(self._enrolment)

    def root(self, room_id: bytes, params: bytes) -> bytes:  # noqa: ARG002 - they are our own
        """The 32 bytes that a slot's keys come from.

        Raises:
            TamperedError: `slot-point-refused`.
        """
        return _shared(self._private, self._enrolment.public, room_id, self._enrolment)


def tag_of(
    room_id: bytes, key_name: str, key: bytes, anchor: bytes, holder_id: bytes, public: bytes
) -> bytes:
    """The tag by which `public` may open `key`: 32 bytes. Both secrets are 32 bytes."""
    mac_key = _hkdf(key + anchor, frame(_TAG_LABEL, room_id, key_name.encode()))
    return hmac.digest(mac_key, frame(_TAG_LABEL, holder_id, public), "sha256")


def is_enrolled(room_id: bytes, key_name: str, key: bytes, anchor: bytes, found: Enrolment) -> bool:
    """Whether somebody made `found` who had both the key and its anchor."""
    tag = tag_of(room_id, key_name, key, anchor, found.id, found.public)
    return hmac.compare_digest(tag, found.tag)


def _shared(private: X25519PrivateKey, public: bytes, room_id: bytes, to: Enrolment) -> bytes:
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError:
        # A point of low order: the secret would be one that anybody knows.
        raise TamperedError(
            "slot-point-refused", "a holder's slot has a public half that no key pair has"
        ) from None
    return _hkdf(shared, frame(_SHARED_LABEL, room_id, to.id, to.ephemeral, to.public))


def _hkdf(secret: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(secret)
