"""Tests for strongroom.ops.use."""

from dataclasses import replace

import pytest

from strongroom.errors import InvalidError, NotFoundError
from strongroom.model.address import Address
from strongroom.ops import access, audit, inventory, secret, use
from strongroom.ops.local import Local
from strongroom.secret.value import Value

A = Address.parse("development/api/SECRET_KEY")
B = Address.parse("development/api/API_KEY")


@pytest.fixture(autouse=True)
def _kept(room: Local) -> None:
    for address, text in ((A, "fake-a"), (B, "fake-b")):
        request = secret.WriteRequest(address, Value.single(text), "api-key", "Ada")
        secret.write(room, request)
    secret.write(room, secret.WriteRequest(A, Value.single("fake-2")))


def say(room: Local, instance: str, **used: int) -> None:
    places = {"A": A, "B": B}
    wanted = {places[name]: n for name, n in used.items()}
    use.acknowledge(room, "web", instance, "development", wanted)


def test_a_version_is_held_by_who_says_so_and_perhaps_by_who_says_nothing(room: Local) -> None:
    """P-5.8, P-5.12: what must be known before the old one is retired, by evidence."""
    inventory.put_consumer(room, A, "web", "Ada", 60)
    inventory.put_consumer(room, A, "job", "Ada", 60)
    say(room, "node-1", A=1)
    say(room, "node-2", A=2)
    secret.read(room, A, version=1)
    found = use.standing(room, A, 1)

    assert (found.version, found.current) == (1, 2)
    assert [(one.application, one.instance) for one in found.holders] == [("web", "node-1")]
    assert found.silent == ("job",)
    assert [one.principal for one in found.readers] == [room.user]
    assert found.last_us is not None

    say(room, "node-1", A=2)
    assert use.standing(room, A, 1).holders == ()
    assert [one.instance for one in use.standing(room, A, 2).holders] == ["node-1", "node-2"]


def other(room: Local, name: str) -> Local:
    """Another principal that may read both secrets."""
    request = access.PrincipalRequest(name, environment="development")
    who = access.add(room, request)
    access.grant(room, access.GrantRequest(("read",), principal=name, environment="development"))
    return replace(room, caller=room.caller._replace(principal=who.id), user=name)


def test_a_stranger_who_speaks_for_an_application_ends_nobodys_silence(room: Local) -> None:
    """P-5.8: its own process, which read the old version, has said nothing of it."""
    deploy, stranger = other(room, "deploy"), other(room, "stranger")
    inventory.put_consumer(room, A, "web", "Ada", 60)
    secret.read(deploy, A, version=1)
    say(stranger, "node-9", A=2)
    found = use.standing(room, A, 1)
    assert found.silent == ("web",)
    assert found.unheard == (use.Unheard("web", "deploy"),)

    say(deploy, "node-1", A=2)
    found = use.standing(room, A, 1)
    assert (found.silent, found.unheard, found.holders) == ((), (), ())


def test_a_word_counts_only_from_who_the_registration_names(room: Local) -> None:
    deploy, stranger = other(room, "deploy"), other(room, "stranger")
    inventory.put_consumer(room, A, "web", "Ada", 60, runs_as=("deploy",))
    secret.read(stranger, A, version=1)
    say(stranger, "node-9", A=2)
    found = use.standing(room, A, 1)
    assert found.silent == ("web",)
    assert [(one.principal, one.version) for one in found.beside] == [("stranger", 2)]
    assert found.unheard == ()

    say(deploy, "node-1", A=2)
    found = use.standing(room, A, 1)
    assert found.silent == (), "who is not named is waited for no more than he is heard"
    assert [one.principal for one in found.beside] == ["stranger"]
    say(stranger, "node-9", A=1)
    assert [one.principal for one in use.standing(room, A, 1).holders] == ["stranger"]


def test_each_named_principal_that_read_the_version_is_waited_for(room: Local) -> None:
    deploy, batch = other(room, "deploy"), other(room, "batch")
    inventory.put_consumer(room, A, "web", "Ada", 60, runs_as=("deploy", "batch"))
    secret.read(batch, A, version=1)
    say(deploy, "node-1", A=2)
    assert use.standing(room, A, 1).unheard == (use.Unheard("web", "batch"),)
    say(batch, "node-2", A=2)
    assert use.standing(room, A, 1).silent == ()


def test_who_a_registration_names_is_shown_and_must_be_known(room: Local) -> None:
    other(room, "deploy")
    inventory.put_consumer(room, A, "web", "Ada", 60, runs_as=("deploy", "deploy"))
    assert [one.runs_as for one in use.consumers(room, A)] == [("deploy",)]
    (line,) = [one for one in audit.list_entries(room, audit.Filter()) if one.kind == "consumer"]
    assert line.detail["runs_as"] == "deploy"
    inventory.put_consumer(room, A, "web", "Ada", 60)
    assert [one.runs_as for one in use.consumers(room, A)] == [()]
    with pytest.raises(NotFoundError) as caught:
        inventory.put_consumer(room, A, "web", "Ada", 60, runs_as=("nobody",))
    assert caught.value.code == "principal-unknown"
    with pytest.raises(InvalidError):
        inventory.put_consumer(room, A, "web", "Ada", 60, runs_as=("deploy",) * 17)


def test_where_no_more_is_kept_it_is_said_that_there_may_be_more(
    room: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(room, "node-1", A=2)
    assert not use.standing(room, A, 1).full
    monkeypatch.setattr(use, "LIVE_MAX", 1)
    assert use.standing(room, A, 1).full


def test_who_is_not_registered_is_shown_too_and_what_is_over_as_that(room: Local) -> None:
    inventory.put_consumer(room, A, "job", "Ada", 60)
    say(room, "node-1", A=1)
    say(room, "node-1")
    job, web = use.consumers(room, A)
    assert (job.name, job.owner, job.processes) == ("job", "Ada", ())
    assert (web.name, web.owner, web.live) == ("web", None, ())
    assert [(one.version, one.over) for one in web.processes] == [(1, True)]


def test_what_is_known_already_makes_no_entry(room: Local) -> None:
    say(room, "node-1", A=2, B=1)
    before = entries(room)
    say(room, "node-1", A=2, B=1)
    assert entries(room) == before
    say(room, "node-1", A=2)
    (last,) = entries(room)[len(before) :]
    assert (last.address, last.detail["ended"], last.detail["instance"]) == (str(B), "1", "node-1")


def entries(room: Local) -> list[audit.Line]:
    return [
        line
        for line in audit.list_entries(room, audit.Filter(limit=1_000))
        if line.kind == "acknowledgement"
    ]


def test_what_can_be_said_is_said_even_if_something_cannot(room: Local) -> None:
    with pytest.raises(NotFoundError) as caught:
        say(room, "node-1", A=9, B=1)
    assert str(A) in caught.value.message
    assert [one.name for one in use.consumers(room, B)] == ["web"]


def test_it_is_no_use_of_the_value(room: Local) -> None:
    """Last used must not say that somebody read it."""
    say(room, "node-1", B=1)
    found = inventory.inventory(room, inventory.InventoryRequest(("development",)))
    assert {line.last_used for line in found.lines} == {"-"}
