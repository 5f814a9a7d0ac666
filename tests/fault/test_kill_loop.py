"""A smaller run of the kill loop; `make fault` runs a long one."""

from pathlib import Path

import pytest
from tests.fault.kill_loop import run

KILLS = 60


@pytest.mark.long
def test_what_a_killed_process_leaves_is_whole(tmp_path: Path) -> None:
    counts = run(KILLS, tmp_path)

    assert counts["kills"] == KILLS
    assert counts["writes"] > 0
    assert counts["values"] > 0
