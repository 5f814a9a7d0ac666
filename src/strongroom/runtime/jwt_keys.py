"""Keys of JSON Web Tokens, out of secrets; what a text is, `strongroom.keysets.token_keys` says."""

from strongroom.keysets import token_keys
from strongroom.keysets.token_keys import Key, encode
from strongroom.runtime.secret import Secret

__all__ = ["Key", "encode", "read"]


def read(secret: Secret) -> Key:
    """The key that `secret` is.

    Raises:
        ConfigError: `jwt-key-unusable`, `jwt-key-weak` (P-4.1), `secret-undecodable`.
    """
    secret.reveal_bytes()  # what cannot be encoded is said before a key is made of it
    return token_keys.read(secret.reveal(), str(secret))
