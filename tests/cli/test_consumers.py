"""`strongroom secret consumers` at the terminal."""

from tests.cli.rooms import WEAK, Terminal

from strongroom.runtime.application import Application
from strongroom.runtime.environment import Environment
from strongroom.wiring.origin import connect


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


def test_processes_are_shown_with_their_version_and_lease(kept: Terminal) -> None:
    origin = connect("", Application("web-2", "api", "room"), Environment("dev"))
    origin.acknowledge("node-7", {"DATABASE_PASSWORD": 1})
    assert 0 == kept.run("secret", "consumers", "list", WEAK)
    for text in (b"web-2", b"unknown", b"node-7", b"v1", b"until"):
        assert text in kept.out
    (one,) = kept.json("secret", "consumers", "list", WEAK)
    (process,) = one["processes"]
    assert (one["owner"], process["instance"], process["version"]) == (None, "node-7", 1)
    assert process["over"] is False
    kept.run("access", "add", "deploy", "--environment", "development")
    named = ("web-2", "--owner", "Ada", "--runs-as", "deploy")
    assert 0 == kept.run("secret", "consumers", "add", WEAK, *named)
    assert ["deploy"] == kept.json("secret", "consumers", "list", WEAK)[0]["runs_as"]
    kept.run("secret", "consumers", "list", WEAK)
    assert b"does not count" in kept.out
    assert 5 == kept.run("secret", "consumers", "add", WEAK, *named[:-1], "nobody")
    assert b"[principal-unknown]" in kept.err
    assert 0 == kept.run("secret", "consumers", "remove", WEAK, "web-2")
    kept.run("audit", "list", "--verb", "read")
    assert f"in use: {WEAK} version 1".encode() in kept.out
    origin.acknowledge("node-7", {})
    kept.run("audit", "list", "--verb", "read")
    assert f"no longer in use: {WEAK} version 1".encode() in kept.out
    kept.run("secret", "consumers", "list", WEAK)
    assert b"over" in kept.out
