"""Who is told of a rotation, in which order, and what one that fails does to the others."""

import logging
import secrets
import threading

import pytest

from strongroom.runtime.listeners import Listeners, same
from strongroom.runtime.secret import Secret

TEXT = secrets.token_urlsafe(32)
WAIT_S = 30.0


def version(number: int) -> Secret:
    return Secret(f"{TEXT}{number}", name="KEY", version=number)


class Shelf:
    """What is current."""

    def __init__(self, secret: Secret | None = None) -> None:
        self.secret = secret
        self.listeners = Listeners(lambda name: self.secret if name == "KEY" else None)

    def turn(self, number: int) -> None:
        self.secret = version(number)
        self.listeners.announce("KEY")


def test_the_first_value_is_no_rotation() -> None:
    shelf, told = Shelf(), list[Secret]()
    shelf.listeners.add("KEY", told.append)
    shelf.turn(1)
    assert told == []
    shelf.turn(2)
    assert [one.version for one in told] == [2]


def test_each_is_told_once_until_he_wants_no_more() -> None:
    shelf, told = Shelf(version(1)), list[int | None]()
    end = shelf.listeners.add("KEY", lambda secret: told.append(secret.version))
    shelf.turn(2)
    shelf.listeners.announce("KEY")
    shelf.listeners.announce("OTHER")
    end()
    end()
    shelf.turn(3)
    assert told == [2]
    assert shelf.listeners.names() == frozenset()


def test_one_that_fails_stops_nobody_and_shows_nothing(caplog: pytest.LogCaptureFixture) -> None:
    shelf, told = Shelf(version(1)), list[Secret]()

    def fail(secret: Secret) -> None:
        raise ValueError(secret.reveal())

    shelf.listeners.add("KEY", fail)
    shelf.listeners.add("KEY", told.append)
    with caplog.at_level(logging.DEBUG):
        shelf.turn(2)
        shelf.turn(3)
    assert [one.version for one in told] == [2, 3]
    assert caplog.text.count("KEY rotated failed: ValueError") == 2
    assert TEXT not in caplog.text


def test_one_that_causes_a_rotation_is_told_of_it_afterwards() -> None:
    shelf, told, depth = Shelf(version(1)), list[int | None](), [0]

    def turn(secret: Secret) -> None:
        depth[0] += 1
        assert depth[0] == 1
        told.append(secret.version)
        if secret.version == 2:
            shelf.turn(3)
        depth[0] -= 1

    shelf.listeners.add("KEY", turn)
    shelf.turn(2)
    assert told == [2, 3]


def test_no_lock_is_held_while_one_is_told_and_he_ends_with_the_newest() -> None:
    """Another thread rotates twice meanwhile: it is not held up, and the order is kept."""
    shelf, told = Shelf(version(1)), list[int | None]()

    def slow(secret: Secret) -> None:
        told.append(secret.version)
        if secret.version == 2:
            other = threading.Thread(target=lambda: list(map(shelf.turn, (3, 4))))
            other.start()
            other.join(WAIT_S)
            assert not other.is_alive()

    shelf.listeners.add("KEY", slow)
    shelf.turn(2)
    assert told == [2, 4]


def test_versions_are_the_same_by_number_and_text() -> None:
    assert same(version(1), version(1))
    assert not same(version(1), version(2))
    assert not same(Secret("one-text", name="A"), Secret("two-text", name="A"))
