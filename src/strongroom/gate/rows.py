"""Rows as values of the model and back, and the MAC that stands between."""

from typing import NamedTuple

from strongroom.crypto.rowmac import check_row, recheck_row, row_mac
from strongroom.db.interface import Cell
from strongroom.db.tables.house import META, MetaRow
from strongroom.db.tables.labels import LabelRow
from strongroom.db.tables.people import GrantRow, PrincipalRow
from strongroom.db.tables.table import R, Table
from strongroom.errors import InvalidError, TamperedError
from strongroom.model.label import NO_LABEL, Label
from strongroom.model.principal import Conditions, Effect, Grant, Kind, Principal, Verb


class Seal(NamedTuple):
    """Stamps rows that are written and checks rows that are loaded."""

    key: bytes

    def stamp(self, table: Table[R], row: R, change_seq: int) -> R:
        """`row` with the MAC that it must have after change `change_seq`."""
        key, content = table.parts(row)
        mac = row_mac(self.key, table.name, key, content, change_seq)
        return row._replace(mac=mac, change_seq=change_seq)

    def restamp(self, table: Table[R], row: R, changes: dict[str, Cell], change_seq: int) -> R:
        """`check` of `row`, and `stamp` of it after `changes`, in half the time of both.

        Raises:
            TamperedError: `row-tampered`.
        """
        key, content = table.parts(row)
        mac, seq = row[-2:]
        made = recheck_row(self.key, table.name, key, content, seq, mac, changes, change_seq)
        return row._replace(**changes, mac=made, change_seq=change_seq)

    def check(self, table: Table[R], row: R) -> R:
        """`row`, if this room wrote it in exactly this form and place.

        Raises:
            TamperedError: `row-tampered`.
        """
        key, content = table.parts(row)
        mac, change_seq = row[-2:]
        check_row(self.key, table.name, key, content, change_seq, mac)
        return row


def missing(what: str) -> TamperedError:
    """A row is gone that is never deleted, so somebody else deleted it."""
    return TamperedError(
        "row-missing",
        f"{what} is gone, and this room never deletes one",
        fix="run `strongroom fsck`, and ask who wrote to the database",
    )


def principal_of(row: PrincipalRow) -> Principal:
    """The principal that a row says."""
    return Principal(
        id=row.id,
        kind=Kind(row.kind),
        name=row.name,
        roles=frozenset(row.roles.splitlines()),
        environment=row.environment,
        patterns=tuple(row.patterns.splitlines()),
        disabled=bool(row.disabled),
    )


def principal_row(
    principal: Principal, *, denials: int, created_us: int, created_by: bytes
) -> PrincipalRow:
    """The row that says `principal`; it has no MAC yet."""
    return PrincipalRow(
        id=principal.id,
        kind=principal.kind.value,
        name=principal.name,
        roles="\n".join(sorted(principal.roles)),
        environment=principal.environment,
        patterns="\n".join(principal.patterns),
        disabled=int(principal.disabled),
        denials=denials,
        created_us=created_us,
        created_by=created_by,
    )


def grant_of(row: GrantRow) -> Grant:
    """The grant that a row says, revoked or not."""
    return Grant(
        id=row.id,
        effect=Effect(row.effect),
        verbs=frozenset(Verb(word) for word in row.verbs.split()),
        environment=row.environment,
        pattern=row.pattern,
        principal=row.principal_id,
        role=row.role,
        not_before_us=row.not_before_us,
        expires_at_us=row.expires_us,
        conditions=Conditions(
            reason_required=bool(row.reason_required),
            approvals=row.approvals,
            uses_left=row.uses_left,
            sources=tuple(row.sources.splitlines()),
        ),
    )


def grant_row(grant: Grant, *, why: str, created_us: int, created_by: bytes) -> GrantRow:
    """The row that says `grant`; it has no MAC yet."""
    conditions = grant.conditions
    return GrantRow(
        id=grant.id,
        effect=grant.effect.value,
        principal_id=grant.principal,
        role=grant.role,
        verbs=" ".join(sorted(verb.value for verb in grant.verbs)),
        environment=grant.environment,
        pattern=grant.pattern,
        not_before_us=grant.not_before_us,
        expires_us=grant.expires_at_us,
        reason_required=int(conditions.reason_required),
        approvals=conditions.approvals,
        uses_left=conditions.uses_left,
        sources="\n".join(conditions.sources),
        revoked=0,
        why=why,
        created_us=created_us,
        created_by=created_by,
    )


def label_of(row: LabelRow | None) -> Label:
    """What a row says; a secret that nobody labelled has none."""
    return NO_LABEL if row is None else Label(tuple(row.tags.splitlines()), row.backup, row.client)


def bounded(text: str, what: str, *, chars_max: int = 512) -> str:
    """`text`, if it may stand in a row: printable and not too long.

    Raises:
        InvalidError: `text-invalid`; the text is not repeated.
    """
    if len(text) > chars_max or not text.isprintable():
        raise InvalidError(
            "text-invalid", f"{what} is printable, on one line, and at most {chars_max} characters"
        )
    return text


class Meta:
    """The room's own facts, by name."""

    ROOM, INSTANCE, STATE, POLICY = "room_id", "instance_id", "state", "policy"
    OPEN, KILLED, RESTORED = b"open", b"killed", b"restored"
    LINEAGE, PLACE, GROUPS = "lineage", "place", "groups"
    ANYWHERE = b"any"  # a place whose file system gives files new numbers


__all__ = [
    "META",
    "Meta",
    "MetaRow",
    "Seal",
    "bounded",
    "grant_of",
    "grant_row",
    "label_of",
    "missing",
    "principal_of",
    "principal_row",
]
