"""Signed notes: a text, a blank line, signature lines. C2SP signed-note, Ed25519 only.

A note may carry signatures of strangers (witnesses, a successor key); they are ignored. One
signature under the key that was asked for must be there, and each one under it must hold.
"""

import base64
import binascii
import hashlib
from typing import Final, NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from strongroom.errors import AuditBrokenError, InvalidError

NOTE_BYTES_MAX: Final = 64 * 1024
SIGNATURES_MAX: Final = 32
NAME_CHARS_MAX: Final = 256
KEY_BYTES: Final = 32
KEY_ID_BYTES: Final = 4
SIGNATURE_BYTES: Final = 64

_ED25519: Final = b"\x01"
_DASH: Final = "\u2014 "


class VerifierKey(NamedTuple):
    """Whose signature is asked for: a name and an Ed25519 public key of 32 bytes.

    It comes from whoever verifies. A key that the room itself offers proves nothing.
    """

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The 4 bytes that a signature line begins with: a hint, not an authentication."""
        text = self.name.encode() + b"\n" + _ED25519 + self.public
        return hashlib.sha256(text).digest()[:KEY_ID_BYTES]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `<name>+<key id in hex>+<base64 of type and key>`.

        Raises:
            InvalidError: `vkey-invalid`; it is not of this form, or not an Ed25519 key.
        """
        name, _, rest = text.partition("+")
        hint, _, encoded = rest.partition("+")
        raw = _unbase64(encoded)
        if raw is None or len(raw) != 1 + KEY_BYTES or raw[:1] != _ED25519 or not is_name(name):
            raise InvalidError("vkey-invalid", "this is not the key of an audit log", fix=_FIX)
        key = cls(name, raw[1:])
        if hint != key.id.hex():
            raise InvalidError("vkey-invalid", "name and key do not fit its check digits", fix=_FIX)
        return key

    def __str__(self) -> str:
        encoded = base64.b64encode(_ED25519 + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{encoded}"


_FIX: Final = "copy the whole line that was printed when the room was made"


def is_name(name: str) -> bool:
    """Whether a key, and so a log, may be called that: no spaces, no plus, no controls."""
    return (
        0 < len(name) <= NAME_CHARS_MAX
        and "+" not in name
        and name.isprintable()
        and not any(character.isspace() for character in name)
    )


def sign(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """The note: `text`, which ends in a newline, with one signature line.

    Raises:
        ValueError: the text does not end in a newline or holds control characters, or
            nobody may be called `name`.
    """
    if not text.endswith("\n") or not _is_clean(text) or not is_name(name):
        raise ValueError("the text of a note is clean and ends in a newline, a name has no spaces")
    signer = VerifierKey(name, key.public_key().public_bytes_raw())
    line = base64.b64encode(signer.id + key.sign(text.encode())).decode()
    return f"{text}\n{_DASH}{name} {line}\n"


def text_of(note: str, key: VerifierKey) -> str:
    """The text of `note`, once a signature of `key` on it has been verified.

    Raises:
        AuditBrokenError: `note-malformed`, `note-foreign` (no signature by this key is
            there) or `note-forged` (one is, and does not hold).
    """
    text, signatures = _split(note)
    wanted = (key.name, key.id)
    mine = [raw[KEY_ID_BYTES:] for name, raw in signatures if (name, raw[:KEY_ID_BYTES]) == wanted]
    if not mine:
        raise AuditBrokenError("note-foreign", "the note is not signed by the key that was given")
    for signature in mine:
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
        except InvalidSignature:
            raise AuditBrokenError(
                "note-forged", "the signature does not fit the text that it stands under"
            ) from None
    return text


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    # The bound on characters comes first, so that a huge note is not even encoded.
    if len(note) > NOTE_BYTES_MAX or not _is_clean(note) or not note.endswith("\n"):
        raise _malformed("it is too long, ends early or holds what no note may hold")
    before, blank, after = note.rpartition("\n\n")
    lines = after.removesuffix("\n").split("\n")
    if not blank or not 1 <= len(lines) <= SIGNATURES_MAX:
        raise _malformed(f"it needs a text, a blank line and 1 to {SIGNATURES_MAX} signatures")
    signatures = []
    for line in lines:
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        raw = _unbase64(encoded)
        if not line.startswith(_DASH) or not is_name(name) or not raw or len(raw) <= KEY_ID_BYTES:
            raise _malformed("a signature line is not a dash, a name and base64")
        signatures.append((name, raw))
    return before + "\n", signatures


def _is_clean(text: str) -> bool:
    """UTF-8 can hold it, and there is no control character but the newline."""
    return not any((c < " " and c != "\n") or "\ud800" <= c <= "\udfff" for c in text)


def _unbase64(text: str) -> bytes | None:
    """The bytes, if `text` is the one base64 spelling of them."""
    try:
        raw = base64.b64decode(text.encode(), validate=True)
    except (binascii.Error, ValueError):
        return None
    # Python ignores stray bits at the end; two spellings of one signature are one too many.
    return raw if base64.b64encode(raw).decode() == text else None


def _malformed(why: str) -> AuditBrokenError:
    return AuditBrokenError("note-malformed", f"this is not a signed note: {why}")
