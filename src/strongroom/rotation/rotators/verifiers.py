"""What a target keeps of a password, computed here: the password itself need not go over the wire.

Each function takes the text of a password and gives what stands in a statement or request. Salts are
given, so that the functions are pure.
"""

import base64
import hashlib
import hmac
import stringprep
import unicodedata
from typing import Final

SCRAM_ITERATIONS: Final = 4096  # what PostgreSQL uses itself
SCRAM_SALT_BYTES: Final = 16
RABBITMQ_SALT_BYTES: Final = 4


def scram_sha256(password: str, salt: bytes, iterations: int = SCRAM_ITERATIONS) -> str:
    """PostgreSQL's verifier: `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`."""
    salted = hashlib.pbkdf2_hmac("sha256", saslprep(password).encode(), salt, iterations)
    client = hmac.digest(salted, b"Client Key", "sha256")
    stored = hashlib.sha256(client).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${iterations}:{_base64(salt)}${_base64(stored)}:{_base64(server)}"


def mysql_native(password: str) -> str:
    """The hash of `mysql_native_password`: `*` and SHA-1 twice, in capital letters."""
    once = hashlib.sha1(password.encode(), usedforsecurity=False).digest()
    return "*" + hashlib.sha1(once, usedforsecurity=False).hexdigest().upper()


def redis_sha256(password: str) -> str:
    """What follows `#` or `!` in a rule of an ACL."""
    return hashlib.sha256(password.encode()).hexdigest()


def rabbitmq_sha256(password: str, salt: bytes) -> str:
    """The `password_hash` of a user with `rabbit_password_hashing_sha256`; the salt has 4 bytes."""
    return _base64(salt + hashlib.sha256(salt + password.encode()).digest())


def saslprep(password: str) -> str:
    """The text that SCRAM hashes (RFC 4013); one that it forbids is taken as it is, as PostgreSQL does."""
    if password.isascii():
        return password
    mapped = "".join(
        " " if stringprep.in_table_c12(char) else char
        for char in password
        if not stringprep.in_table_b1(char)
    )
    text = unicodedata.ucd_3_2_0.normalize("NFKC", mapped)
    if not text or any(_is_prohibited(char) for char in text) or not _is_one_way(text):
        return password
    return text


def _is_prohibited(char: str) -> bool:
    return (
        stringprep.in_table_a1(char)
        or stringprep.in_table_c12(char)
        or stringprep.in_table_c21_c22(char)
        or stringprep.in_table_c3(char)
        or stringprep.in_table_c4(char)
        or stringprep.in_table_c5(char)
        or stringprep.in_table_c6(char)
        or stringprep.in_table_c7(char)
        or stringprep.in_table_c8(char)
        or stringprep.in_table_c9(char)
    )


def _is_one_way(text: str) -> bool:
    """Whether text from right to left is so from its first to its last character."""
    if not any(stringprep.in_table_d1(char) for char in text):
        return True
    ends = stringprep.in_table_d1(text[0]) and stringprep.in_table_d1(text[-1])
    return ends and not any(stringprep.in_table_d2(char) for char in text)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
