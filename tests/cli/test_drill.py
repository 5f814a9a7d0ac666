"""`strongroom drill` at the terminal."""

from tests.cli.rooms import Terminal


def test_a_drill_is_held_and_listed(kept: Terminal) -> None:
    assert 0 == kept.run("drill", "list")
    assert b"no drills" in kept.out
    assert 0 == kept.run("drill", "restore")
    assert b"the drill passed" in kept.out
    assert 0 == kept.run("drill", "list")
    assert b"passed" in kept.out


def test_machines_get_every_number(kept: Terminal) -> None:
    found = kept.json("drill", "restore", "--versions", "1")

    assert found["ok"]
    assert found["failed"] is None
    assert sum(one["opened"] for one in found["environments"]) == 2
    assert kept.json("drill", "list")[0]["id"] == found["evidence"]


def test_a_failing_drill_ends_with_one_and_is_listed(kept: Terminal) -> None:
    (kept.folder / "bad").write_bytes(b"no backup")

    assert 1 == kept.run("drill", "restore", "--from", "bad")
    assert b"backup-unknown" in kept.out
    assert kept.json("drill", "list")[0]["outcome"] == "failed"
