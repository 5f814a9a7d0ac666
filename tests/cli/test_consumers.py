"""`strongroom secret consumers` at the terminal."""

from tests.cli.rooms import WEAK, Terminal


def test_consumers_come_and_go(kept: Terminal) -> None:
    add = ("secret", "consumers", "add", WEAK, "web-1", "--owner", "Ada", "--cache", "60")
    assert 0 == kept.run(*add)
    assert 0 == kept.run("secret", "consumers", "list", WEAK)
    assert b"web-1" in kept.out
    (one,) = kept.json("secret", "consumers", "list", WEAK)
    assert ("web-1", "Ada", 60) == (one["name"], one["owner"], one["cache_s"])
    assert 0 == kept.run("secret", "consumers", "remove", WEAK, "web-1")
    assert [] == kept.json("secret", "consumers", "list", WEAK)
    assert 5 == kept.run("secret", "consumers", "remove", WEAK, "web-1")
    assert b"[consumer-unknown]" in kept.err
    assert 3 == kept.run("secret", "consumers", "add", WEAK, "web 1", "--owner", "Ada")
    assert b"[consumer-invalid]" in kept.err
