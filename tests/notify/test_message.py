"""Facts and what is said of them: names, numbers, codes, and nothing else."""

import json

import pytest

from strongroom.errors import InvalidError
from strongroom.notify import message
from strongroom.notify.message import Event, Happened, Topic

S = "production/api/DB"


def test_what_the_engine_writes_is_read() -> None:
    body = {
        "event": "rotation-held", "secret": S, "version": 3, "emergency": False, "code": "held",
        "rotation": "ab12", "held_by": ["web/node-1 says so", "10.0.0.1 (pg_stat_activity, 3)"],
        "at_us": 7, "more": "later",
    }  # fmt: skip
    event = message.decode(json.dumps(body).encode())
    assert (event.event, event.secret, event.version, event.at_us) == (Happened.HELD, S, 3, 7)
    assert event.held_by == tuple(body["held_by"])  # type: ignore[arg-type]
    assert event.environment == "production"
    assert message.decode(message.encode(event)) == event


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"event":"other","secret":"a","at_us":1}',
        b'{"event":"test","secret":"a b","at_us":1}',
        b'{"event":"test","secret":"a\\n","at_us":1}',
        b'{"event":"test","secret":"a","at_us":1,"code":"Not a code"}',
        b'{"event":"test","secret":"a","at_us":1,"rotation":"<b>"}',
        b'{"event":"test","secret":"' + b"a" * 20_000 + b'","at_us":1}',
    ],
    ids=range(9),
)
def test_what_was_not_written_here_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidError) as caught:
        message.decode(body)
    assert caught.value.code == "notice-invalid"


def test_a_name_that_could_mean_something_is_not_shown() -> None:
    names = ("<!channel>", "a\nb", "\x1b[31m", "x" * 500, "web/node-1")
    event = message.checked(Event(Happened.HELD, S, 1, held_by=names))
    assert event.held_by == ("a name that is not shown",) * 4 + ("web/node-1",)
    assert len(message.checked(Event(Happened.HELD, S, 1, held_by=("a",) * 99)).held_by) == 20


@pytest.mark.parametrize("kind", Happened)
def test_everything_that_happens_is_said_in_a_few_lines(kind: Happened) -> None:
    event = Event(kind, S, 1, 4, code="target-denied", held_by=("web",), days=7, emergency=True)
    said = message.render(event, "ab12cd34")
    assert S in said.title
    assert "ab12cd34" in said.body
    assert "web" in said.body
    assert "{" not in said.title + said.body
    assert len(said.body) < 1_000
    wanted = {Happened.ROLLED_BACK, Happened.HELD, Happened.NEEDS_PERSON}
    assert said.bad == (kind in wanted)


def test_somebody_is_told_what_to_do() -> None:
    said = message.render(Event(Happened.NEEDS_PERSON, S, 1, code="target-changed"), "r").body
    assert "(target-changed)" in said
    assert f"strongroom rotate explain {S}" in said


@pytest.mark.parametrize(
    ("days", "words"),
    [(14, "in 14 days"), (1, "in 1 day."), (0, "in 0 days"), (-1, "for 1 day."), (None, "is due")],
)
def test_a_reminder_says_when(days: int | None, words: str) -> None:
    assert words in message.render(Event(Happened.DUE, S, 1, days=days), "r").body


def test_a_reminder_is_the_same_whenever_it_is_noticed_and_a_rotation_is_not() -> None:
    def id_(kind: Happened, at_us: int, days: int = 7) -> bytes:
        return Event(kind, S, at_us, days=days).id

    assert id_(Happened.DUE, 1) == id_(Happened.DUE, 2)
    assert id_(Happened.DUE, 1) != id_(Happened.DUE, 1, 1)
    assert id_(Happened.DONE, 1) != id_(Happened.DONE, 2)


@pytest.mark.parametrize(
    ("kind", "topics", "environment", "takes"),
    [
        (Happened.DONE, [Topic.ROTATION], "", True),
        (Happened.DONE, [Topic.ROTATION], "production", True),
        (Happened.DONE, [Topic.ROTATION], "staging", False),
        (Happened.DONE, [Topic.FAILURE, Topic.REMINDER], "", False),
        (Happened.HELD, [Topic.FAILURE], "", True),
        (Happened.DUE, [Topic.REMINDER], "", True),
        (Happened.TEST, [Topic.REMINDER], "", True),
        (Happened.DONE, ["nonsense"], "", False),
    ],
)
def test_a_channel_takes_what_it_asked_for(
    kind: Happened, topics: list[str], environment: str, takes: bool
) -> None:
    assert message.wanted(Event(kind, S, 1), topics, environment) == takes
