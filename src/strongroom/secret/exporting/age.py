"""Files for age recipients, or under a passphrase: https://age-encryption.org/v1, by `pyrage`.

The format is public, so what is exported can be opened without us.
"""

from collections.abc import Iterable
from typing import Any, Final

from strongroom.errors import InvalidError, MachineError, SealedError
from strongroom.generate.strength import measure

HEAD: Final = b"age-encryption.org/v1\n"
PASSPHRASE_BITS_MIN: Final = 80  # an export can be attacked without us


def is_one(data: bytes) -> bool:
    """Whether this is a file of age's."""
    return data.startswith(HEAD)


def for_recipients(data: bytes, recipients: Iterable[str]) -> bytes:
    """`data`, for whoever holds the key of one of `recipients`: `age1…` or SSH public keys.

    Raises:
        InvalidError: `recipient-invalid`; it is not repeated, since it may be a private key.
        MachineError: `extra-missing`.
    """
    age = _library()
    keys = [_recipient(age, text.strip()) for text in recipients]
    encrypted: bytes = age.encrypt(data, keys)
    return encrypted


def with_passphrase(data: bytes, passphrase: str) -> bytes:
    """`data` under a passphrase. Takes a second or more, for us as for whoever guesses.

    Raises:
        InvalidError: `passphrase-weak`. MachineError: `extra-missing`.
    """
    age = _library()
    if measure(passphrase).bits < PASSPHRASE_BITS_MIN:
        raise InvalidError(
            "passphrase-weak",
            f"a passphrase for an export has at least {PASSPHRASE_BITS_MIN} bits",
            fix="make one: strongroom generate passphrase",
        )
    encrypted: bytes = age.passphrase.encrypt(data, passphrase)
    return encrypted


def open_with(
    data: bytes, *, identities: str | None = None, passphrase: str | None = None
) -> bytes:
    """What is in a file. `identities` are lines of `AGE-SECRET-KEY-1…`, comments among them.

    Raises:
        InvalidError: `identity-invalid`. SealedError: `age-not-opened`.
        MachineError: `extra-missing`.
    """
    age = _library()
    try:
        if identities is None:
            opened: bytes = age.passphrase.decrypt(data, passphrase or "")
        else:
            opened = age.decrypt(data, _identities(age, identities))
    except age.DecryptError:
        raise SealedError("age-not-opened", "that does not open the file") from None
    return opened


def _recipient(age: Any, text: str) -> Any:
    kind = age.ssh if text.startswith("ssh-") else age.x25519
    try:
        return kind.Recipient.from_str(text)
    except age.RecipientError:
        raise InvalidError(
            "recipient-invalid",
            "a recipient is age1… or an SSH public key of RSA or Ed25519",
            fix="`age-keygen -y key.txt` prints the recipient of a key",
        ) from None


def _identities(age: Any, text: str) -> list[Any]:
    lines = [line.strip() for line in text.splitlines()]
    found = []
    for line in lines:
        if not line or line.startswith("#"):
            continue
        try:
            found.append(age.x25519.Identity.from_str(line))
        except age.IdentityError:
            found = []
            break
    if not found:
        raise InvalidError("identity-invalid", "the file has no lines of AGE-SECRET-KEY-1…")
    return found


def _library() -> Any:
    try:
        import pyrage  # noqa: PLC0415 - an extra
    except ImportError:
        raise MachineError(
            "extra-missing", "encrypted exports need an extra", fix="pip install 'strongroom[age]'"
        ) from None
    return pyrage
