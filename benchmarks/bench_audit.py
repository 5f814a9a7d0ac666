"""The audit kernel: how fast entries are encoded, appended and verified."""

import time
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks import measure
from benchmarks.measure import Row
from strongroom.audit import detail, verifier
from strongroom.audit.checkpoint import Checkpoint, origin_of, sign
from strongroom.audit.entry import Entry, Outcome, encode, order_of
from strongroom.audit.note import VerifierKey
from strongroom.audit.problem import Report
from strongroom.audit.tree import Frontier, leaf_hash

LANE = bytes(range(16))
SALT = bytes(16)
BLOB = detail.encode({"agent": "bench/1", "name": "production/api/KEY", "source": "192.0.2.1"})
CHECKPOINT_EVERY = 8_000  # what a busy second writes
BEST_OF = 5


def entry_number(seq: int) -> Entry:
    return Entry(
        lane=LANE,
        seq=seq,
        change_seq=0,
        at_us=1_790_000_000_000_000 + seq,
        verb="read",
        outcome=Outcome.GRANTED,
        reason="matrix",
        principal=b"p" * 16,
        secret=b"s" * 16,
        environment="production",
        version=7,
        object_kind="version",
        policy=b"policy--",
        detail=detail.digest(SALT, BLOB),
    )


def best_s(work: Callable[[], object]) -> float:
    """The shortest of a few runs, in seconds: the machine's noise only ever adds."""
    times = []
    for _ in range(BEST_OF):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def verified(
    rows: list[verifier.Row],
    nodes: dict[tuple[int, int], bytes],
    notes: list[str],
    key: VerifierKey,
) -> Report:
    report = verifier.verify(
        rows, notes, key, nodes=lambda level, position: nodes.get((level, position))
    )
    assert report.ok, report.problems
    return report


def figures(count: int = 100_000) -> dict[str, float]:
    entries = [entry_number(seq) for seq in range(1, count + 1)]
    leaves = [encode(entry) for entry in entries]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    signer = Ed25519PrivateKey.generate()
    origin = origin_of(bytes(range(16)))
    key = VerifierKey(origin, signer.public_key().public_bytes_raw())
    nodes: dict[tuple[int, int], bytes] = {}
    notes = []
    frontier = Frontier()
    for start in range(0, count, CHECKPOINT_EVERY):
        for node in frontier.extend(hashes[start : start + CHECKPOINT_EVERY]):
            nodes[node.level, node.position] = node.hash
        notes.append(sign(Checkpoint(origin, frontier.size, frontier.root()), signer))
    bare = [verifier.Row(LANE, seq, leaf) for seq, leaf in enumerate(leaves, start=1)]
    full = [row._replace(detail=(SALT, BLOB)) for row in bare]
    return {
        "encode_us": best_s(lambda: [encode(entry) for entry in entries]) / count * 1e6,
        "check_us": best_s(lambda: [order_of(leaf) for leaf in leaves]) / count * 1e6,
        "leaf_bytes": float(len(leaves[0])),
        "append_per_s": count / best_s(lambda: Frontier().extend(hashes)),
        "verify_per_s": count / best_s(lambda: verified(bare, nodes, notes, key)),
        "verify_with_details_per_s": count / best_s(lambda: verified(full, nodes, notes, key)),
    }


def run() -> list[Row]:
    """The figures as rows of the table."""
    found = figures()
    return [
        measure.at_least("audit verify", found["verify_per_s"], "entries/s", 200_000),
        measure.Row("audit verify with details", found["verify_with_details_per_s"], "entries/s"),
        measure.Row("audit encode an entry", found["encode_us"], "µs"),
        measure.Row("audit append to the tree", found["append_per_s"], "leaves/s"),
    ]
