"""Opening a room: with the key file or the code, as the user whom the kernel names."""

import sqlite3
from pathlib import Path

import pytest
from tests.conftest import RESERVE_BYTES, Place
from tests.wiring.rooms import code_of

from strongroom import config, wiring
from strongroom.crypto import seal
from strongroom.crypto.keyfile import KeyFile
from strongroom.crypto.recovery import RecoveryCode
from strongroom.errors import ConflictError, DeniedError, SealedError, StrongroomError
from strongroom.gate.changes.house import ChangeSlots, SetSlot
from strongroom.gate.views import ListSlots
from strongroom.identity import os_user
from strongroom.identity.os_user import OsUser
from strongroom.model.address import Address
from strongroom.ops import access, audit, secret
from strongroom.ops import seal as seals
from strongroom.ops.local import Local, done
from strongroom.secret.value import Value
from strongroom.wiring import Founded

WEAK = Address.parse("development/a")


def _recover(place: Place, code: RecoveryCode) -> Path:
    return wiring.recover(
        place.settings,
        place.environ,
        place.folder,
        code.kind,
        lambda _: code,
        reserve_bytes=RESERVE_BYTES,
    )


def _keep(place: Place) -> None:
    with place.opened() as local:
        secret.write(local, secret.WriteRequest(WEAK, Value.single("weak"), "api-key", "Ada"))


def _value(local: Local) -> object:
    found = secret.read(local, WEAK).value.only
    return found and found.data


def test_the_recovery_code_makes_a_new_key_file_as_often_as_one_is_lost(
    place: Place, made: Founded
) -> None:
    _keep(place)
    code = RecoveryCode.parse(made.recovery.reveal().lower().replace("-", " "))
    first = made.keyfile.read_bytes()
    for _ in range(2):
        made.keyfile.unlink()
        assert made.keyfile == _recover(place, code)
        with place.opened() as local:
            assert "weak" == _value(local)
            assert audit.verify(local).ok
    assert "keyfile-exists" == _code(lambda: _recover(place, code))

    # Slots of the lost one stay, as docs/guide/room.md says.
    made.keyfile.write_bytes(first)
    with place.opened() as local:
        assert "weak" == _value(local)


def test_the_code_opens_nothing_for_who_may_not_administer(place: Place, made: Founded) -> None:
    with place.opened() as local:
        access.grant(local, access.GrantRequest(("administer",), principal=local.user, deny=True))
    made.keyfile.unlink()

    assert "denied-by-grant" == _code(lambda: _recover(place, made.recovery))
    assert not made.keyfile.exists()


def test_the_code_of_a_stranger_opens_nothing(
    place: Place, made: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.keyfile.unlink()
    monkeypatch.setattr(os_user, "user", lambda uid: OsUser(uid, "mallory"))

    assert "principal-unknown" == _code(lambda: _recover(place, made.recovery))
    assert not made.keyfile.exists()


def _code(attempt: object) -> str:
    with pytest.raises(StrongroomError) as error:
        attempt()  # type: ignore[operator]
    return error.value.code


def test_a_room_without_slots_for_it_takes_no_key_file(place: Place, made: Founded) -> None:
    with sqlite3.connect(made.folder / "room.db") as db:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'seal'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE seal SET state = 'removed' WHERE kind = 'keyfile'")
    db.close()

    assert "slot-missing" == code_of(place)


def test_a_room_of_before_holders_opens(place: Place, made: Founded) -> None:
    """Its credentials open each key directly."""
    with place.opened() as local:
        keyfile = KeyFile.decode(made.keyfile.read_bytes())
        named = {n: k for n, k in local.ring.keys.items() if not n.startswith("anchor:")}
        old = [seal.create(made.room_id, n, k, keyfile) for n, k in named.items()]
        rows = done(local.gate.look(local.caller, ListSlots()))
        assert isinstance(rows, list)
        gone = [SetSlot(r.id, r.kind, r.opens, r.slot, "removed") for r in rows]
        changes = (*gone, *map(SetSlot.of, old))
        done(local.gate.change(local.caller, ChangeSlots(changes)))
    _keep(place)

    with place.opened() as local:
        assert local.ring.holder is None
        assert "weak" == _value(local)
        assert audit.verify(local).ok


def test_a_slot_that_the_room_did_not_write_is_refused(place: Place, made: Founded) -> None:
    with sqlite3.connect(made.folder / "room.db") as db:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'seal'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE seal SET opens = 'room' WHERE kind = 'recovery'")
    db.close()

    assert "row-tampered" == code_of(place)


def test_what_was_refused_is_signed_when_the_room_closes(place: Place, made: Founded) -> None:
    with place.opened() as local:
        access.grant(local, access.GrantRequest(("read",), principal=local.user, deny=True))
    with pytest.raises(DeniedError), place.opened() as local:
        secret.read(local, WEAK)
    with sqlite3.connect(f"file:{made.folder / 'room.db'}?mode=ro", uri=True) as db:
        ((entries,),) = db.execute("SELECT count(*) FROM entry").fetchall()
        ((signed,),) = db.execute("SELECT max(size) FROM checkpoint").fetchall()
    db.close()

    assert entries == signed


def test_another_recovery_code_opens_nothing(place: Place, made: Founded) -> None:
    made.keyfile.unlink()
    with pytest.raises(SealedError) as error:
        _recover(place, RecoveryCode.new())

    assert "seal-wrong-credential" == error.value.code
    assert not made.keyfile.exists()


def test_a_user_whom_the_room_does_not_know_is_told_how_to_be_added(
    place: Place, made: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os_user, "user", lambda uid: OsUser(uid, "mallory"))

    assert "principal-unknown" == code_of(place)


def test_a_folder_without_a_room_is_said_to_be(place: Place, tmp_path: Path) -> None:
    assert "db-missing" == code_of(place)
    with pytest.raises(StrongroomError) as error:
        wiring.find_folder(place.settings, None)
    assert "room-not-found" == error.value.code


def test_a_database_without_a_room_is_said_to_be(place: Place) -> None:
    place.folder.mkdir()
    sqlite3.connect(place.folder / "room.db").close()

    assert code_of(place) in {"room-not-founded", "db-missing"}


def test_the_folder_is_found_by_name_environment_context_or_nearby(tmp_path: Path) -> None:
    (tmp_path / ".strongroom").mkdir()
    (tmp_path / ".strongroom" / "room.db").touch()
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    file = tmp_path / "c.toml"
    config.save(file, {"x": config.Context("x", room=tmp_path / "of-context")}, "x")
    environ = {"STRONGROOM_CONFIG": str(file)}
    plain = config.load({"STRONGROOM_CONFIG": str(tmp_path / "none.toml")}, below)

    assert tmp_path / ".strongroom" == wiring.find_folder(plain, None)
    assert tmp_path / "of-context" == wiring.find_folder(config.load(environ, below), None)
    both = config.load({**environ, "STRONGROOM_ROOM": "of-environ"}, below)
    assert below / "of-environ" == wiring.find_folder(both, None)
    assert below / "given" == wiring.find_folder(both, Path("given"))


def test_a_seal_that_is_removed_while_its_owner_types_makes_no_key_file(
    place: Place, made: Founded
) -> None:
    code = RecoveryCode.parse(made.recovery.reveal())
    lost = made.keyfile.with_name("away")

    def slowly(_: object) -> RecoveryCode:
        with place.opened() as local:
            seals.remove(local, seals.find(local, "recovery"), None, "it was found")
        made.keyfile.rename(lost)
        return code

    with pytest.raises(ConflictError) as error:
        wiring.recover(
            place.settings, place.environ, place.folder, code.kind, slowly,
            reserve_bytes=RESERVE_BYTES,
        )  # fmt: skip
    assert "seals-changed" == error.value.code
    assert not made.keyfile.exists()
