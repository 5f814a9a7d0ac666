"""Systems that hold credentials, and which secrets are rotated there."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from strongroom.crypto.keyring import new_id
from strongroom.db.tables import rotations
from strongroom.db.tables.rotations import RULE, TARGET, RuleRow, TargetRow
from strongroom.errors import (
    ConflictError,
    DeniedError,
    InvalidError,
    LimitError,
    NotFoundError,
)
from strongroom.gate import approval
from strongroom.gate.changes.secret import OnSecret
from strongroom.gate.changes.void import void
from strongroom.gate.rows import bounded
from strongroom.gate.writer import Applied, Change, Writer
from strongroom.model.address import Address
from strongroom.model.principal import Verb

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
OPTIONS_MAX: Final = 64
APPROVE: Final = "approve"
MODES: Final = ("auto", APPROVE, "notify")


@dataclass(frozen=True)
class PutTarget(Change):
    """A system that holds credentials: added, or described anew."""

    place: str
    name: str
    rotator: str
    address: str
    admin: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> str:
        """Where its credentials belong."""
        return self.place

    def apply(self, to: Writer) -> Applied:
        """Write its row.

        Raises:
            InvalidError: `target-invalid`, `text-invalid`. LimitError: `target-options`.
            ConflictError: `target-elsewhere`; that name is in use in another environment.
        """
        if not NAME.fullmatch(self.name):
            raise InvalidError(
                "target-invalid", "a target's name is 1 to 64 of A-Za-z0-9._-, not ._- first"
            )
        old = rotations.target_named(to.db, self.name)
        if old is not None:
            to.snapshot.seal.check(TARGET, old)
            if old.environment != self.place:
                raise ConflictError(
                    "target-elsewhere",
                    "a target of that name is in another environment",
                    fix="choose another name, or remove that one",
                )
        row = TargetRow(
            old.id if old else new_id(), self.place, self.name, self.rotator,
            bounded(self.address, "a target's address"), self.admin, options_text(self.options),
            "active", to.now_us, to.actor,
        )  # fmt: skip
        (to.insert if old is None else to.update)(TARGET, row)
        if old is not None and _content(old) != _content(row):
            for rule in rotations.rules_at(to.db, row.id):
                if to.snapshot.seal.check(RULE, rule).mode == APPROVE:
                    void(to, rule.secret_id)
        return Applied(row.id, kind="target", object_id=row.id, detail={"target": self.name})


@dataclass(frozen=True)
class RemoveTarget(Change):
    """Take a target out of use; nothing may be rotated there any more."""

    place: str
    name: str

    @property
    def environment(self) -> str:
        """Where its credentials belong."""
        return self.place

    def apply(self, to: Writer) -> Applied:
        """Mark it removed.

        Raises:
            NotFoundError: `target-unknown`.
            ConflictError: `target-in-use`; a rotation there has not ended.
        """
        row = rotations.target_named(to.db, self.name)
        if row is None or row.environment != self.place:
            raise unknown()
        to.snapshot.seal.check(TARGET, row)
        for rule in rotations.rules_at(to.db, row.id):
            if rotations.live(to.db, rule.secret_id) is not None:
                raise ConflictError(
                    "target-in-use",
                    "a rotation at that target has not ended",
                    fix="`strongroom rotate status` names it; finish or abort it",
                )
        to.update(TARGET, row._replace(state="removed", changed_us=to.now_us, changed_by=to.actor))
        return Applied(row.id, kind="target", object_id=row.id, detail={"target": self.name})


@dataclass(frozen=True)
class SetRule(OnSecret):
    """Say at which target a secret is rotated, and when it may be.

    What was approved and has not begun is void when anything of it changes. `frees` says that nobody
    needs to approve any more, which takes the right to approve.
    """

    address: Address
    target: str
    options: Mapping[str, str] = field(default_factory=dict)
    mode: str = "auto"
    cron: str = ""
    zone: str = "UTC"
    window_us: int = 0
    blackouts: tuple[tuple[str, str], ...] = ()
    frees: bool = False

    verb = Verb.ROTATE

    @property
    def also(self) -> tuple[tuple[Verb, Address], ...]:
        """Who ends that rotations are approved may approve them."""
        return ((Verb.APPROVE, self.address),) if self.frees else ()

    def apply(self, to: Writer) -> Applied:
        """Write the rule, the first one or the next state of it.

        Raises:
            NotFoundError: `secret-unknown`, `target-unknown`. ConflictError: `secret-deleted`.
            InvalidError: `schedule-invalid`, `target-invalid`.
            DeniedError: `approval-needed`, `approval-own`.
        """
        if self.mode not in MODES:
            raise InvalidError("schedule-invalid", f"a mode is one of {', '.join(MODES)}")
        held = to.active(self.address)
        target = rotations.target_named(to.db, self.target)
        if target is None or target.environment != self.address.environment:
            raise unknown()
        to.snapshot.seal.check(TARGET, target)
        row = RuleRow(
            held.row.id, target.id, options_text(self.options), self.mode, self.cron, self.zone,
            self.window_us, json.dumps(self.blackouts), to.now_us, to.actor,
        )  # fmt: skip
        old = to.load(RULE, held.row.id)
        said = {"target": self.target, "mode": self.mode}
        if old is not None and old.mode == APPROVE:
            if self.mode != APPROVE:
                said |= self._freed(to, old)
            if _content(old) != _content(row):
                void(to, held.row.id)
        (to.insert if old is None else to.update)(RULE, row)
        return Applied(None, held.row.id, 0, "rotation-rule", held.row.id, said)

    def _freed(self, to: Writer, old: RuleRow) -> dict[str, str]:
        """Whoever may not approve what he arranged does not end that it is approved either."""
        if not self.frees:
            raise DeniedError(
                "approval-needed",
                "rotations of that secret are approved, and only who may approve them ends that",
                fix="`strongroom rotate schedule ADDRESS --mode auto`, by somebody who may approve:"
                f" `strongroom access who approve {self.address}`",
            )
        how = approval.by(to, self.address, old.changed_by)
        return {"approval": how} if how else {}


def _content(row: RuleRow | TargetRow) -> tuple[object, ...]:
    """What a row says, without when and by whom it was written."""
    kept = row._replace(changed_us=0, changed_by=b"", mac=b"", change_seq=0)
    return tuple(kept)


def options_text(options: Mapping[str, str]) -> str:
    """Options as they are kept.

    Raises:
        InvalidError: `target-invalid`, `text-invalid`. LimitError: `target-options`.
    """
    if len(options) > OPTIONS_MAX:
        raise LimitError("target-options", f"there are at most {OPTIONS_MAX} options")
    for word, text in options.items():
        if not WORD.fullmatch(word):
            raise InvalidError("target-invalid", "an option's name is 1 to 64 of a-z0-9_")
        bounded(text, "an option")
    return json.dumps(dict(sorted(options.items())), ensure_ascii=False)


def unknown() -> NotFoundError:
    """No such target in that environment."""
    return NotFoundError(
        "target-unknown",
        "there is no target of that name in that environment",
        fix="`strongroom target list` shows those that there are",
    )
