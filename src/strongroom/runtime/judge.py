"""What is wrong with one value, for the environment that it is in. Nothing of it is repeated.

Without the policy's document, which an application does not carry: the floors that hold for every
policy. The room holds a value against the document when it is written.
"""

import re
from collections.abc import Iterator
from typing import Final

from strongroom.generate.kinds import Kind
from strongroom.runtime.declaration import Declared
from strongroom.runtime.environment import Environment
from strongroom.runtime.problems import Level, Problem

VALUE_CHARS_MAX: Final = 1024 * 1024
PASSWORD_CHARS_MIN: Final = 16
REDIS_CHARS_MIN: Final = 32
KEY_BITS_MIN: Final = 256
OTHER_BITS_MIN: Final = 128
_MARKER: Final = re.compile(
    r"[a-z][a-z0-9]{0,31}_(live|prod|production|test|dev|development|sandbox|staging)_"
)
_LIVE: Final = frozenset({"live", "prod", "production"})


def judge(secret: Declared, value: str, environment: Environment) -> Iterator[Problem]:
    """Every problem of a value that is there."""
    name = secret.name
    if len(value) > VALUE_CHARS_MAX:
        yield Problem(name, "oversized", f"has more than {VALUE_CHARS_MAX} characters", "P-4.7")
        return
    if "\0" in value:
        yield Problem(name, "control-characters", "holds NUL", "P-4.7")
    if value != value.strip():
        yield Problem(name, "blanks", "begins or ends with blanks", "P-8.6", Level.WARNING)
    yield from _marked(name, value, environment)
    if not environment.development:
        # For local work weak values and placeholders are accepted (P-3.4).
        yield from _strength(secret, value)


def _marked(name: str, value: str, environment: Environment) -> Iterator[Problem]:
    """A key that says where it belongs, in another place. A live one on a laptop is the worst."""
    marker = _MARKER.match(value)
    if marker is None or (marker[1] in _LIVE) is environment.production:
        return
    kind = "production" if marker[1] in _LIVE else "another environment than production"
    yield Problem(name, "wrong-environment", f"is marked as a key of {kind}", "P-4.5")


def _strength(secret: Declared, value: str) -> Iterator[Problem]:
    from strongroom.generate.strength import measure  # noqa: PLC0415 - loads the cryptography

    found = measure(value)
    kind = secret.kind
    if found.sentinel:
        message = "is a placeholder from examples and templates"
        yield Problem(secret.name, "placeholder", message, "P-3.5")
        return
    if found.algorithm is not None:
        if not found.algorithm.accepted:
            message = f"has a key that is too weak: {found.algorithm.name}"
            yield Problem(secret.name, "weak", message, "P-1.13")
        return
    if kind in {Kind.PASSWORD, Kind.REDIS_PASSWORD}:
        # Of a URL its password was measured.
        required = REDIS_CHARS_MIN if kind is Kind.REDIS_PASSWORD else PASSWORD_CHARS_MIN
        clause = "P-2.4" if kind is Kind.REDIS_PASSWORD else "P-4.7"
        if found.length < required:
            message = f"has {found.length} characters, {required} required"
            yield Problem(secret.name, "weak", message, clause)
        return
    ours = kind in {Kind.JWT, Kind.API_KEY, Kind.DATA_KEY}
    required = KEY_BITS_MIN if ours else OTHER_BITS_MIN
    if found.bits < required:
        # What others issue is as strong as they make it.
        level = Level.ERROR if ours else Level.WARNING
        message = f"has {found.bits:g} bits, {required} required"
        clause = kind.clause if ours and kind else "P-2.12"
        yield Problem(secret.name, "weak", message, clause, level)
