"""What a policy says about values, in the terms of those who make and measure them.

Without a policy the numbers of a strict one are used, and said to be.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from strongroom.config import Config
from strongroom.errors import InvalidError, NotFoundError
from strongroom.generate.kinds import CLASSES, Kind, classify, names
from strongroom.model.policy import Environment, Generation, Policy, SecretType, Tier

DEFAULTS: Final = Generation(
    jwt_bits_min=256,
    api_key_bits_min=256,
    api_key_prefix=None,
    password_length_min=16,
    password_classes=CLASSES,
)
REDIS_LENGTH_MIN: Final = 32  # characters: Redis keeps an unsalted SHA-256 of it (P-2.4)
MEDIUM_BITS_MIN: Final = 128  # what "medium" and "strong" mean when nothing else is said (C-20)
GUESS_BITS_MIN: Final = 80  # below, a password was made up and not generated (P-4.9)
AES_BITS_MIN: Final = 256
ENVIRONMENTS: Final = (
    Environment("development", "Development", ("dev",), Tier.WEAK, None),
    Environment("staging", "Staging", ("stage",), Tier.MEDIUM, None),
    Environment("production", "Production", ("prod",), Tier.STRONG, None),
)
# What stands in API keys for the three that everybody has; others stand there by their id.
MARKERS: Final = {"production": "live", "staging": "test", "development": "dev"}
_MARKER_WORDS: Final = frozenset((*MARKERS, *MARKERS.values(), "prod", "stage", "sandbox"))
BRAND_DEFAULT: Final = "api"
_NAMES: Final = names()


class Standards(NamedTuple):
    """The part of a policy that values are held to; `given` is False for the defaults."""

    generation: Generation
    environments: tuple[Environment, ...]
    types: tuple[SecretType, ...]
    given: bool

    @property
    def note(self) -> str | None:
        """What a person has to be told about where the numbers come from."""
        if self.given:
            return None
        g = self.generation
        return (
            "no policy document: held to defaults, JWT keys and API keys of"
            f" {g.jwt_bits_min} bits, passwords of {g.password_length_min} characters with"
            f" {', '.join(g.password_classes)}"
        )


class Subject(NamedTuple):
    """A type as it was understood: its kind, and the policy's own type if it has one."""

    kind: Kind
    type: SecretType | None

    @property
    def name(self) -> str:
        """The policy's name of it, or the kind's."""
        return self.type.name if self.type else self.kind.value


def find(config: Config, given: Path | None) -> Policy | None:
    """The compiled policy in force: the one named, otherwise the one found, or None.

    Raises:
        StrongroomError: a policy is named or found and cannot be read; the defaults never
            take the place of a document that is there.
    """
    # Here, since the compiler behind it takes longer to import than a read of a value takes.
    from strongroom.ops.policy import load  # noqa: PLC0415

    try:
        path = config.find_policy(given)
    except NotFoundError:
        return None
    return load(path)


def standards(policy: Policy | None) -> Standards:
    """The standards of `policy`, or the defaults."""
    if policy is None:
        return Standards(DEFAULTS, ENVIRONMENTS, (), given=False)
    environments = policy.environments or ENVIRONMENTS
    return Standards(policy.generation, environments, policy.types, given=True)


def subject(word: str, rules: Standards) -> Subject:
    """What `word` means: a type of the policy by id, name or example, or a kind.

    Raises:
        InvalidError: `type-unknown`, with the nearest names; the word is not repeated.
    """
    wanted = word.strip().casefold()
    for type_ in rules.types:
        if wanted in _spellings(type_):
            kind = Kind.THIRD_PARTY if type_.service else _kind(type_)
            if kind is not None:
                return Subject(kind, type_)
    if wanted in _NAMES:
        return Subject(Kind(wanted), None)
    kind = classify(word)
    if kind is None:
        raise _unknown(wanted, rules)
    return Subject(kind, None)


def environment(word: str | None, rules: Standards) -> Environment:
    """The environment that answers to `word`; the strictest when none is named.

    Raises:
        InvalidError: `environment-unknown`.
    """
    if word is None:
        order = list(Tier)
        return max(rules.environments, key=lambda e: order.index(e.tier))
    found = next((e for e in rules.environments if e.answers_to(word)), None)
    if found is None:
        raise InvalidError(
            "environment-unknown",
            "there is no environment of that name",
            fix=f"the environments are {', '.join(e.id for e in rules.environments)}",
        )
    return found


def marker(env: Environment) -> str:
    """What stands for an environment in API keys: `live`, `test`, `dev`, otherwise its id."""
    return next((text for word, text in MARKERS.items() if env.answers_to(word)), env.id)


def brand(prefix: str | None, rules: Standards) -> str:
    """The brand in a prefix such as `api_live_`: what stands before the environment."""
    words = [word for word in re.split(r"[^a-z0-9]+", (prefix or "").lower()) if word]
    ids = {env.id for env in rules.environments}
    while len(words) > 1 and words[-1] in _MARKER_WORDS | ids:
        words.pop()
    return "_".join(words) or BRAND_DEFAULT


@lru_cache(maxsize=256)
def _spellings(type_: SecretType) -> set[str]:
    texts = (type_.id, type_.name, type_.example, type_.service)
    return {text.strip("`").casefold() for text in texts if text}


def _kind(type_: SecretType) -> Kind | None:
    if type_.id in _NAMES:
        return Kind(type_.id)
    return classify(type_.name, type_.id, type_.example)


def _unknown(wanted: str, rules: Standards) -> InvalidError:
    import difflib  # noqa: PLC0415 - for a mistake only

    known = [*_NAMES, *(type_.id for type_ in rules.types)]
    near = difflib.get_close_matches(wanted, known, n=3)
    guess = f"perhaps {' or '.join(near)}; " if near else ""
    return InvalidError(
        "type-unknown",
        "there is no type of that name, and its words name no kind of value",
        fix=f"{guess}known are {', '.join(dict.fromkeys(known))}",
    )
