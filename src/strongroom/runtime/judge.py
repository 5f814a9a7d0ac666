"""What is wrong with one value, for the environment that it is in. Nothing of it is repeated.

An application does not carry the policy's document: what its origin says of a value counts, and
otherwise the floors that hold for every policy. The room holds a value against the document when it
is written.
"""

import re
from collections.abc import Iterator
from typing import Final

from strongroom.generate.kinds import Kind
from strongroom.model.floor import Floor, Unit
from strongroom.runtime.declaration import Declared
from strongroom.runtime.environment import Environment
from strongroom.runtime.problems import Level, Problem

VALUE_CHARS_MAX: Final = 1024 * 1024
PASSWORD_CHARS_MIN: Final = 16
REDIS_CHARS_MIN: Final = 32
KEY_BITS_MIN: Final = 256
OTHER_BITS_MIN: Final = 128
_OURS: Final = frozenset(
    {Kind.JWT, Kind.API_KEY, Kind.DATA_KEY, Kind.PASSWORD, Kind.REDIS_PASSWORD}
)
_MARKER: Final = re.compile(
    r"[a-z][a-z0-9]{0,31}_(live|prod|production|test|dev|development|sandbox|staging)_"
)
_LIVE: Final = frozenset({"live", "prod", "production"})


def judge(
    secret: Declared,
    value: str,
    environment: Environment,
    floors: tuple[Floor, ...] | None = None,
) -> Iterator[Problem]:
    """Every problem of a value that is there; `floors` are the policy's own for it, if known."""
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
        yield from _strength(secret, value, floors)


def _marked(name: str, value: str, environment: Environment) -> Iterator[Problem]:
    """A key that says where it belongs, in another place. A live one on a laptop is the worst."""
    marker = _MARKER.match(value)
    if marker is None or (marker[1] in _LIVE) is environment.production:
        return
    kind = "production" if marker[1] in _LIVE else "another environment than production"
    yield Problem(name, "wrong-environment", f"is marked as a key of {kind}", "P-4.5")


def _strength(secret: Declared, value: str, floors: tuple[Floor, ...] | None) -> Iterator[Problem]:
    from strongroom.generate.strength import measure  # noqa: PLC0415 - loads the cryptography

    found = measure(value)
    if found.sentinel:
        message = "is a placeholder from examples and templates"
        yield Problem(secret.name, "placeholder", message, "P-3.5")
        return
    if found.algorithm is not None:
        if not found.algorithm.accepted:
            message = f"has a key that is too weak: {found.algorithm.name}"
            yield Problem(secret.name, "weak", message, "P-1.13")
        return
    # Of a URL its password was measured. What others issue is as strong as they make it.
    level = Level.WARNING if floors is None and secret.kind not in _OURS else Level.ERROR
    for floor in _floors(secret.kind) if floors is None else floors:
        short = floor.shortfall(found.bits, found.length)
        if short is not None:
            yield Problem(secret.name, "weak", short, floor.clause, level)
            return


def _floors(kind: Kind | None) -> tuple[Floor, ...]:
    """What holds for every policy."""
    if kind is Kind.PASSWORD:
        return (Floor(Unit.CHARACTERS, PASSWORD_CHARS_MIN, "P-4.7"),)
    if kind is Kind.REDIS_PASSWORD:
        return (Floor(Unit.CHARACTERS, REDIS_CHARS_MIN, "P-2.4"),)
    if kind in _OURS and kind is not None:
        return (Floor(Unit.BITS, KEY_BITS_MIN, kind.clause),)
    return (Floor(Unit.BITS, OTHER_BITS_MIN, "P-2.12"),)
