"""`strongroom` with an origin in a file of JSON, so that a test can rotate under a running command.

    python -m tests.runtime.run.origins run --origin file:PATH -- CMD

The file holds {"NAME": "value", …}; beside it, `.used` has what was acknowledged.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from strongroom import entry
from strongroom.errors import DeniedError, UpstreamError
from strongroom.runtime.application import Application
from strongroom.runtime.environment import Environment
from strongroom.runtime.origin import choose
from strongroom.runtime.origin.interface import Delivery


class FileOrigin:
    """As the interface says. `{"failure": "down"}` or `"denied"` in place of values fails."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.label = "a file"

    def fetch(self, names: Iterable[str] | None = None) -> Mapping[str, Delivery]:
        held = self._held()
        return {
            name: Delivery(name, text, version, f"file/{name}", secret="HOST" not in name)
            for name, (version, text) in held.items()
            if names is None or name in names
        }

    def versions(self, name: str) -> tuple[Delivery, ...]:
        return tuple(self.fetch([name]).values())

    def mark(self) -> str:
        return json.dumps(self._held())

    def acknowledge(self, instance: str, used: Mapping[str, int]) -> None:
        path = self._path.with_suffix(".used")
        told = json.loads(path.read_text()) if path.exists() else {}
        told[instance] = dict(used)
        _replace(path, told)

    def close(self) -> None:
        pass

    def _held(self) -> dict[str, tuple[int, str]]:
        held = json.loads(self._path.read_text())
        if held.get("failure") == "down":
            raise UpstreamError("origin-down", "nobody answers", retryable=True)
        if held.get("failure") == "denied":
            raise DeniedError("denied", "the right was taken away")
        return {name: (one[0], one[1]) for name, one in held.items()}


def put(path: Path, **values: tuple[int, str] | str) -> None:
    """Values with their versions, at once."""
    _replace(path, values)


def _replace(path: Path, data: Any) -> None:
    path.with_suffix(".new").write_text(json.dumps(data))
    path.with_suffix(".new").replace(path)


def connect(address: str, application: Application, environment: Environment) -> FileOrigin:
    return FileOrigin(Path(address))


if __name__ == "__main__":
    choose.OWN["file"] = "tests.runtime.run.origins"
    sys.exit(entry.main())
