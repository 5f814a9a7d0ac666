"""Tests for strongroom.ops.related: what a room knows of how its secrets go together."""

import pytest

from strongroom.errors import InvalidError, NotFoundError
from strongroom.model.address import Address
from strongroom.model.principal import Verb
from strongroom.ops import audit, inventory, related, secret, target, use
from strongroom.ops.audit import Filter
from strongroom.ops.local import Local
from strongroom.ops.related import Related
from strongroom.ops.target import TargetRequest
from strongroom.rotation.rotators import registry
from strongroom.rotation.rotators.memory import MemoryRotator, System
from strongroom.secret.value import Value

STRONG = "fake-Zq7-strong-enough-81-kWx-0-vTr"


def at(name: str) -> Address:
    return Address.parse(f"development/{name}")


def keep(room: Local, name: str, value: Value | str) -> None:
    one = Value.single(value) if isinstance(value, str) else value
    secret.write(room, secret.WriteRequest(at(name), one, "database-password", "Ada"))


def whys(found: Related) -> dict[str, list[str]]:
    return {
        address.removeprefix("development/"): [
            str(why).replace("development/", "") for why in one.why
        ]
        for address, one in found.group.members.items()
    }


@pytest.fixture
def house(room: Local, monkeypatch: pytest.MonkeyPatch) -> Local:
    monkeypatch.setattr(registry, "find", lambda _: MemoryRotator(System()))
    keep(room, "db/ADMIN", "fake-admin")
    keep(room, "api/PASSWORD", STRONG)
    keep(room, "api/COPY", STRONG)
    keep(room, "api/URL", Value({}).composed({"url": "redis://:{@api/PASSWORD}@h/{@db/ADMIN}"}))
    keep(room, "api/KEY", "fake-key")
    keep(room, "other/KEY", "fake-other")
    target.add(room, TargetRequest("db", "development", "memory", admin=at("db/ADMIN")))
    target.attach(room, at("api/PASSWORD"), "db")
    return room


def test_every_tie_is_found(house: Local) -> None:
    inventory.put_consumer(house, at("api/PASSWORD"), "shop", "Ada", 60)
    use.acknowledge(house, "shop", "node-1", "development", {at("api/KEY"): 1})
    found = related.find(house, [at("api/PASSWORD")], related=True)
    assert whys(found) == {
        "api/PASSWORD": ["asked for", "same value as api/COPY"],
        "api/COPY": ["same value as api/PASSWORD"],
        "db/ADMIN": ["admin credential of target db"],
        "api/KEY": ["shared consumer shop"],  # nobody registered it: a process says so
        "api/URL": ["put together from api/PASSWORD", "put together from db/ADMIN"],
    }
    assert (found.whole, found.unread) == (True, {})
    assert STRONG not in repr(found)


def test_an_earlier_value_ties_too(house: Local) -> None:
    """The copy still has what leaked, though the secret itself has another value by now."""
    secret.write(house, secret.WriteRequest(at("api/PASSWORD"), Value.single("fake-newer")))
    assert "api/COPY" in whys(related.find(house, [at("api/PASSWORD")], related=True))


def test_the_parts_of_a_composite_are_read_and_that_is_recorded(house: Local) -> None:
    found = related.find(house, [at("api/URL")], related=True)
    assert whys(found)["api/PASSWORD"][0] == "part of composite api/URL"
    assert whys(found)["db/ADMIN"][0] == "part of composite api/URL"
    entries = audit.list_entries(house, Filter(verb=Verb.ROTATE.value, address=str(at("api/URL"))))
    assert entries[-1].detail["reason"] == related.REASON


def test_without_related_they_stand_alone(house: Local) -> None:
    found = related.find(house, [at("api/URL"), at("api/KEY")], related=False)
    assert whys(found) == {"api/KEY": ["asked for"], "api/URL": ["asked for"]}


def test_what_was_a_member_before_is_one_still(house: Local) -> None:
    found = related.find(house, [at("api/KEY")], related=True, before=[at("other/KEY")])
    assert whys(found) == {"api/KEY": ["asked for"], "other/KEY": ["in this group before"]}


def test_bad_input(house: Local) -> None:
    with pytest.raises(InvalidError):
        related.find(house, [], related=True)
    with pytest.raises(NotFoundError) as caught:
        related.find(house, [at("no/NONE")], related=True)
    assert caught.value.code == "secret-unknown"
