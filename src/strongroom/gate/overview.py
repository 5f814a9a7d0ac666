"""What an auditor asks of the house and its people: who may what, by which keys and policy."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from strongroom.db.tables import archive, batches, evidence, house, log, people, rotations, survey
from strongroom.db.tables.archive import ANCHOR, AnchorRow
from strongroom.db.tables.batches import BATCH, BatchRow
from strongroom.db.tables.evidence import EVIDENCE, EvidenceRow
from strongroom.db.tables.house import KEK, POLICY, SEAL, EnvironmentRow, KekRow, SealRow
from strongroom.db.tables.people import GRANT, PRINCIPAL, GrantRow
from strongroom.db.tables.rotations import ROTATION
from strongroom.db.tables.secrets import SECRET
from strongroom.gate.approval import ALONE
from strongroom.gate.desk import Desk
from strongroom.gate.look import View
from strongroom.gate.rows import missing, principal_of
from strongroom.model.principal import Principal, Verb

BACKUP: Final = "backup"
DRILL: Final = "drill-restore"
QUARTER_US: Final = 92 * 86_400_000_000
EVIDENCE_KINDS: Final = (BACKUP, DRILL)


class Adopted(NamedTuple):
    """That a policy was put in force, when, and by whom."""

    n: int
    sha256: bytes
    at_us: int
    by: bytes


class Turned(NamedTuple):
    """A rotation that goes on, or ended within the quarter. Times are µs since 1970 UTC.

    `approved` says that it waited for somebody to let it begin, `alone` that this was whoever had
    arranged it.
    """

    id: bytes
    environment: str
    path: str
    state: str
    code: str
    emergency: bool
    paused: bool
    begun_us: int
    begun_by: bytes
    reached_us: int
    promoted_us: int
    grace_us: int
    approved: bool = False
    alone: bool = False

    @property
    def address(self) -> str:
        """Of its secret."""
        return f"{self.environment}/{self.path}"


class House(NamedTuple):
    """The house as it stands at one place of the order; every row checked.

    `used` has the last use of grants and principals, by their kind and id in hex; `wraps` how
    many versions each key wraps. `slots` and `anchors` are those in use. `evidence` has the
    newest of each kind, `unfinished` the batches that nobody ended, `rotations` those of this quarter.
    """

    principals: tuple[Principal, ...]
    grants: tuple[GrantRow, ...]
    environments: tuple[EnvironmentRow, ...]
    keks: tuple[KekRow, ...]
    slots: tuple[SealRow, ...]
    policies: tuple[Adopted, ...]
    used: dict[tuple[str, str], int]
    wraps: dict[bytes, int]
    log_size: int
    killed: bool
    anchors: tuple[AnchorRow, ...]
    evidence: dict[str, EvidenceRow]
    unfinished: tuple[BatchRow, ...]
    rotations: tuple[Turned, ...] = ()


@dataclass(frozen=True)
class LookOverHouse(View):
    """Everything of the house that a check rests on, but what it keeps."""

    verb = Verb.AUDIT

    def look(self, desk: Desk) -> House:
        """All of it.

        Raises:
            TamperedError: a row was changed.
        """
        db, seal = desk.db, desk.snapshot.seal
        authority = desk.snapshot.authority(db)
        slots = [seal.check(SEAL, row) for row in SEAL.where(db, "ORDER BY created_us, id")]
        policies = [seal.check(POLICY, row) for row in POLICY.where(db, "ORDER BY n")]
        return House(
            principals=tuple(
                principal_of(seal.check(PRINCIPAL, row)) for row in people.principals(db)
            ),
            grants=tuple(
                seal.check(GRANT, row) for row in GRANT.where(db, "ORDER BY created_us, id")
            ),
            environments=tuple(
                authority.environments[id_] for id_ in sorted(authority.environments)
            ),
            keks=tuple(
                seal.check(KEK, row)
                for e in house.environments(db)
                for row in house.keks_of(db, e.id)
            ),
            slots=tuple(row for row in slots if row.state == "active"),
            policies=tuple(Adopted(r.n, r.sha256, r.adopted_us, r.adopted_by) for r in policies),
            used={
                (kind, key): at_us
                for kind in ("grant", "principal")
                for key, at_us in survey.uses(db, kind).items()
            },
            wraps=survey.wraps(db),
            log_size=log.size(db),
            killed=authority.killed,
            anchors=tuple(seal.check(ANCHOR, row) for row in archive.anchors(db)),
            evidence={
                kind: seal.check(EVIDENCE, row)
                for kind in EVIDENCE_KINDS
                for row in evidence.newest(db, (kind,), 1)
            },
            unfinished=tuple(seal.check(BATCH, row) for row in batches.unfinished(db)),
            rotations=tuple(_turned(desk, desk.now_us - QUARTER_US)),
        )


def _turned(desk: Desk, since_us: int) -> Iterator[Turned]:
    db, seal = desk.db, desk.snapshot.seal
    approved = rotations.approved(db, since_us)
    for row in rotations.lately(db, since_us):
        seal.check(ROTATION, row)
        secret = SECRET.get(db, row.secret_id)
        if secret is None:
            raise missing("the secret of a rotation")
        seal.check(SECRET, secret)
        yield Turned(
            row.id, secret.environment, secret.path, row.state, row.code, bool(row.emergency),
            bool(row.paused), row.begun_us, row.begun_by, row.reached_us, row.promoted_us,
            row.grace_us, row.id in approved, approved.get(row.id) == ALONE,
        )  # fmt: skip
