"""Tests for strongroom.gate.scheduled."""

from contextlib import closing

import pytest
from tests.ops.rotating import A, clock, house, more, system

from strongroom.errors import TamperedError
from strongroom.gate.rows import Seal
from strongroom.gate.scheduled import Scheduled, scheduled
from strongroom.ops import rotate
from strongroom.ops.local import Local
from strongroom.ops.rotate import StartRequest
from strongroom.rotation.rotators.memory import System

__all__ = ["clock", "house", "system"]


def read(room: Local, since_us: int = 0) -> list[Scheduled]:
    with closing(room.gate.connect()) as db, db.moment():
        return scheduled(db, Seal(room.keys.row_mac), ["development", "production"], since_us)


def test_every_secret_with_a_value_and_its_rotation(house: Local, system: System) -> None:
    more(house, system, 2)
    assert [one.secret.path for one in read(house)] == ["api/DATABASE", "api/DB0", "api/DB1"]
    assert all(one.rule is not None and one.run is None for one in read(house))
    rotate.start(house, StartRequest(A))
    assert [one.run is not None for one in read(house, 1 << 62)] == [True, False, False]
    rotate.abort(house, A)
    rotate.drive(house, A)
    assert read(house, house.now_us())[0].run is None
    ended = read(house)[0].run
    assert ended is not None
    assert ended.state == "rolled-back"


def test_a_rule_that_somebody_edited_is_not_believed(house: Local) -> None:
    with closing(house.gate.connect()) as db:
        for (name,) in db.query("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            db.execute(f"DROP TRIGGER {name!s}")
        db.execute("UPDATE rotation_rule SET mode = 'notify'")
    with pytest.raises(TamperedError):
        read(house)
