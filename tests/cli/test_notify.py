"""`strongroom notify` at the terminal, with a receiver on loopback."""

import json

from tests.cli.rooms import WEAK, Terminal
from tests.services.fake_http import Told, serving

from strongroom.cli.room import opened
from strongroom.notify.message import Event, Happened
from strongroom.ops import notify

CHAT = "development/ops/CHAT"
ADD = ("notify", "add", "chat", "--url-from", CHAT)


def put(kept: Terminal, url: str) -> None:
    made = ("--type", "api-key", "--owner", "Ada")
    assert 0 == kept.run("secret", "set", CHAT, *made, stdin=url.encode())


def owe(kept: Terminal) -> None:
    with opened(None) as room:
        notify.owe(room, Event(Happened.HELD, WEAK, 1, 2, code="held"))


def test_a_channel_from_its_first_message_to_its_last(kept: Terminal) -> None:
    with serving(lambda _: Told(200)) as fake:
        put(kept, fake.url.replace("http:", "json:") + "/fake-token")
        assert 0 == kept.run("notify", "list")
        assert b"no channel" in kept.out
        assert 0 == kept.run(*ADD, "--env", "development", "--on", "failure")
        assert b"notify test chat" in kept.out
        assert 0 == kept.run("notify", "test", "chat")
        (one,) = kept.json("notify", "list")
        assert (one["name"], one["environment"]) == ("chat", "development")
        assert (one["topics"], one["url_from"]) == (["failure"], CHAT)
        owe(kept)
        assert kept.json("notify", "status")["due"] == 1
        assert kept.json("notify", "deliver") == {"delivered": 1, "later": 0, "given_up": 0}
        assert json.loads(fake.asked[-1].body)["type"] == "failure"
        assert 0 == kept.run("notify", "status")
        assert b"1 delivered" in kept.out
        assert kept.json("notify", "remove", "chat") == {"removed": "chat"}
        assert kept.json("notify", "list") == []
        kept.run("audit", "list")
        assert b"fake-token" not in kept.out


def test_what_is_not_taken_is_shown_and_tried_again(kept: Terminal) -> None:
    with serving(lambda _: Told(500)) as fake:
        put(kept, fake.url.replace("http:", "json:") + "/fake-token")
        assert kept.json(*ADD) == {"added": "chat"}
        assert 9 == kept.run("notify", "test", "chat")
        assert b"[channel-refused]" in kept.err
        owe(kept)
        assert 1 == kept.run("notify", "deliver")
        assert b"1 to be tried again" in kept.out
        assert 0 == kept.run("notify", "status")
        assert b"rotation held" in kept.out
        assert 0 == kept.run("notify", "deliver")
        assert b"fake-token" not in kept.out + kept.err


def test_what_cannot_be_done_is_said(kept: Terminal) -> None:
    put(kept, "nonsense-fake")
    assert 3 == kept.run(*ADD)
    assert b"[channel-url]" in kept.err
    assert b"nonsense-fake" not in kept.err
    assert 3 == kept.run(*ADD, "--on", "everything")
    assert 5 == kept.run("notify", "test", "none")
    assert 5 == kept.run("notify", "remove", "none")
    assert b"[channel-unknown]" in kept.err
    assert 5 == kept.run("notify", "add", "x", "--url-from", "development/none/X")
