"""Looks at what is no value: folders, secrets, principals, grants, tokens, the log."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from strongroom.audit import detail as details
from strongroom.audit.entry import Entry, decode
from strongroom.db.tables import checks, people, secrets
from strongroom.db.tables.checks import CHECK_RUN, CheckRunRow
from strongroom.db.tables.house import KEK, SEAL, EnvironmentRow, KekRow, SealRow
from strongroom.db.tables.labels import LABEL
from strongroom.db.tables.people import GRANT, PRINCIPAL, TOKEN, GrantRow, TokenRow
from strongroom.db.tables.secrets import (
    LIST_MAX,
    SCHEDULE,
    VERSION,
    ScheduleRow,
    SecretRow,
    VersionRow,
)
from strongroom.errors import InvalidError, NotFoundError
from strongroom.gate.desk import Desk
from strongroom.gate.logbook import Logbook
from strongroom.gate.look import View
from strongroom.gate.rows import label_of, principal_of
from strongroom.model.address import Address, is_path
from strongroom.model.label import NO_LABEL, Label
from strongroom.model.principal import Principal, Verb, is_environment

ENTRIES_MAX = 1_000


@dataclass(frozen=True)
class ListFolder(View):
    """The names directly under a folder; `folder` is `""` or a path without a slash at the end.

    Sub-folders end in `/`. Deleted secrets are left out.
    """

    place: str
    folder: str = ""
    limit: int = LIST_MAX

    lists = True

    def __post_init__(self) -> None:
        """Refuse what is not spelled canonically.

        Raises:
            InvalidError: `folder-invalid`.
        """
        if not is_environment(self.place) or (self.folder and not is_path(self.folder)):
            raise InvalidError("folder-invalid", "a folder is an environment and a path")

    @property
    def environment(self) -> str:
        """Where."""
        return self.place

    @property
    def path(self) -> str:
        """A name inside of the folder: to list it is to know any of them."""
        return f"{self.folder}/-" if self.folder else "-"

    def look(self, desk: Desk) -> list[str]:
        """The names, sorted."""
        folder = f"{self.folder}/" if self.folder else ""
        return secrets.children(desk.db, self.place, folder, min(self.limit, LIST_MAX))


class Shown(NamedTuple):
    """A secret without any value. Versions come newest first, their ciphertext left out."""

    secret: SecretRow
    current: int | None
    versions: list[VersionRow]
    schedule: ScheduleRow | None
    label: Label = NO_LABEL


@dataclass(frozen=True)
class ShowSecret(View):
    """Everything about a secret but its values."""

    address: Address

    @property
    def environment(self) -> str:
        """Where."""
        return self.address.environment

    @property
    def path(self) -> str:
        """What."""
        return self.address.path

    def look(self, desk: Desk) -> Shown:
        """The secret's rows, checked.

        Raises:
            NotFoundError: `secret-unknown`.
            TamperedError: a row was changed.
        """
        address = self.address
        held = desk.snapshot.secret(desk.db, address.environment, address.path)
        if held is None:
            raise NotFoundError("secret-unknown", "there is no secret at that address")
        seal = desk.snapshot.seal
        versions = [
            seal.check(VERSION, row)._replace(sealed=b"", wrapped=b"")
            for row in secrets.versions_of(desk.db, held.row.id)
        ]
        schedule = SCHEDULE.get(desk.db, held.row.id)
        if schedule is not None:
            seal.check(SCHEDULE, schedule)
        label = LABEL.get(desk.db, held.row.id)
        if label is not None:
            seal.check(LABEL, label)
        return Shown(held.row, held.current.n, versions, schedule, label_of(label))


@dataclass(frozen=True)
class ListPrincipals(View):
    """Everybody whom the room knows."""

    verb = Verb.ADMINISTER

    def look(self, desk: Desk) -> list[Principal]:
        """By name."""
        seal = desk.snapshot.seal
        return [principal_of(seal.check(PRINCIPAL, row)) for row in people.principals(desk.db)]


@dataclass(frozen=True)
class ListGrants(View):
    """Every grant, revoked ones too."""

    verb = Verb.ADMINISTER

    def look(self, desk: Desk) -> list[GrantRow]:
        """By time of creation."""
        rows = GRANT.where(desk.db, "ORDER BY created_us, id")
        return [desk.snapshot.seal.check(GRANT, row) for row in rows]


@dataclass(frozen=True)
class ListTokens(View):
    """Every token of a principal, revoked and ended ones too. Never a token itself."""

    principal_id: bytes

    verb = Verb.ADMINISTER

    def look(self, desk: Desk) -> list[TokenRow]:
        """Oldest first."""
        rows = people.tokens_of(desk.db, self.principal_id)
        return [desk.snapshot.seal.check(TOKEN, row) for row in rows]


@dataclass(frozen=True)
class ListEnvironments(View):
    """The environments of the room and whether they are frozen."""

    verb = Verb.ADMINISTER

    def look(self, desk: Desk) -> list[EnvironmentRow]:
        """By id."""
        rows = desk.snapshot.authority(desk.db).environments
        return [rows[id_] for id_ in sorted(rows)]


@dataclass(frozen=True)
class ListSlots(View):
    """The seal slots."""

    verb = Verb.ADMINISTER

    def look(self, desk: Desk) -> list[SealRow]:
        """By time of creation."""
        rows = SEAL.where(desk.db, "ORDER BY created_us, id")
        return [desk.snapshot.seal.check(SEAL, row) for row in rows]


class KekShown(NamedTuple):
    """A key of an environment and how many versions it wraps."""

    row: KekRow
    wraps: int


@dataclass(frozen=True)
class ListKeks(View):
    """The keys of all environments, or of one."""

    place: str | None = None

    verb = Verb.ADMINISTER

    def look(self, desk: Desk) -> list[KekShown]:
        """By environment and time of creation."""
        rows = KEK.where(desk.db, "ORDER BY environment, created_us, id")
        return [
            KekShown(desk.snapshot.seal.check(KEK, row), secrets.wrapped_count(desk.db, row.id))
            for row in rows
            if self.place in {None, row.environment}
        ]


@dataclass(frozen=True)
class ListChecks(View):
    """The newest runs of a check over exactly these environments, or over any; newest first."""

    environments: tuple[str, ...] | None = None
    limit: int = 1

    verb = Verb.AUDIT

    def look(self, desk: Desk) -> list[CheckRunRow]:
        """Each checked."""
        wanted = None if self.environments is None else "\n".join(self.environments)
        rows = checks.newest(desk.db, wanted, self.limit)
        return [desk.snapshot.seal.check(CHECK_RUN, row) for row in rows]


class Logged(NamedTuple):
    """An entry at its place, with its detail unless that was erased."""

    place: int
    entry: Entry
    detail: dict[str, str] | None


@dataclass(frozen=True)
class ListEntries(View):
    """Entries of the log from `first` on, in the log's order, at most `limit`."""

    first: int = 0
    limit: int = 100
    segments: Path | None = None

    verb = Verb.AUDIT

    def look(self, desk: Desk) -> list[Logged]:
        """Those that have a place already; of those that were moved, what is in one tile.

        Raises:
            AuditBrokenError: an entry cannot be read.
            NotFoundError: `segment-missing`.
        """
        book = Logbook(desk.db, desk.room.keys, self.segments)
        rows = book.rows(self.first, min(self.limit, ENTRIES_MAX))
        return [
            Logged(
                index,
                decode(row.leaf or b""),
                details.decode(row.detail[1]) if row.detail else None,
            )
            for index, row in enumerate(rows, start=self.first)
        ]
