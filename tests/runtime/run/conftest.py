"""`strongroom run` as a process of its own, with an origin that a test can change."""

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.runtime.run import origins

ROOT = Path(__file__).parents[3]
PROGRAM = [sys.executable, "-m", "tests.runtime.run.origins", "run"]


class Runner:
    """Starts it in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.value = "v" + secrets.token_urlsafe(24)
        self.path = folder / "origin.json"
        self.environ = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "STRONGROOM_CONFIG": str(folder / "config.toml"),
            "STRONGROOM_ORIGIN": f"file:{self.path}",
            "STRONGROOM_ENVIRONMENT": "development",
            "COVERAGE_PROCESS_START": os.environ.get("COVERAGE_PROCESS_START", ""),
        }
        self.put(API_KEY=(3, self.value))

    def put(self, **values: tuple[int, str] | str) -> None:
        """What the origin holds from now on."""
        origins.put(self.path, **values)

    def __call__(
        self, *words: str, data: bytes = b"", **environ: str
    ) -> subprocess.CompletedProcess[bytes]:
        """Run it to its end."""
        return subprocess.run(
            [*PROGRAM, *words],
            input=data,
            env=self._with(environ),
            cwd=self.folder,
            capture_output=True,
            check=False,
            timeout=60,
        )

    def popen(self, *words: str, **more: Any) -> "subprocess.Popen[bytes]":
        """Start it."""
        environ = self._with(more.pop("environ", {}))
        return subprocess.Popen([*PROGRAM, *words], env=environ, cwd=self.folder, **more)

    def _with(self, environ: Mapping[str, str]) -> dict[str, str]:
        return {k: v for k, v in {**self.environ, **environ}.items() if v}


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)
