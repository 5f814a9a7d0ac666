"""What the snapshot holds: people with their rules, secrets with their versions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from strongroom.access.facts import Rules, SecretFacts
from strongroom.db.tables.secrets import CurrentRow, SecretRow, VersionRow
from strongroom.model.principal import Principal

if TYPE_CHECKING:
    from strongroom.crypto.envelope import Binding

ScopeKey = tuple[str, str]  # scope and key as the `change` table has them
Written = Sequence[SecretRow | VersionRow | CurrentRow]  # rows, as a change wrote them
AUTHORITY: Final = "authority"
# How the reason of a secret begins that a batch holds back, its id behind it. No person can
# write this character. A secret of which nothing was ever published has it alone.
HELD_BACK: Final = "\x02"
FREED: Final = HELD_BACK


class Person(NamedTuple):
    """A principal with the rules that speak of it."""

    principal: Principal
    rules: Rules
    scope: ScopeKey


class Held:
    """A secret and those of its versions that were asked for."""

    __slots__ = ("bytes", "current", "facts", "row", "scope", "value_scope", "versions")

    def __init__(self, row: SecretRow, current: CurrentRow) -> None:
        self.row = row
        self.current = current
        self.facts = SecretFacts(row.id, row.environment, row.path, bool(row.frozen))
        self.scope: ScopeKey = ("secret", row.id.hex())
        self.value_scope: ScopeKey = ("value", row.id.hex())
        self.versions: dict[int, tuple[VersionRow, Binding]] = {}
        self.bytes = 0
