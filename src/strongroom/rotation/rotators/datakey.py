"""Keys that encrypt an application's data: the new one encrypts, old ones only decrypt.

Nothing outside changes. An old version ends when nothing refers to it any more: the room refuses to
retire one of which references are registered, so a rotation waits until the data was
wrapped anew (`strongroom key rewrap`), however long that takes.
"""

from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa

from strongroom.errors import ConfigError, InvalidError, StrongroomError
from strongroom.generate import keys
from strongroom.keysets import ciphertext, data_keys
from strongroom.keysets.data_keys import Algorithm, DataKey
from strongroom.rotation.rotators import option_names
from strongroom.rotation.rotators.interface import (
    Credential,
    Job,
    Statement,
    Step,
    TargetDeniedError,
)
from strongroom.rotation.rotators.versions import VersionsRotator, text

_MESSAGE: Final = bytes(range(32))
_CONTEXT: Final = "strongroom: does this key work"


class DataKeyRotator(VersionsRotator):
    """Option `field` as in `versions`."""

    kind = "datakey"

    def check(self, job: Job) -> None:
        """The current value is a data key.

        Raises:
            InvalidError: `target-field`.
        """
        option_names.read(job, self.options)
        if job.current is not None:
            _key(job, job.current)

    def statements(self, job: Job) -> list[Statement]:
        """What is done with the key set."""
        return [
            Statement(Step.SET, "nothing outside: <the new key> encrypts, <the old key> only decrypts"),
            Statement(Step.RETIRE, "end <the old key> when no reference to it is registered:"
                      f" `strongroom key references {job.secret}`; what was not wrapped anew is lost"),
        ]  # fmt: skip

    def fresh(self, job: Job, old: str) -> str:
        """A key of the same kind; one for AES as base64url."""
        del old
        assert job.current is not None
        key = _key(job, job.current)
        if key.algorithm is Algorithm.AES:
            return keys.data_key().value
        if isinstance(key.secret, rsa.RSAPrivateKey):
            return keys.rsa(keys.rsa_bits(key.secret.key_size)).value
        return keys.ed25519().value

    def test(self, job: Job) -> None:
        """The new key does what it is for, and what the old one made still opens beside it."""
        assert job.pending is not None
        assert job.current is not None
        old, new = _key(job, job.current), _key(job, job.pending)
        try:
            works = new.id != old.id and all(_opens(key, [new, old]) for key in (new, old))
        except StrongroomError:
            works = False
        if not works or new.algorithm is not old.algorithm:
            raise TargetDeniedError(
                "target-denied", "the new value is no other key of the same algorithm"
            )


def _opens(key: DataKey, both: list[DataKey]) -> bool:
    if key.algorithm is Algorithm.ED25519:
        made = ciphertext.sign(key, _MESSAGE, _CONTEXT)
        return ciphertext.verify(both, made, _MESSAGE, _CONTEXT) is key
    wrapped = ciphertext.wrap(key, _MESSAGE, _CONTEXT)
    return ciphertext.decrypt(both, wrapped, _CONTEXT) == _MESSAGE


def _key(job: Job, credential: Credential) -> DataKey:
    try:
        return data_keys.read(text(job, credential), credential.version)
    except ConfigError as error:
        raise InvalidError("target-field", error.message, fix=error.fix) from None
