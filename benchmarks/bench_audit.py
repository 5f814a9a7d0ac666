"""The audit kernel: how fast entries are encoded, appended and verified."""

import sys
import time
from collections.abc import Callable

from strongroom.audit.entry import Entry, Outcome, encode, order_of
from strongroom.audit.tree import Frontier, leaf_hash

LANE = bytes(range(16))
BEST_OF = 5


def entry_number(seq: int) -> Entry:
    return Entry(
        lane=LANE,
        seq=seq,
        change_seq=3,
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
        detail=bytes(32),
    )


def best_s(work: Callable[[], object]) -> float:
    """The shortest of a few runs, in seconds: the machine's noise only ever adds."""
    times = []
    for _ in range(BEST_OF):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def run(count: int = 100_000) -> dict[str, float]:
    entries = [entry_number(seq) for seq in range(1, count + 1)]
    leaves = [encode(entry) for entry in entries]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    return {
        "encode_us": best_s(lambda: [encode(entry) for entry in entries]) / count * 1e6,
        "check_us": best_s(lambda: [order_of(leaf) for leaf in leaves]) / count * 1e6,
        "leaf_bytes": float(len(leaves[0])),
        "append_per_s": count / best_s(lambda: Frontier().extend(hashes)),
    }


if __name__ == "__main__":
    for name, value in run(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000).items():
        print(f"{name:20} {value:>14,.2f}")
