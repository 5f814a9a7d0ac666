"""Make a fresh value of a type, as strong as the policy demands or stronger."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from strongroom.errors import ConflictError, InvalidError, LimitError, MachineError, UsageError
from strongroom.generate import api_key, keys, passphrase, password
from strongroom.generate.kinds import Kind
from strongroom.generate.password import Target
from strongroom.generate.value import Generated
from strongroom.model.policy import Environment, Policy
from strongroom.ops.standards import (
    REDIS_LENGTH_MIN,
    Standards,
    Subject,
    brand,
    environment,
    marker,
    standards,
)
from strongroom.ops.standards import subject as understand

COUNT_MAX: Final = 10_000
_PRIVATE: Final = 0o600
_PUBLIC: Final = 0o644
# Which options say something about which kinds; any other combination is a mistake.
_OPTIONS: Final = {
    "length": {Kind.PASSWORD, Kind.REDIS_PASSWORD},
    "target": {Kind.PASSWORD, Kind.REDIS_PASSWORD},
    "brand": {Kind.API_KEY},
    "bits": set(Kind) - {Kind.ED25519, Kind.THIRD_PARTY},
}


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """What to make. `bits` is the least strength, for RSA the size of the modulus."""

    type: str
    environment: str | None = None
    brand: str | None = None
    target: Target | None = None
    length: int | None = None
    bits: int | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class GenerateResult:
    """Fresh values, all of one form; no representation of this shows one."""

    values: tuple[Generated, ...] = field(repr=False)
    type: str
    kind: Kind
    clause: str
    bits: float
    format: str
    environment: str
    notes: tuple[str, ...]


def generate(request: GenerateRequest, policy: Policy | None) -> GenerateResult:
    """Make `request.count` values, held to `policy` or to the defaults.

    Raises:
        InvalidError: `type-unknown`, `environment-unknown`, `provider-issues`,
            `strength-below-policy`, or what the generator refuses.
        LimitError: `count-out-of-range`.
        UsageError: `option-unfit`.
    """
    if not 1 <= request.count <= COUNT_MAX:
        raise LimitError("count-out-of-range", f"at most {COUNT_MAX} values are made at once")
    rules = standards(policy)
    subject = understand(request.type, rules)
    env = environment(request.environment, rules)
    _check_options(request, subject)
    make = _maker(request, subject, env, rules)
    values = tuple(make() for _ in range(request.count))
    notes = [rules.note] if rules.note else []
    if subject.kind is Kind.API_KEY and request.environment is None:
        notes.append(f"the key says {env.name}; --env names another environment")
    return GenerateResult(
        values=values,
        type=subject.name,
        kind=subject.kind,
        clause=subject.kind.clause,
        bits=values[0].bits,
        format=values[0].format,
        environment=env.id,
        notes=tuple(notes),
    )


def write(result: GenerateResult, path: Path) -> tuple[Path, ...]:
    """Keep the values in new files: `path` for its owner alone, public halves in `path`.pub.

    Nothing is overwritten, and on a failure nothing is left behind.

    Raises:
        ConflictError: `file-exists`.
        MachineError: `file-unwritable`.
    """
    texts = {path: (_PRIVATE, [made.value for made in result.values])}
    public = [made.public for made in result.values if made.public]
    if public:
        texts[path.with_name(f"{path.name}.pub")] = (_PUBLIC, public)
    made: list[Path] = []
    try:
        for file, (mode, lines) in texts.items():
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            made.append(file)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.writelines(f"{line}\n" for line in lines)
                stream.flush()
                os.fsync(stream.fileno())
    except OSError as error:
        for file in made:
            file.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            raise ConflictError(
                "file-exists",
                f"{error.filename} exists and is left as it is",
                fix="name a new file, or move that one away",
            ) from None
        raise MachineError("file-unwritable", f"{path}: {error.strerror}") from None
    return tuple(texts)


def _check_options(request: GenerateRequest, subject: Subject) -> None:
    if subject.kind is Kind.THIRD_PARTY:
        issuer = subject.type.service or subject.name if subject.type else "the provider"
        raise InvalidError(
            "provider-issues",
            f"{issuer} issues this credential, so it cannot be generated here",
            fix="create a new one in the provider's console, store it, update who uses it,"
            " then revoke the old one there",
        )
    for option, kinds in _OPTIONS.items():
        if getattr(request, option) is not None and subject.kind not in kinds:
            name = "--for" if option == "target" else f"--{option}"
            raise UsageError(
                "option-unfit",
                f"{name} says nothing about the kind {subject.kind.value}",
                fix=f"it is for {', '.join(sorted(kinds))}",
            )
    if request.length is not None and request.bits is not None:
        raise UsageError("option-unfit", "--length and --bits say the same: give one of them")


def _maker(
    request: GenerateRequest, subject: Subject, env: Environment, rules: Standards
) -> Callable[[], Generated]:
    """A function of no arguments that makes one value."""
    kind, least = subject.kind, rules.generation
    match kind:
        case Kind.JWT:
            bits = _bits(request.bits, least.jwt_bits_min, kind)
            return lambda: keys.jwt(-(-bits // 8) * 8)
        case Kind.API_KEY:
            bits = _bits(request.bits, least.api_key_bits_min, kind)
            name = request.brand or brand(least.api_key_prefix, rules)
            return lambda: api_key.generate(brand=name, marker=marker(env), bits_min=bits)
        case Kind.PASSWORD | Kind.REDIS_PASSWORD:
            target = request.target or Target.ANY
            length = _length(request, kind, target, rules)
            classes = least.password_classes
            return lambda: password.generate(length=length, classes=classes, target=target)
        case Kind.DATA_KEY:
            return lambda: keys.data_key(256 if request.bits is None else request.bits)
        case Kind.RSA:
            return lambda: keys.rsa(3072 if request.bits is None else request.bits)
        case Kind.PASSPHRASE:
            words = passphrase.words_for(_bits(request.bits, passphrase.BITS_DEFAULT, kind))
            return lambda: passphrase.generate(words=words)
        case _:
            return keys.ed25519


def _bits(asked: int | None, required: int, kind: Kind) -> int:
    if asked is not None and asked < required:
        raise _below(f"{asked} bits asked for, {required} required ({kind.clause})")
    return required if asked is None else asked


def _length(request: GenerateRequest, kind: Kind, target: Target, rules: Standards) -> int:
    """Characters: as asked, otherwise what 128 bits (or those asked for) take."""
    least, clause = rules.generation.password_length_min, "P-4.7"
    if kind is Kind.REDIS_PASSWORD and least < REDIS_LENGTH_MIN:
        least, clause = REDIS_LENGTH_MIN, "P-2.4"
    if request.length is not None:
        if request.length < least:
            raise _below(f"{request.length} characters asked for, {least} required ({clause})")
        return request.length
    bits = password.BITS_DEFAULT if request.bits is None else request.bits
    return max(least, password.length_for(bits, rules.generation.password_classes, target))


def _below(message: str) -> InvalidError:
    return InvalidError(
        "strength-below-policy", message, fix="leave the option out to get what is required"
    )
