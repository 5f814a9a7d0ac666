"""`strongroom inventory` and `check --env` over a room of 10,000 secrets, in process."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Row, at_most, median_ms
from strongroom import config, wiring
from strongroom.gate.changes.secret import CreateSecret, Origin, Value
from strongroom.model.address import Address
from strongroom.model.plaintext import Plaintext
from strongroom.ops import check_room, inventory
from strongroom.ops.local import Local
from strongroom.policy.compiler import compile as compile_
from strongroom.secret.prints import fingerprints
from strongroom.secret.terms import DAY_US
from strongroom.secret.value import Value as Fields

DOCUMENT = (
    Path(__file__).parents[1] / "examples/customer-intelligence-api-before/docs/SECRETS_POLICY.md"
)
SECRETS = 10_000
GROUP = 250
RUNS = 3
BAR_S = 2.0


@contextmanager
def filled(count: int = SECRETS) -> Iterator[Local]:
    """A room with so many secrets in production, in folders of 100."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        environ = {"STRONGROOM_CONFIG": str(root / "config.toml")}
        settings = config.load(environ, root)
        document = DOCUMENT.read_bytes()
        wiring.found(settings, environ, root / "room", document, compile_(document), ["DevOps"])
        with wiring.open_room(settings, environ, root / "room") as room:
            for first in range(0, count, GROUP):
                room.gate.changes(
                    room.caller, [_made(room, n) for n in range(first, first + GROUP)]
                )
            yield room


def _made(room: Local, n: int) -> CreateSecret:
    value = Fields.single(f"Zq{n:06}-aB3xK9fLmW2pQ7rT5vY8nC4dG6hJ1s")
    return CreateSecret(
        Address("production", f"team-{n // 100}/KEY_{n}"),
        "api-key",
        "DevOps",
        Value(
            Plaintext(value.encode().reveal()),
            room.now_us() + 90 * DAY_US,
            Origin.GENERATED,
            fingerprints(room.keys, value, Origin.GENERATED),
        ),
    )


def run() -> list[Row]:
    """Seconds inside, with the recorded look and without the command line around it."""
    with filled() as room:
        request = inventory.InventoryRequest(("production",))
        listed = median_ms(lambda: inventory.inventory(room, request), runs=RUNS)
        whole = check_room.RoomCheckRequest(("production",))
        checked = median_ms(lambda: check_room.check(room, whole), runs=RUNS)
        begun = time.process_time()
        check_room.check(room, whole)
        worked = time.process_time() - begun
    return [
        at_most(
            f"check --env of {SECRETS:,} secrets, its log verified", checked / 1000, "s", BAR_S
        ),
        Row(f"check --env of {SECRETS:,} secrets: processor time", worked, "s"),
        Row(f"inventory of {SECRETS:,} secrets", listed / 1000, "s"),
    ]


if __name__ == "__main__":
    for row in run():
        print(*row)
