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
    text = secret.reveal()
    if "-----BEGIN " not in text:
        secret.reveal_bytes()  # it says what cannot be encoded, as for every secret
    return token_keys.read(text, str(secret))
