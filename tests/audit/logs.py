"""A small log for tests: made honestly, with handles to damage it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from strongroom.audit import detail
from strongroom.audit.checkpoint import Checkpoint, origin_of, sign
from strongroom.audit.entry import Entry, Outcome, decode, encode
from strongroom.audit.note import VerifierKey
from strongroom.audit.problem import Kind, Report
from strongroom.audit.tree import Frontier, leaf_hash
from strongroom.audit.verifier import Row, verify

START_US = 1_790_000_000_000_000
ORIGIN = origin_of(bytes(range(0xA0, 0xB0)))
# Fixed and public: it signs nothing but what tests make.
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = VerifierKey(ORIGIN, SIGNER.public_key().public_bytes_raw())
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def lane(number: int) -> bytes:
    return bytes([number]) * 16


def entry(**fields: object) -> Entry:
    """A read; `fields` say what is different."""
    plain = Entry(
        lane=lane(1),
        seq=1,
        change_seq=0,
        at_us=START_US,
        verb="read",
        outcome=Outcome.GRANTED,
        reason="matrix",
        principal=b"p" * 16,
        secret=b"s" * 16,
        environment="production",
        version=3,
        object_kind="version",
        object_id=b"v" * 16,
        policy=b"policy--",
    )
    return plain._replace(**fields)  # type: ignore[arg-type]


@dataclass
class Log:
    """Rows in log order, stored nodes, signed notes. Change any of them, then `check`."""

    rows: list[Row] = field(default_factory=list)
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)
    with_nodes: bool = True

    def append(self, new: Entry, *, text: str | None = "somebody") -> None:
        """Add an entry; `text` goes into its detail, None for an entry without one."""
        kept = None
        if text is not None:
            salt = len(self.rows).to_bytes(16, "big")
            kept = (salt, detail.encode({"name": text}))
            new = new._replace(detail=detail.digest(*kept))
        leaf = encode(new)
        self.rows.append(Row(new.lane, new.seq, leaf, kept))
        for node in self.frontier.extend([leaf_hash(leaf)]):
            self.nodes[node.level, node.position] = node.hash

    def sign(self, at_us: int | None = None, signer: Ed25519PrivateKey = SIGNER) -> None:
        """Sign a checkpoint of what there is."""
        checkpoint = Checkpoint(ORIGIN, self.frontier.size, self.frontier.root(), at_us)
        self.notes.append(sign(checkpoint, signer))

    def check(self, earlier: Sequence[VerifierKey] = (), /, **options: Any) -> Report:
        def look_up(level: int, position: int) -> bytes | None:
            return self.nodes.get((level, position))

        nodes = look_up if self.with_nodes else None
        return verify(iter(self.rows), self.notes, KEY, earlier=earlier, nodes=nodes, **options)

    def kinds(self, **options: Any) -> list[Kind]:
        return [problem.kind for problem in self.check(**options).problems]


def honest(count: int = 1000, *, every: int = 100, lanes: int = 3) -> Log:
    """`count` entries in runs of ten over a few lanes, each seventh a change."""
    log = Log()
    seqs = dict.fromkeys(range(1, lanes + 1), 0)
    change = 0
    for index in range(count):
        number = index // 10 % lanes + 1
        seqs[number] += 1
        changes = int(index % 7 == 0)
        change += changes
        log.append(
            entry(
                lane=lane(number),
                seq=seqs[number],
                change_seq=change,
                changes=changes,
                at_us=START_US + index,
                verb="write" if changes else "read",
            )
        )
        if (index + 1) % every == 0:
            log.sign(START_US + index)
    return log


def edit(log: Log, index: int, **fields: object) -> None:
    """Change an entry as somebody would who can write the database."""
    row = log.rows[index]
    assert row.leaf is not None
    changed = decode(row.leaf)._replace(**fields)  # type: ignore[arg-type]
    log.rows[index] = row._replace(leaf=encode(changed))


def places(report: Report) -> list[tuple[Kind, int | None, int]]:
    return [(problem.kind, problem.index, problem.count) for problem in report.problems]
