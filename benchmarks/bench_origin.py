"""What a value from a room costs an application: opened for it, kept open, and the first one.

python -m benchmarks.run origin
"""

import os
import sys
import tempfile
from pathlib import Path

from tests.conftest import POLICY

from benchmarks.measure import Row, median_ms, processes_ms
from strongroom import config, wiring
from strongroom.model.address import Address
from strongroom.ops import secret
from strongroom.policy.compiler import compile as compile_
from strongroom.runtime.application import Application
from strongroom.runtime.environment import Environment
from strongroom.secret.value import Value
from strongroom.wiring.origin import RoomOrigin, connect

SECRETS = 20
APPLICATION = Application("app", "app", "room")
_COLD = """
from strongroom.runtime.application import Application
from strongroom.runtime.environment import Environment
from strongroom.wiring.origin import connect
import sys
connect(sys.argv[1], Application("app", "app", "room"), Environment("dev")).fetch()
"""


def run() -> list[Row]:
    """Over a room of 20 secrets on this machine's disk."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["STRONGROOM_CONFIG"] = str(Path(folder) / "config.toml")
        room = _room(Path(folder))
        origin = connect(str(room), APPLICATION, Environment("dev"))
        rows = [
            Row("room, kept open: one value", median_ms(lambda: origin.fetch(["KEY_3"])), "ms"),
            Row(f"room, kept open: {SECRETS} values", median_ms(origin.fetch), "ms"),
            Row("room, kept open: has anything changed?", median_ms(origin.mark), "ms"),
            Row(
                "room, kept open: the same version acknowledged again",
                median_ms(lambda: origin.acknowledge("node-1", {"KEY_3": 1})),
                "ms",
            ),
            Row("room, opened for it: one value", median_ms(lambda: _once(origin)), "ms"),
        ]
        _, extra = processes_ms([sys.executable, "-c", _COLD, str(room)])
        rows.append(
            Row(f"a process with {SECRETS} values of a room, over python -c pass", extra, "ms")
        )
    return rows


def _once(origin: RoomOrigin) -> None:
    origin.fetch(["KEY_3"])
    origin.close()


def _room(folder: Path) -> Path:
    settings, document = config.load(os.environ, folder), POLICY.read_bytes()
    wiring.found(settings, os.environ, folder / "room", document, compile_(document), ["DevOps"])
    with wiring.open_room(settings, os.environ, folder / "room") as room:
        for number in range(SECRETS):
            address = Address.parse(f"development/app/KEY_{number}")
            made = secret.WriteRequest(address, Value.single(""), "jwt-secret-key", "DevOps")
            secret.generate_into(room, made)
    return folder / "room"
