"""Shares on a real room: between two people, and between two processes (P-8.10)."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from tests.conftest import Place

from strongroom.crypto.share import ShareCode
from strongroom.errors import (
    ConflictError,
    InvalidError,
    LimitError,
    NotFoundError,
    StrongroomError,
)
from strongroom.model.address import Address
from strongroom.ops import access, alarm, audit, key, secret, share
from strongroom.ops import room as rooms
from strongroom.ops.local import Local
from strongroom.secret.value import Field, Value

KEY = Address.parse("development/app/DB")
VALUE = Value({"password": Field("fake-1"), "host": Field("db", secret=False)})


@pytest.fixture
def kept(room: Local) -> Local:
    value = VALUE.composed({"url": "redis://:{password}@{host}"})
    secret.write(room, secret.WriteRequest(KEY, value, "database-password", "Ada"))
    return room


@pytest.fixture
def grace(kept: Local) -> Local:
    """Somebody whom the room knows and for whom no rule speaks."""
    access.add(kept, access.PrincipalRequest("grace"))
    found = next(p for p in rooms.principals(kept) if p.name == "grace")
    return replace(kept, caller=kept.caller._replace(principal=found.id))


def made(room: Local, **more: object) -> share.Created:
    return share.create(room, share.ShareRequest(KEY, "url", **more))  # type: ignore[arg-type]


def test_a_value_goes_from_one_person_to_another_and_both_are_recorded(
    kept: Local, grace: Local
) -> None:
    """Also what is put together from parts, as it is now."""
    created = made(kept, recipient="grace", reason="on call")
    opened = share.open_(grace, created.code)
    lines = audit.list_entries(kept, audit.Filter(address=str(KEY), limit=100))
    taken = [line for line in lines if line.principal == "grace"]

    assert b"redis://:fake-1@db" == opened.value.reveal()
    assert (KEY, 1, "url") == (opened.address, opened.version, opened.field)
    assert ["share", "share"] == [line.verb for line in lines if line.verb == "share"]
    assert [("read", "granted")] == [(line.verb, line.outcome) for line in taken]
    with pytest.raises(ConflictError) as error:
        share.open_(grace, created.code)
    assert "share-taken" == error.value.code


def test_what_is_put_together_from_other_secrets_is_not_shared(kept: Local) -> None:
    """A part could be frozen, rotated or denied to its taker, and nobody would know."""
    other = Address.parse("development/app/URL")
    value = VALUE.composed({"url": "redis://:{@app/DB#password}@{host}"})
    secret.write(kept, secret.WriteRequest(other, value, "database-password", "Ada"))

    with pytest.raises(InvalidError) as error:
        share.create(kept, share.ShareRequest(other, "url"))
    assert "share-composite" == error.value.code


def test_a_key_that_ends_takes_what_was_shared_under_it_along(kept: Local, grace: Local) -> None:
    created = made(kept)
    key.rotate(kept, "development")

    with pytest.raises(ConflictError) as error:
        share.open_(grace, created.code)
    assert "share-revoked" == error.value.code


def test_a_wrong_code_is_counted_and_raises_an_alarm(kept: Local, grace: Local) -> None:
    for _ in range(5):
        with pytest.raises(NotFoundError):
            share.open_(grace, ShareCode.new())
    with pytest.raises(LimitError):
        share.open_(grace, made(kept).code)
    alarms = alarm.list_alarms(kept)

    assert [("share-unknown", "grace")] * 5 == [(one.code, one.principal) for one in alarms]


def test_what_was_taken_back_does_not_open(kept: Local, grace: Local) -> None:
    created = made(kept)
    with pytest.raises(StrongroomError):
        share.revoke(grace, created.id[:8])
    share.revoke(kept, created.id[:8])
    with pytest.raises(ConflictError) as error:
        share.open_(grace, created.code)
    assert "share-revoked" == error.value.code
    assert ["revoked"] == [one.state for one in share.mine(kept)]
    assert [] == share.mine(grace)
    assert 1 == len(share.everybodys(kept))


@pytest.mark.parametrize("field", [None, "none"])
def test_one_field_is_chosen(kept: Local, field: str | None) -> None:
    with pytest.raises(StrongroomError) as error:
        share.create(kept, share.ShareRequest(KEY, field))
    assert error.value.code in {"field-needed", "field-unknown"}


@pytest.mark.parametrize("start", ["", "abc", "ffffffff"])
def test_an_id_that_is_none(kept: Local, start: str) -> None:
    with pytest.raises(NotFoundError):
        share.revoke(kept, start)


def test_the_code_stands_in_no_file_of_the_room_and_in_no_representation(kept: Local) -> None:
    created = made(kept)
    stored = b"".join(p.read_bytes() for p in kept.folder.iterdir() if p.is_file())
    groups = created.code.reveal().split("-")

    assert not any(group.encode() in stored for group in groups)
    assert created.code.secret not in stored
    assert not any(group in repr(created) for group in groups)


def test_of_two_processes_that_open_at_once_one_gets_it(kept: Local, place: Place) -> None:
    code = made(kept).code.reveal().encode()
    argv = [sys.executable, "-m", "strongroom", "share", "open", "--room", str(place.folder)]
    environ = {**os.environ, **place.environ, "NO_COLOR": "1"}
    started = [
        subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ
        )
        for _ in range(2)
    ]
    answers = [process.communicate(code) for process in started]

    assert [b"", b"redis://:fake-1@db"] == sorted(out for out, _ in answers)
    assert 1 == sum(b"[share-taken]" in err for _, err in answers)
