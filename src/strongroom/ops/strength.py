"""Hold a value that somebody has against the clauses of the policy."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from strongroom.errors import InvalidError
from strongroom.generate import api_key
from strongroom.generate.kinds import Kind
from strongroom.generate.strength import Strength, measure_bytes
from strongroom.model.policy import Environment, Policy, Tier
from strongroom.ops.standards import (
    AES_BITS_MIN,
    GUESS_BITS_MIN,
    MEDIUM_BITS_MIN,
    REDIS_LENGTH_MIN,
    Standards,
    brand,
    environment,
    marker,
    standards,
    subject,
)

VALUE_BYTES_MAX: Final = 1024 * 1024
LIVE: Final = frozenset({"live", "prod", "production"})


@dataclass(frozen=True, slots=True)
class StrengthRequest:
    """A value, without a line's end, and what to hold it against."""

    value: bytes = field(repr=False)
    clause: str | None = None
    type: str | None = None
    environment: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One clause, held against. `message` has numbers and no character of the value."""

    clause: str
    ok: bool
    message: str
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StrengthResult:
    """The verdict; `ok` is True only when every check passed or the environment is exempt."""

    ok: bool
    bits: float
    kind: str
    algorithm: str | None
    sentinel: bool
    environment: str
    checks: tuple[Check, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """All that a check may look at."""

    found: Strength
    text: str = field(repr=False)
    rules: Standards
    env: Environment | None
    kind: Kind | None = None

    @property
    def prefix(self) -> tuple[str, str] | None:
        """Issuer and environment that a structured key names, or None."""
        match self.found.key:
            case api_key.Parts() as parts:
                return parts.brand, parts.marker
            case None:
                return None
            case _:
                brand_, marker_ = self.text.split("_")[:2]
                return brand_, marker_

    @property
    def live_elsewhere(self) -> bool:
        """Whether it is a production key that is not in production."""
        if self.prefix is None or self.env is None or self.env.tier is Tier.STRONG:
            return False
        return self.prefix[1] in LIVE and not self.env.answers_to("production")


def strength(
    request: StrengthRequest,
    policy: Policy | None,
    measure: Callable[[bytes], Strength] = measure_bytes,
) -> StrengthResult:
    """Measure `request.value` and hold it against a clause, or against those of its type.

    Raises:
        InvalidError: `value-too-large`, `clause-not-measured`, `type-unknown`,
            `environment-unknown`.
    """
    if len(request.value) > VALUE_BYTES_MAX:
        raise InvalidError("value-too-large", f"a value has at most {VALUE_BYTES_MAX} bytes")
    rules = standards(policy)
    env = environment(request.environment, rules)
    found = measure(request.value)
    text = request.value.decode("utf-8", "replace")
    kind = subject(request.type, rules).kind if request.type else None
    case = _Case(found, text, rules, env if request.environment else None, kind)
    checks: list[Check] = []
    for clause in _clauses(request.clause, kind, found, env):
        ok, message = _CHECKS[clause](case)
        stated = policy.clause(clause) if policy else None
        checks.append(Check(clause, ok, f"{message} ({clause})", stated.lines if stated else ()))
    ok = bool(checks) and all(check.ok for check in checks)
    notes = [*found.notes, *([rules.note] if rules.note else [])]
    if env.tier is Tier.WEAK and not ok and not case.live_elsewhere:
        ok = True
        notes.append(f"{env.name} may have weak values; nowhere else may have this one (P-3.4)")
    return StrengthResult(
        ok=ok,
        bits=found.bits,
        kind=found.kind,
        algorithm=found.algorithm.name if found.algorithm else None,
        sentinel=found.sentinel,
        environment=env.id,
        checks=tuple(checks),
        notes=tuple(notes),
    )


def _clauses(
    clause: str | None, kind: Kind | None, found: Strength, env: Environment
) -> tuple[str, ...]:
    if clause is not None:
        if clause.upper() not in _CHECKS:
            raise InvalidError(
                "clause-not-measured",
                "no clause of that id says how strong a value must be",
                fix=f"those that do are {', '.join(_CHECKS)}",
            )
        return (clause.upper(),)
    stand_in = ("P-3.5",) if found.sentinel else ()
    if found.algorithm and kind is not Kind.API_KEY:
        return ("P-1.13",)
    if kind is Kind.THIRD_PARTY and isinstance(found.key, api_key.Parts | api_key.Flaw):
        # Its issuer says how strong it is, and by its prefix what it is for.
        return (*stand_in, "P-4.5")
    if kind is not None:
        return (*stand_in, *_BY_KIND[kind]) or ("P-3.5",)
    if isinstance(found.key, api_key.Parts | api_key.Flaw):
        return (*stand_in, *_BY_KIND[Kind.API_KEY])
    return (*stand_in, "P-2.12" if env.tier is Tier.STRONG else "P-2.11")


def _bits(case: _Case, required: int) -> tuple[bool, str]:
    return (
        case.found.bits >= required,
        f"{case.found.bits:g} bits found, {required} required",
    )


def _medium(case: _Case) -> tuple[bool, str]:
    return _bits(case, MEDIUM_BITS_MIN)


def _length(case: _Case) -> tuple[bool, str]:
    required = case.rules.generation.password_length_min
    if case.found.controls:
        return False, "control characters found, none allowed"
    return _characters(case, required)


def _characters(case: _Case, required: int) -> tuple[bool, str]:
    length = case.found.length
    return length >= required, f"{length} characters found, {required} required"


def _classes(case: _Case) -> tuple[bool, str]:
    required = case.rules.generation.password_classes
    missing = [name for name in required if name not in case.found.classes]
    if missing:
        return False, f"no {', no '.join(missing)} found, {', '.join(required)} required"
    return True, f"{', '.join(required) or 'nothing in particular'} required and found"


def _stand_in(case: _Case) -> tuple[bool, str]:
    if case.found.sentinel:
        return False, "a stand-in from examples and templates, a secret required"
    return True, "no stand-in from examples and templates"


def _algorithm(case: _Case) -> tuple[bool, str]:
    algorithm = case.found.algorithm
    if algorithm is None:
        return _bits(case, AES_BITS_MIN)
    if algorithm.strength is None:
        return False, f"{algorithm.name}: {algorithm.note}"
    found = f"{algorithm.name}, {algorithm.strength} bits of strength found"
    return algorithm.accepted, f"{found}, 112 required"


def _prefix(case: _Case) -> tuple[bool, str]:
    key, prefix = case.found.key, case.rules.generation.api_key_prefix
    if case.prefix is None:
        return False, "no prefix that names issuer and environment found"
    issuer, word = case.prefix
    other = case.env and f"the prefix names another environment than {case.env.name}"
    if case.kind is Kind.THIRD_PARTY:
        # Others name two of them: one in which it counts, and one to try things out.
        if other and case.env and (word in LIVE) is not (case.env.tier is Tier.STRONG):
            return False, other
        return True, "prefix found; it is its issuer's own"
    if key is api_key.Flaw.CHECKSUM:
        return False, "the checksum does not fit: mistyped or cut"
    if prefix and issuer != brand(prefix, case.rules):
        return False, "the prefix names another issuer than the policy's"
    if other and case.env and word != marker(case.env):
        return False, other
    if isinstance(key, api_key.Flaw):
        return True, "prefix found; it has no checksum of ours to verify"
    return True, "prefix found, checksum verified"


_CHECKS: Final[dict[str, Callable[[_Case], tuple[bool, str]]]] = {
    "P-1.13": _algorithm,
    "P-2.4": lambda case: _characters(case, REDIS_LENGTH_MIN),
    "P-2.11": _medium,
    "P-2.12": _medium,
    "P-3.5": _stand_in,
    "P-4.1": lambda case: _bits(case, case.rules.generation.jwt_bits_min),
    "P-4.4": lambda case: _bits(case, case.rules.generation.api_key_bits_min),
    "P-4.5": _prefix,
    "P-4.7": _length,
    "P-4.8": _classes,
    "P-4.9": lambda case: _bits(case, GUESS_BITS_MIN),
}
_BY_KIND: Final = {
    Kind.JWT: ("P-4.1",),
    Kind.API_KEY: ("P-4.4", "P-4.5"),
    Kind.PASSWORD: ("P-4.7", "P-4.8", "P-4.9"),
    Kind.REDIS_PASSWORD: ("P-2.4", "P-4.7", "P-4.8", "P-4.9"),
    Kind.DATA_KEY: ("P-1.13",),
    Kind.ED25519: ("P-1.13",),
    Kind.RSA: ("P-1.13",),
    Kind.PASSPHRASE: ("P-4.9",),
    Kind.THIRD_PARTY: (),
}
