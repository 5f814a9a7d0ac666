"""A copied database is recognised; a moved one is not mistaken for one, once somebody said so."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from tests.conftest import RESERVE_BYTES, Place
from tests.wiring.backups import A, value
from tests.wiring.rooms import code_of

from strongroom import wiring
from strongroom.errors import MachineError, SealedError, StrongroomError
from strongroom.ops import access, audit, fsck, secret
from strongroom.secret.value import Value
from strongroom.wiring import Founded
from strongroom.wiring.place import check, place_of


def copied(place: Place, to: Path) -> Place:
    shutil.copytree(place.folder, to, copy_function=shutil.copy2)
    return Place(to, place.environ, place.settings)


def moved(place: Place, *, anywhere: bool = False) -> None:
    wiring.moved(
        place.settings, place.environ, place.folder, "a test",
        anywhere=anywhere, reserve_bytes=RESERVE_BYTES,
    )  # fmt: skip


def in_place(place: Place, *, cloned: bool = False) -> wiring.Restored:
    return wiring.in_place(
        place.settings, place.environ, place.folder, "a test",
        cloned=cloned, reserve_bytes=RESERVE_BYTES,
    )  # fmt: skip


def test_a_copy_is_not_opened_and_the_original_is(
    place: Place, made: Founded, tmp_path: Path
) -> None:
    copy = copied(place, tmp_path / "copy")

    assert code_of(copy) == "room-copied"
    code = made.recovery
    with pytest.raises(SealedError) as error:
        wiring.recover(copy.settings, copy.environ, copy.folder, code.kind, lambda _: code)
    assert error.value.code == "room-copied"
    with place.opened() as local:
        assert local.gate.status().ready


def test_a_folder_that_was_renamed_is_the_room_itself(
    place: Place, made: Founded, tmp_path: Path
) -> None:
    made.folder.rename(tmp_path / "elsewhere")
    with Place(tmp_path / "elsewhere", place.environ, place.settings).opened() as local:
        assert local.gate.status().ready


def test_a_room_that_was_moved_is_opened_once_somebody_says_so(
    place: Place, made: Founded, tmp_path: Path
) -> None:
    copy = copied(place, tmp_path / "copy")
    moved(copy)
    with copy.opened() as local:
        assert "place" in {line.kind for line in audit.list_entries(local, audit.Filter())}
        assert fsck.check(local).ok

    assert code_of(copied(copy, tmp_path / "again")) == "room-copied"
    assert made.folder.is_dir()


def test_where_files_get_new_numbers_nothing_is_recognised(
    place: Place, made: Founded, tmp_path: Path
) -> None:
    moved(place, anywhere=True)
    with copied(place, tmp_path / "copy").opened() as local:
        assert local.gate.status().ready
    assert made.folder.is_dir()


def test_who_may_not_administer_moves_nothing(place: Place, made: Founded, tmp_path: Path) -> None:
    with place.opened() as local:
        access.grant(local, access.GrantRequest(("administer",), principal=local.user, deny=True))
    copy = copied(place, tmp_path / "copy")
    for attempt in (moved, in_place):
        with pytest.raises(StrongroomError) as error:
            attempt(copy)
        assert error.value.code == "denied-by-grant"
    assert code_of(copy) == "room-copied"
    assert made.folder.is_dir()


def test_a_copy_becomes_an_instance_of_its_own(place: Place, made: Founded, tmp_path: Path) -> None:
    with place.opened() as local:
        secret.write(local, secret.WriteRequest(A, Value.single("fake"), "api-key", "Ada"))
    copy = copied(place, tmp_path / "copy")
    became = in_place(copy)
    with copy.opened() as local:
        assert local.instance_id == became.instance_id != made.instance_id
        assert local.gate.status().state == "restored"
        assert fsck.check(local).ok
    with place.opened() as local:
        assert value(local) == "fake"


def test_the_room_itself_is_not_turned_into_another_by_mistake(place: Place, made: Founded) -> None:
    with pytest.raises(StrongroomError) as error:
        in_place(place)
    assert error.value.code == "room-not-copied"

    assert in_place(place, cloned=True).from_instance == made.instance_id


def test_a_copy_that_is_not_whole_becomes_no_instance(
    place: Place, made: Founded, tmp_path: Path
) -> None:
    copy = copied(place, tmp_path / "copy")
    _by_hand(copy.folder, "UPDATE entry SET leaf = x'00'")
    with pytest.raises(StrongroomError) as error:
        in_place(copy)

    assert error.value.code == "room-not-whole"
    assert made.folder.is_dir()


@pytest.mark.parametrize("planted", ["'any'", "x'00'"])
def test_a_place_that_was_planted_opens_no_copy(
    place: Place, made: Founded, tmp_path: Path, planted: str
) -> None:
    copy = copied(place, tmp_path / "copy")
    _by_hand(copy.folder, f"UPDATE meta SET value = CAST({planted} AS BLOB) WHERE key = 'place'")

    assert code_of(copy) in {"row-tampered", "room-copied"}
    assert made.folder.is_dir()


def test_a_room_of_before_places_is_marked_by_the_first_who_may(
    place: Place, made: Founded, tmp_path: Path
) -> None:
    """As if the row and its change had never been: rooms were made before there were places."""
    _by_hand(made.folder, "DELETE FROM meta WHERE key = 'place'", "meta_kept")
    # The row was there, and is missed: whoever deletes it does not get his copy marked.
    assert code_of(place) == "row-missing"
    _by_hand(made.folder, "UPDATE change SET row = 'else' WHERE row = 'place'", "change_stays")
    with place.opened():
        pass

    assert code_of(copied(place, tmp_path / "copy")) == "room-copied"


def test_a_place_is_the_files_own(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).touch()
    place = place_of(tmp_path / "a")
    (tmp_path / "a").rename(tmp_path / "c")

    assert place == place_of(tmp_path / "c") != place_of(tmp_path / "b")
    check(place, tmp_path / "c")
    check(None, tmp_path / "b")
    check(b"any", tmp_path / "b")
    with pytest.raises(SealedError):
        check(place, tmp_path / "b")
    with pytest.raises(MachineError):
        place_of(tmp_path / "none")


def _by_hand(folder: Path, sql: str, *only: str) -> None:
    """Run `sql` without triggers, or without those that are named."""
    db = sqlite3.connect(folder / wiring.DATABASE)
    for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        if not only or name in only:
            db.execute(f"DROP TRIGGER {name}")
    db.execute(sql)
    db.commit()
    db.close()
