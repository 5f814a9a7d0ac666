"""Agents as processes: two on one room, and one that is told to stop in the middle of a rotation."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import pytest
import time_machine
from tests.conftest import RESERVE_BYTES, Place
from tests.rotation.rotators.keeper import Keeper, digest
from tests.rotation.rotators.test_webhook import WRITTEN
from tests.services.fake_http import Asked, Told, serving

from strongroom import wiring
from strongroom.model.address import Address
from strongroom.model.policy import Policy
from strongroom.notify.message import Topic
from strongroom.ops import agent, notify, rotate, secret, target
from strongroom.ops.local import Local
from strongroom.ops.target import TargetRequest
from strongroom.rotation.rotators.interface import Overlap
from strongroom.secret.value import Field, Value
from strongroom.wiring import notifying

COUNT: Final = 4
PARALLEL: Final = 2
SECRETS: Final = [Address.parse(f"development/api/DB{n}") for n in range(COUNT)]
ADMIN: Final = Address.parse("development/rotator/ADMIN")
CHAT: Final = Address.parse("development/ops/CHAT")
LONG_AGO: Final = timedelta(days=95)
WAIT_S: Final = 120.0


@dataclass
class Desk:
    """Answers rotators and takes messages; those who `waits` says are kept waiting until `go`."""

    keeper: Keeper
    waits: Callable[[Mapping[str, Any]], bool] = lambda _: False
    waiting: int = 0
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)  # by secret and question
    messages: list[bytes] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)
    go: threading.Event = field(default_factory=threading.Event)

    def tell(self, asked: Asked) -> Told:
        if asked.path != "/rotate":
            with self.news:
                self.messages.append(asked.body)
                self.news.notify_all()
            return Told(200)
        body = json.loads(asked.body)
        if self.waits(body):
            with self.news:
                self.waiting += 1
                self.news.notify_all()
            self.go.wait(WAIT_S)
        with self.news:
            self.asked[body["secret"], body["ask"]] += 1
            return Told(200, json.dumps(self.keeper.answer(body)).encode())

    def until(self, true: Callable[[], bool]) -> None:
        with self.news:
            assert self.news.wait_for(true, WAIT_S)


@dataclass
class House:
    """A room with secrets that are overdue at one target, and who is told of it."""

    room: Local
    place: Place
    desk: Desk

    @contextmanager
    def agent(self) -> "Iterator[subprocess.Popen[bytes]]":
        """A process that works on the room until it is told to stop."""
        words = ["agent", "--json", "--parallel", str(PARALLEL), "--room", str(self.place.folder)]
        command = [sys.executable, "-m", "strongroom", *words]
        environ = {**os.environ, **self.place.environ}
        with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()

    def works(self, address: Address) -> bool:
        """Whether what the room gives out is taken."""
        fields = secret.read(self.room, address).value.fields
        return self.desk.keeper.works({name: str(one.data) for name, one in fields.items()})


def ended(process: "subprocess.Popen[bytes]") -> list[dict[str, Any]]:
    """Tell it to stop; what it said until then."""
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=WAIT_S)
    assert process.returncode == 0
    said = [json.loads(line) for line in out.splitlines()]
    assert (said[0]["state"], said[-1]["what"]) == ("agent", "ended")
    return said


@pytest.fixture
def house(place: Place, document: bytes, compiled: Policy) -> Iterator[House]:
    """The room was made so long ago that each of its secrets is overdue."""
    desk = Desk(Keeper({}))
    with serving(desk.tell) as fake:
        with time_machine.travel(-LONG_AGO):
            wiring.found(
                place.settings, place.environ, place.folder, document, compiled, ["Developer"],
                reserve_bytes=RESERVE_BYTES,
            )  # fmt: skip
            with place.opened() as room:
                furnish(room, desk, fake.url)
        with place.opened() as room:
            yield House(room, place, desk)
        desk.go.set()


def furnish(room: Local, desk: Desk, url: str) -> None:
    """Secrets that are rotated at `url`, and a channel that ends there too."""
    write(room, ADMIN, {"signing_key": WRITTEN})
    write(room, CHAT, {"value": url.replace("http:", "json:") + "/fake-token"})
    options = {"overlap": Overlap.VALUES, "changes": "password"}
    there = TargetRequest("hook", "development", "webhook", f"{url}/rotate", ADMIN, options)
    target.add(room, there)
    notify.add(room, notifying.sender(), "chat", None, CHAT, [Topic.ROTATION])
    for n, address in enumerate(SECRETS):
        password = f"the-first-password-of-{n}"
        desk.keeper.accounts[f"user_{n}"] = [digest(password)]
        write(room, address, {"username": f"user_{n}", "password": password})
        target.attach(room, address, "hook")


def write(room: Local, address: Address, fields: Mapping[str, str]) -> None:
    value = Value({name: Field(text, secret=name != "username") for name, text in fields.items()})
    secret.write(room, secret.WriteRequest(address, value, "database-password", "Ada"))


def acts(room: Local, address: Address) -> list[str]:
    """What was done for it, without what was only about to be."""
    return [one.act for one in rotate.status(room, address).steps if one.code != "begun"]


def test_two_agents_rotate_each_secret_once_and_tell_people_once(house: House) -> None:
    """Neither can hold more than two at once, so four that wait at the target are of both."""
    desk = house.desk
    desk.waits = lambda asked: asked["ask"] == "set"
    with house.agent() as one, house.agent() as two:
        desk.until(lambda: desk.waiting == COUNT)
        desk.go.set()
        desk.until(lambda: len(desk.messages) == COUNT)
        said = [*ended(one), *ended(two)]
    assert [line for line in said if line["what"] == "fault"] == []
    for address in SECRETS:
        status = rotate.status(house.room, address)
        assert (status.state, status.new) == ("promoted", 2)
        assert acts(house.room, address)[:5] == ["begin", "mint", "set", "test", "promote"]
        assert {desk.asked[str(address), ask] for ask in ("set", "test")} == {1}
        assert len([one for one in desk.messages if f"{address}".encode() in one]) == 1
        assert house.works(address)
    assert len(desk.messages) == COUNT


def test_an_agent_that_is_told_to_stop_in_a_rotation_leaves_the_rest_to_the_next(
    house: House,
) -> None:
    """It was setting two; two it had not begun to work on."""
    desk, room = house.desk, house.room
    desk.waits = lambda asked: asked["ask"] == "set"
    with house.agent() as process:
        desk.until(lambda: desk.waiting == PARALLEL)
        process.send_signal(signal.SIGTERM)
        desk.go.set()
        ended(process)
    states = Counter(rotate.status(room, address).state for address in SECRETS)
    assert states["planned"] == COUNT - PARALLEL
    assert all(house.works(address) for address in SECRETS)
    agent.Rounds(room).round()
    for address in SECRETS:
        assert rotate.status(room, address).state == "promoted"
        assert desk.asked[str(address), "set"] == 1
        assert house.works(address)
