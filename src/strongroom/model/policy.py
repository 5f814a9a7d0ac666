"""The compiled policy: what a company's document says, as values.

The JSON form of `Policy` is a public format: docs/spec/policy.md describes it,
docs/spec/policy.schema.json is its schema. Fields are added, never renamed or removed. They are
`msgspec` structs, since each read of a room needs them: to make fifteen dataclasses takes as long
as to start Python.
"""

from enum import StrEnum

from msgspec import Struct, field


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


class SecretType(Struct, frozen=True):
    """One kind of secret. `rotation_days` is None when nothing but a compromise rotates it."""

    id: str
    name: str
    example: str | None
    rotation_days: int | None
    on_compromise: bool
    storage: str | None
    service: str | None = None  # set for third-party credentials
    lines: tuple[int, ...] = ()


class Environment(Struct, frozen=True):
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


class Access(Struct, frozen=True):
    """Who may read where. Both keys of `matrix` are the document's own names."""

    roles: tuple[str, ...] = ()
    matrix: dict[str, dict[str, bool]] = field(default_factory=dict)


class Generation(Struct, frozen=True):
    """What a generated value must have. Classes are `upper lower digits symbols`."""

    jwt_bits_min: int
    api_key_bits_min: int
    api_key_prefix: str | None
    password_length_min: int
    password_classes: tuple[str, ...]


class Rotation(Struct, frozen=True):
    """How long an old version stays valid after its successor is live, in hours."""

    grace_hours_min: int
    grace_hours_max: int


class Emergency(Struct, frozen=True):
    """The four clocks of a compromise, in minutes from its declaration."""

    contain_minutes: int
    investigate_minutes: int
    remediate_minutes: int
    postmortem_minutes: int


class Audit(Struct, frozen=True):
    """How long the access log is kept, in days."""

    retention_days: int


class Review(Struct, frozen=True):
    """When the document itself is looked at again, and who must agree."""

    every_days: int
    approvers: tuple[str, ...]
    triggers: tuple[str, ...]


class InventoryRow(Struct, frozen=True):
    """One row of the document's own inventory, its six columns as written."""

    name: str
    type: str
    environment: str
    owner: str
    last_rotated: str
    next_rotation: str
    line: int = 0


class Contact(Struct, frozen=True):
    """Whom to ask, and how."""

    name: str
    address: str
    line: int = 0


class Clause(Struct, frozen=True):
    """One numbered sentence of the document. Ids from `L-` are this document's own."""

    id: str
    lines: tuple[int, ...]
    text: str
    status: Status


class Contradiction(Struct, frozen=True):
    """Where the document disagrees with itself or says too little, and what we do then."""

    id: str
    lines: tuple[int, ...]
    message: str
    resolution: str


class Override(Struct, frozen=True):
    """A correction that a comment in the document makes to our reading of it."""

    subject: str
    key: str
    value: str
    line: int


class Default(Struct, frozen=True):
    """A number that the document does not state, and the one used in its place."""

    field: str
    value: str
    why: str


class Policy(Struct, frozen=True):
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
