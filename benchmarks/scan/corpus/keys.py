"""Key material in its real encodings: RSA, P-256 and Ed25519 in DER, PEM and OpenSSH's form.

The RSA keys are real (two primes, all eight numbers), since a scanner may parse them; the
elliptic ones are random numbers of the right size with a public part that is random as well.
"""

import base64
import functools
import struct
from collections.abc import Iterable

from benchmarks.scan.corpus.draw import Draw

_SMALL = [n for n in range(3, 2000, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2))]
_EXPONENT = 65537
_RSA = bytes.fromhex("300d06092a864886f70d0101010500")
_P256 = bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107")
_P256_NAME = bytes.fromhex("a00a06082a8648ce3d030107")
_ED25519 = bytes.fromhex("300506032b6570")


def _is_prime(number: int) -> bool:
    """Miller and Rabin's test with fixed bases: no promise to an adversary, fine for a prop."""
    if any(number % small == 0 for small in _SMALL):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7):
        power = pow(base, odd, number)
        if power in {1, number - 1}:
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


@functools.lru_cache(maxsize=64)
def _prime(seed: str, index: int, bits: int) -> int:
    number = int.from_bytes(Draw(seed, "prime", bits, index).take(bits // 8), "big")
    number |= (3 << bits - 2) | 1
    while number % _EXPONENT == 1 or not _is_prime(number):
        number += 2
    return number


def _der(tag: int, body: bytes) -> bytes:
    size = len(body)
    if size < 128:
        return bytes((tag, size)) + body
    count = (size.bit_length() + 7) // 8
    return bytes((tag, 128 | count)) + size.to_bytes(count, "big") + body


def _integer(number: int) -> bytes:
    return _der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _sequence(*parts: bytes) -> bytes:
    return _der(0x30, b"".join(parts))


@functools.lru_cache(maxsize=256)
def _rsa_numbers(seed: str, first: int, second: int, bits: int) -> tuple[int, ...]:
    one, two = _prime(seed, first, bits // 2), _prime(seed, second, bits // 2)
    private = pow(_EXPONENT, -1, (one - 1) * (two - 1))
    return (
        one * two,
        _EXPONENT,
        private,
        one,
        two,
        private % (one - 1),
        private % (two - 1),
        pow(two, -1, one),
    )


def rsa(draw: Draw, seed: str, bits: int = 1024) -> tuple[int, ...]:
    """The eight numbers of RFC 8017 (A.1.2) without the version; primes come from a small pool.

    1,024 bits is what keeps the generator quick. Old leaked keys have that size.
    """
    first, second = draw.sample(range(8), 2)
    return _rsa_numbers(seed, first, second, bits)


def pkcs1(numbers: Iterable[int]) -> bytes:
    return _sequence(_integer(0), *map(_integer, numbers))


def pkcs8_rsa(numbers: Iterable[int]) -> bytes:
    return _sequence(_integer(0), _RSA, _der(4, pkcs1(numbers)))


def sec1(draw: Draw) -> bytes:
    point = _der(3, b"\0\4" + draw.take(64))
    return _sequence(_integer(1), _der(4, draw.take(32)), _P256_NAME, _der(0xA1, point))


def pkcs8_ec(draw: Draw) -> bytes:
    point = _der(3, b"\0\4" + draw.take(64))
    inner = _sequence(_integer(1), _der(4, draw.take(32)), _der(0xA1, point))
    return _sequence(_integer(0), _P256, _der(4, inner))


def pkcs8_ed25519(draw: Draw) -> bytes:
    return _sequence(_integer(0), _ED25519, _der(4, _der(4, draw.take(32))))


def encrypted_pkcs8(draw: Draw) -> bytes:
    """Something of the size and shape of an encrypted key (PBES2 with AES-256)."""
    scheme = bytes.fromhex("06092a864886f70d01050d") + draw.take(72)
    return _sequence(_sequence(scheme), _der(4, draw.take(640)))


def spki_rsa(numbers: tuple[int, ...]) -> bytes:
    """A public key (RFC 5280)."""
    key = _sequence(_integer(numbers[0]), _integer(numbers[1]))
    return _sequence(_RSA, _der(3, b"\0" + key))


def certificate(draw: Draw, numbers: tuple[int, ...], host: str) -> bytes:
    """A certificate by its shape: names, dates, a public key, and a signature of random bytes."""
    signed_with = bytes.fromhex("300d06092a864886f70d01010b0500")
    common = _sequence(bytes.fromhex("0603550403"), _der(12, host.encode()))
    name = _sequence(_der(0x31, common))
    dates = _sequence(_der(23, b"240301000000Z"), _der(23, b"340301000000Z"))
    serial = _integer(int.from_bytes(draw.take(16), "big"))
    version = bytes.fromhex("a003020102")
    body = _sequence(version, serial, signed_with, name, dates, name, spki_rsa(numbers))
    return _sequence(body, signed_with, _der(3, b"\0" + draw.take(128)))


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def openssh_public(draw: Draw) -> bytes:
    return _string(b"ssh-ed25519") + _string(draw.take(32))


def openssh(draw: Draw, comment: str) -> bytes:
    """OpenSSH's own private form (PROTOCOL.key), not encrypted, with one Ed25519 key."""
    seed, public, check = draw.take(32), draw.take(32), draw.take(4)
    blob = _string(b"ssh-ed25519") + _string(public)
    inner = check + check + _string(b"ssh-ed25519") + _string(public) + _string(seed + public)
    inner += _string(comment.encode())
    inner += bytes(range(1, 1 + -len(inner) % 8))
    head = b"openssh-key-v1\0" + _string(b"none") + _string(b"none") + _string(b"")
    return head + struct.pack(">I", 1) + _string(blob) + _string(inner)


def pem(label: str, data: bytes, width: int = 64) -> list[str]:
    """The lines of a PEM block; the words of its fences are pieced together on purpose."""
    text = base64.b64encode(data).decode()
    rows = [text[at : at + width] for at in range(0, len(text), width)]
    dashes = "-" * 5
    return [f"{dashes}BEGIN {label}{dashes}", *rows, f"{dashes}END {label}{dashes}"]
