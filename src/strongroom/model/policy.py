"""The compiled policy: what a company's document says, as values.

The JSON form of `Policy` is a public format: docs/spec/policy.md describes it,
docs/spec/policy.schema.json is its schema. Fields are added, never renamed or removed.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """How a clause is kept. Never better than what a test proves."""

    ENFORCED = "enforced"  # a violation is refused, or found and reported as a failure
    EVIDENCED = "evidenced"  # records show that it was kept
    MANUAL = "manual"  # people keep it; a register says where
    NOT_UNDERSTOOD = "not-understood"  # read, kept in view, and outside of what we know


class Tier(StrEnum):
    """How strong the secrets of an environment must be, weakest first."""

    WEAK = "weak"
    MEDIUM = "medium"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class SecretType:
    """One kind of secret. `rotation_days` is None when nothing but a compromise rotates it."""

    id: str
    name: str
    example: str | None
    rotation_days: int | None
    on_compromise: bool
    storage: str | None
    service: str | None = None  # set for third-party credentials
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Environment:
    """Where secrets are used. `id` is the address segment, `name` the document's word."""

    id: str
    name: str
    aliases: tuple[str, ...]
    tier: Tier
    storage: str | None
    lines: tuple[int, ...] = ()

    def answers_to(self, word: str) -> bool:
        """Whether `word` names this environment, by id, name or alias, ignoring case."""
        return word.casefold() in {self.id, self.name.casefold(), *self.aliases}


@dataclass(frozen=True, slots=True)
class Access:
    """Who may read where. Both keys of `matrix` are the document's own names."""

    roles: tuple[str, ...] = ()
    matrix: dict[str, dict[str, bool]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Generation:
    """What a generated value must have. Classes are `upper lower digits symbols`."""

    jwt_bits_min: int
    api_key_bits_min: int
    api_key_prefix: str | None
    password_length_min: int
    password_classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rotation:
    """How long an old version stays valid after its successor is live, in hours."""

    grace_hours_min: int
    grace_hours_max: int


@dataclass(frozen=True, slots=True)
class Emergency:
    """The four clocks of a compromise, in minutes from its declaration."""

    contain_minutes: int
    investigate_minutes: int
    remediate_minutes: int
    postmortem_minutes: int


@dataclass(frozen=True, slots=True)
class Audit:
    """How long the access log is kept, in days."""

    retention_days: int


@dataclass(frozen=True, slots=True)
class Review:
    """When the document itself is looked at again, and who must agree."""

    every_days: int
    approvers: tuple[str, ...]
    triggers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """One row of the document's own inventory, its six columns as written."""

    name: str
    type: str
    environment: str
    owner: str
    last_rotated: str
    next_rotation: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask, and how."""

    name: str
    address: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered sentence of the document. Ids from `L-` are this document's own."""

    id: str
    lines: tuple[int, ...]
    text: str
    status: Status


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Where the document disagrees with itself or says too little, and what we do then."""

    id: str
    lines: tuple[int, ...]
    message: str
    resolution: str


@dataclass(frozen=True, slots=True)
class Override:
    """A correction that a comment in the document makes to our reading of it."""

    subject: str
    key: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Default:
    """A number that the document does not state, and the one used in its place."""

    field: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that a policy document decides. Immutable; `sha256` names its bytes."""

    title: str
    version: str | None
    owner: str | None
    updated: str | None
    sha256: str
    types: tuple[SecretType, ...]
    environments: tuple[Environment, ...]
    access: Access
    generation: Generation
    rotation: Rotation
    emergency: Emergency
    audit: Audit
    review: Review
    inventory: tuple[InventoryRow, ...]
    contacts: tuple[Contact, ...]
    clauses: tuple[Clause, ...]
    contradictions: tuple[Contradiction, ...]
    overrides: tuple[Override, ...]
    defaults: tuple[Default, ...]

    def environment(self, word: str) -> Environment | None:
        """The environment that answers to `word`, or None."""
        return next((e for e in self.environments if e.answers_to(word)), None)

    def type(self, id: str) -> SecretType | None:  # noqa: A002 - the field's own name
        """The type with this id, or None."""
        return next((t for t in self.types if t.id == id), None)

    def clause(self, id: str) -> Clause | None:  # noqa: A002
        """The clause with this id, or None when the document does not state it."""
        return next((c for c in self.clauses if c.id == id), None)
