"""What an auditor asks of the house and its people: who may what, by which keys and policy."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from strongroom.db.tables import archive, batches, evidence, house, log, people, survey
from strongroom.db.tables.archive import ANCHOR, AnchorRow
from strongroom.db.tables.batches import BATCH, BatchRow
from strongroom.db.tables.evidence import EVIDENCE, EvidenceRow
from strongroom.db.tables.house import KEK, POLICY, SEAL, EnvironmentRow, KekRow, SealRow
from strongroom.db.tables.people import GRANT, PRINCIPAL, GrantRow
from strongroom.gate.desk import Desk
from strongroom.gate.look import View
from strongroom.gate.rows import principal_of
from strongroom.model.principal import Principal, Verb

BACKUP: Final = "backup"
DRILL: Final = "drill-restore"
EVIDENCE_KINDS: Final = (BACKUP, DRILL)


class Adopted(NamedTuple):
    """That a policy was put in force, when, and by whom."""

    n: int
    sha256: bytes
    at_us: int
    by: bytes


class House(NamedTuple):
    """The house as it stands at one place of the order; every row checked.

    `used` has the last use of grants and principals, by their kind and id in hex; `wraps` how
    many versions each key wraps. `slots` and `anchors` are those in use. `evidence` has the
    newest of each kind, `unfinished` the batches that nobody ended.
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
        )
