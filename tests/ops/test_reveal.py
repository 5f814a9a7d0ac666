"""Tests for strongroom.ops.reveal: who sees a value before it is current, and that it is written down."""

from datetime import timedelta

import pytest
from tests.ops.rotating import A, clock, house, system
from time_machine import Traveller

from strongroom.errors import ConflictError, DeniedError, NotFoundError
from strongroom.ops import access, audit, rotate, secret
from strongroom.ops.audit import Filter
from strongroom.ops.local import Local
from strongroom.ops.reveal import reveal
from strongroom.ops.rotate import StartRequest
from strongroom.rotation.rotators.interface import TargetUnreachableError
from strongroom.rotation.rotators.memory import System

__all__ = ["clock", "house", "system"]


@pytest.fixture
def waiting(house: Local, system: System) -> Local:
    """An emergency whose target is away: a person has to set the value."""
    system.fault = TargetUnreachableError("target-unreachable", "nobody there")
    rotate.start(house, StartRequest(A, emergency=True))
    assert rotate.drive(house, A).code == "target-unreachable"
    return house


def test_the_pending_value_is_shown_and_that_is_an_entry_of_its_own(
    waiting: Local, system: System
) -> None:
    found = reveal(waiting, A, reason="set by hand")
    assert found.version == 2
    entry = audit.list_entries(waiting, Filter(address=str(A)))[-1]
    assert (entry.kind, entry.verb, entry.version) == ("reveal", "rotate", 2)
    assert entry.detail["reason"] == "set by hand"
    text = found.value.fields["password"].data
    assert str(text) not in repr(found) + repr(entry)

    system.fault = None
    rotate.drive(waiting, A)
    assert secret.read(waiting, A).value.fields["password"].data == text


def test_there_is_nothing_to_show_before_and_after(house: Local, clock: Traveller) -> None:
    with pytest.raises(NotFoundError) as none:
        reveal(house, A)
    rotate.start(house, StartRequest(A))
    with pytest.raises(NotFoundError) as early:
        reveal(house, A)
    rotate.drive(house, A)
    with pytest.raises(ConflictError) as late:
        reveal(house, A)
    codes = [caught.value.code for caught in (none, early, late)]
    assert codes == ["rotation-none", "pending-none", "pending-promoted"]
    clock.shift(timedelta(hours=1))


def test_who_may_read_it_may_not_see_it_before_it_is_current(waiting: Local) -> None:
    """The permission is to rotate."""
    denied = access.GrantRequest(("rotate",), "development", principal=waiting.user, deny=True)
    access.grant(waiting, denied)
    with pytest.raises(DeniedError):
        reveal(waiting, A)
