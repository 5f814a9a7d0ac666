"""Tests for strongroom.scan.child, run as the process that it is."""

import base64
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.scan.build import RECIPE, token, write

from strongroom.scan.child import Failed, place
from strongroom.scan.sources.folder import Folder
from strongroom.scan.worker import Recipe


def asked(code: str, given: Sequence[object]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-P", "-c", code],
        input=b"".join(pickle.dumps(one) for one in given), capture_output=True, check=True,
    )  # fmt: skip


def answers(*given: object) -> list[Any]:
    done = asked("from strongroom.scan.child import main; main()", given)
    assert b"" == done.stderr
    read, at = [], 0
    while at < len(done.stdout):
        size = int.from_bytes(done.stdout[at : at + 4], "big")
        read.append(pickle.loads(done.stdout[at + 4 : at + 4 + size]))
        at += 4 + size
    return read


def test_a_part_is_answered_whole(tmp_path: Path) -> None:
    one = token()
    (part,) = Folder(write(tmp_path, {"a.py": one})).parts(1)
    found, progress, end = answers(RECIPE, part)

    assert one.encode() == found[0].secret
    assert 1 == progress.items
    assert end is None


def test_a_part_is_looked_at_without_making_dataclasses(tmp_path: Path) -> None:
    line = f"password = '{token()}'\n"
    encoded = base64.b64encode(f"password = '{token()}'\n".encode()).decode()
    (part,) = Folder(write(tmp_path, {"a.py": line, "b.yaml": f"a: {encoded}\n"})).parts(1)
    code = (
        "import sys; from strongroom.scan.child import main; main();"
        " print(*sys.modules, file=sys.stderr)"
    )
    loaded = set(asked(code, (Recipe(), part)).stderr.decode().split())

    assert {f"strongroom.scan.engine.{name}" for name in ("confirm", "decode")} <= loaded
    assert not {"dataclasses", "inspect", "linecache"} & loaded


def test_one_that_nobody_needs_ends_in_peace() -> None:
    assert [] == answers(RECIPE)


def test_a_fault_is_a_class_and_a_place() -> None:
    canary = token()
    (failed,) = answers(Recipe(canary))  # type: ignore[arg-type]

    assert isinstance(failed, Failed)
    assert "scan-worker-failed" == failed.code
    assert failed.message.startswith("AttributeError at ")
    assert canary not in failed.message


def test_a_place_has_no_words() -> None:
    canary = token()
    with pytest.raises(ValueError, match="invalid literal") as caught:
        int(canary)

    assert f"ValueError at test_child:{caught.tb.tb_lineno}" == place(caught.value)
