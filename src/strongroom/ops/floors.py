"""What the policy asks of a value as numbers, for those who hold the value and no policy."""

from typing import Final

from strongroom.errors import InvalidError
from strongroom.generate.kinds import Kind
from strongroom.model.floor import Floor, Unit
from strongroom.model.policy import Policy, Tier
from strongroom.ops.standards import (
    AES_BITS_MIN,
    GUESS_BITS_MIN,
    MEDIUM_BITS_MIN,
    REDIS_LENGTH_MIN,
    standards,
    subject,
)

_GUESSED: Final = Floor(Unit.BITS, GUESS_BITS_MIN, "P-4.9")


def floors(policy: Policy, type_id: str, environment_id: str) -> tuple[Floor, ...]:
    """The least strength of a value of that type there; none in the weak tier (P-3.4).

    Keys that show their algorithm are measured by it, and what others issue by nobody here.
    """
    rules = standards(policy)
    place = policy.environment(environment_id)
    if place is not None and place.tier is Tier.WEAK:
        return ()
    try:
        kind = subject(type_id, rules).kind
    except InvalidError:  # a type of an earlier policy, which nothing is known of any more
        strong = place is None or place.tier is Tier.STRONG
        return (Floor(Unit.BITS, MEDIUM_BITS_MIN, "P-2.12" if strong else "P-2.11"),)
    generation = rules.generation
    long = Floor(Unit.CHARACTERS, generation.password_length_min, "P-4.7")
    return {
        Kind.JWT: (Floor(Unit.BITS, generation.jwt_bits_min, "P-4.1"),),
        Kind.API_KEY: (Floor(Unit.BITS, generation.api_key_bits_min, "P-4.4"),),
        Kind.PASSWORD: (long, _GUESSED),
        Kind.REDIS_PASSWORD: (Floor(Unit.CHARACTERS, REDIS_LENGTH_MIN, "P-2.4"), long, _GUESSED),
        Kind.DATA_KEY: (Floor(Unit.BITS, AES_BITS_MIN, "P-1.13"),),
        Kind.PASSPHRASE: (_GUESSED,),
    }.get(kind, ())
