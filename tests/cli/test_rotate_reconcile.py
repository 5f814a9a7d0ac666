"""`strongroom rotate reconcile` at the terminal."""

import json

from tests.cli.rooms import Terminal
from tests.cli.test_rotate import DB, NEW, clock, house, system
from tests.rotation.rotators.postgres_site import Site
from tests.services.postgres import Postgres

from strongroom.rotation.rotators.interface import Credential
from strongroom.rotation.rotators.memory import System, digest

__all__ = ["clock", "house", "system"]
ADMIN = "development/rotator/ADMIN"
RESTORED = ("--room", "restored")


def test_it_says_what_is_true_and_how_to_mend_what_is_not(house: Terminal, system: System) -> None:
    assert 0 == house.run("rotate", "reconcile", DB)
    assert b"the current version works" in house.out
    system.accounts["app_a"] = {digest("of-somebody-else")}
    assert 1 == house.run("rotate", "reconcile", "--all")
    for text in (b"no version works", b"fix:", b"--emergency"):
        assert text in house.out
    assert 1 == house.run("rotate", "reconcile", DB, "--json")
    assert b'"lost"' in house.out


def test_one_secret_or_all(house: Terminal) -> None:
    assert 2 == house.run("rotate", "reconcile")
    assert 2 == house.run("rotate", "reconcile", DB, "--all")


def furnish(terminal: Terminal, site: Site) -> None:
    """A room with one credential of the server."""
    terminal.init("--role", "DevOps")
    for address, fields in ((DB, site.current.fields), (ADMIN, site.admin)):
        text = json.dumps(dict(fields)).encode()
        assert 0 == terminal.run("secret", "set", address, *NEW, "--fields", stdin=text)
    target = site.job().target
    options = [f"--option={name}={text}" for name, text in target.options.items()]
    words = ("--env", "development", "--rotator", "postgresql", "--address", target.address)
    assert 0 == terminal.run("target", "add", "main-db", *words, "--admin", ADMIN, *options)
    assert 0 == terminal.run("rotate", "schedule", DB, "--target", "main-db")


def kept(terminal: Terminal, *room: str) -> Credential:
    return Credential(1, terminal.json("secret", "get", DB, *room)["fields"])


def test_a_room_from_before_a_rotation_serves_when_its_values_are_true_again(
    terminal: Terminal, postgres: Postgres
) -> None:
    """The backup knows the first value alone, which the server refuses since the rotation."""
    with Site.built(postgres) as site:
        furnish(terminal, site)
        said: list[str] = []

        def run(*words: str) -> int:
            status = terminal.run(*words)
            said.append((terminal.out + terminal.err).decode())
            return status

        assert 0 == run("backup", "create", "--to", "before.backup")
        assert 0 == run("rotate", "start", DB, "--emergency")
        lost = kept(terminal)
        assert 0 == run(
            "restore", "before.backup", "--to", "restored", "--reason", "the disk is lost"
        )
        assert 4 == run("secret", "get", DB, *RESTORED)
        assert 0 == run("tick", *RESTORED)
        assert site.works(lost)  # an agent leaves it alone
        serve = ("rotate", "reconcile", "--all", "--reason", "the disk is lost", *RESTORED)
        assert 1 == run(*serve)
        assert "no version works" in said[-1]
        assert f"rotate start {DB} --emergency" in said[-1]
        assert "1 secret has no target" in said[-1]
        assert 4 == run("secret", "get", DB, *RESTORED)
        assert 0 == run("rotate", "start", DB, "--emergency", *RESTORED)
        assert 0 == run(*serve)
        assert "the room serves again" in said[-1]
        assert site.works(kept(terminal, *RESTORED))
        assert not site.works(lost)
        assert 0 == run("fsck", *RESTORED)
        new = kept(terminal, *RESTORED)
        for one in (site.current, lost, new):
            assert one.fields["password"] not in "".join(said)


def test_a_room_from_within_a_grace_serves_at_once_and_its_rotation_goes_on(
    terminal: Terminal, postgres: Postgres
) -> None:
    with Site.built(postgres) as site:
        furnish(terminal, site)
        assert 0 == terminal.run("rotate", "start", DB)
        assert 0 == terminal.run("backup", "create", "--to", "within.backup")
        words = ("restore", "within.backup", "--to", "restored", "--reason", "the disk is lost")
        assert 0 == terminal.run(*words)
        assert 0 == terminal.run(
            "rotate", "reconcile", "--all", "--reason", "the disk is lost", *RESTORED
        )
        assert b"a rotation goes on" in terminal.out
        assert b"the room serves again" in terminal.out
        (one,) = terminal.json("rotate", "status", *RESTORED)
        assert (one["state"], one["code"], one["new"]) == ("promoted", "grace", 2)
        assert site.works(kept(terminal, *RESTORED))
        assert site.works(site.current)
