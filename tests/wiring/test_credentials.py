"""What opens a room when it is not the key file."""

from pathlib import Path

import pytest
from tests.conftest import RESERVE_BYTES, Place

from strongroom import wiring
from strongroom.crypto.passphrase import Passphrase
from strongroom.crypto.recovery import RecoveryCode
from strongroom.crypto.shamir import Share, Shares, Sharing
from strongroom.crypto.slot import Kind
from strongroom.errors import InvalidError, StrongroomError
from strongroom.ops import audit, backup, seal
from strongroom.ops.local import Local
from strongroom.wiring import Asking, Founded, credentials

CODE = RecoveryCode(bytes(range(32)))


def _opened(place: Place, **environ: str) -> str:
    """The code of what opening it so ends with, or the kind that opened it."""
    try:
        with wiring.open_room(
            place.settings, {**place.environ, **environ}, place.folder, reserve_bytes=RESERVE_BYTES
        ) as local:
            return next(one.kind for one in seal.list_seals(local) if one.in_use)
    except StrongroomError as error:
        return error.code


def _typed(tmp_path: Path, text: str) -> str:
    path = tmp_path / "typed"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return str(path)


def test_the_kind_is_said_by_the_environment(place: Place, made: Founded, tmp_path: Path) -> None:
    code = _typed(tmp_path, made.recovery.reveal() + "\n")

    assert "keyfile" == _opened(place) == _opened(place, STRONGROOM_SEAL="")
    assert "recovery" == _opened(place, STRONGROOM_SEAL="recovery", STRONGROOM_SEAL_FILE=code)
    assert "seal-kind-unknown" == _opened(place, STRONGROOM_SEAL="Recovery")
    # Which file it is does not say that it is to be used.
    assert "keyfile" == _opened(place, STRONGROOM_SEAL_FILE=code)
    assert "seal-not-given" == _opened(place, STRONGROOM_SEAL="recovery")
    assert "slot-missing" == _opened(place, STRONGROOM_SEAL="passphrase", STRONGROOM_SEAL_FILE=code)


def test_a_file_is_private_or_opens_nothing(place: Place, made: Founded, tmp_path: Path) -> None:
    code = _typed(tmp_path, made.recovery.reveal())
    given = {"STRONGROOM_SEAL": "recovery", "STRONGROOM_SEAL_FILE": code}
    Path(code).chmod(0o640)

    assert "keyfile-exposed" == _opened(place, **given)
    given["STRONGROOM_SEAL_FILE"] = str(tmp_path / "none")
    assert "keyfile-missing" == _opened(place, **given)
    given["STRONGROOM_SEAL_FILE"] = str(tmp_path)
    assert "keyfile-unreadable" == _opened(place, **given)


def test_a_door_is_told_which_shares_there_are(room: Local) -> None:
    sharing = Sharing(room.keys.room_id, 3, 2)
    seal.add(room, sharing, seal.Scope())
    asking = Asking(Kind.SHAMIR, room.keys.room_id, tuple(seal.decoded(seal.active(room))))

    (found,) = asking.sets
    assert 2 == found.threshold
    found.check(room.keys.room_id, sharing.shares[2])


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_text_is_taken_less_one_lines_end(end: str) -> None:
    found = credentials.of_text(Kind.PASSPHRASE, f" two words {end}")
    assert isinstance(found, Passphrase)
    assert found._text == b" two words "
    code = credentials.of_text(Kind.RECOVERY, CODE.reveal() + end)
    assert isinstance(code, RecoveryCode)
    assert code.secret == CODE.secret


def test_shares_stand_one_a_line_and_a_bad_line_is_named() -> None:
    lines = [share.reveal() for share in Sharing(bytes(16), 3, 2).shares]
    found = credentials.of_text(Kind.SHAMIR, "\n\n".join(lines) + "\n")

    assert isinstance(found, Shares)
    assert 3 == len(found._shares)
    assert all(isinstance(share, Share) for share in found._shares)
    with pytest.raises(InvalidError) as error:
        credentials.of_text(Kind.SHAMIR, f"{lines[0]}\n{lines[1][:-1]}\n")
    assert "share-length" == error.value.code
    assert error.value.message.startswith("line 2: ")
    assert lines[1][:9] not in error.value.message


def test_a_backup_is_restored_without_the_key_file(
    place: Place, made: Founded, tmp_path: Path
) -> None:
    """The code in the safe is all that is left: of the machine, and of its key file."""
    with place.opened() as local:
        saved = backup.create(local, tmp_path / "a.backup")
    made.keyfile.unlink()
    code = _typed(tmp_path, made.recovery.reveal())
    environ = {**place.environ, "STRONGROOM_SEAL": "recovery", "STRONGROOM_SEAL_FILE": code}
    restored = wiring.restore(
        place.settings, environ, saved.path, tmp_path / "new", "drill", None,
        reserve_bytes=RESERVE_BYTES,
    )  # fmt: skip
    with wiring.open_room(
        place.settings, environ, restored.folder, reserve_bytes=RESERVE_BYTES
    ) as again:
        assert again.log_public is not None
        assert audit.verify(again).ok


def test_a_person_is_asked_once_for_work_that_opens_a_room_twice() -> None:
    asked: list[Asking] = []

    def ask(asking: Asking) -> Passphrase:
        asked.append(asking)
        return Passphrase("a phrase of somebody's")

    again = credentials.once(ask)
    asking = Asking(Kind.PASSPHRASE, bytes(16), ())

    assert again(asking) is again(asking)
    assert asked == [asking]
