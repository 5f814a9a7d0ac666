"""Anchors of a room: what was put back, written anew or shown to two is named."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.anchor.places import PLACES, git
from tests.conftest import Place

from strongroom.anchor.kinds import Kind
from strongroom.audit.anchored import Verdict
from strongroom.errors import DeniedError, StrongroomError
from strongroom.model.address import Address
from strongroom.ops import access, audit, secret
from strongroom.ops import audit_anchor as ops
from strongroom.ops.local import Local
from strongroom.secret.value import Value

KEY = Address.parse("development/api/SECRET_KEY")


def work(room: Local) -> None:
    secret.write(room, secret.WriteRequest(KEY, Value.single("weak-1"), "api-key", "Ada"))
    secret.read(room, KEY)
    audit.sequence(room)


@pytest.fixture(params=list(Kind))
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
def anchor(kind: Kind, tmp_path: Path) -> Path:
    return PLACES[kind](tmp_path)


def verdicts(room: Local) -> list[Verdict]:
    return [one.verdict for one in ops.judge(room, str(audit.verifier_key(room)))]


def test_what_is_pushed_is_kept_and_holds(room: Local, kind: Kind, anchor: Path) -> None:
    added = ops.add(room, kind, str(anchor))
    work(room)
    (pushed,) = ops.push(room)

    assert pushed.new
    assert added.size < pushed.size
    assert pushed.error is None
    (judged,) = ops.judge(room)
    assert (judged.verdict, judged.kept, judged.size) == (Verdict.HOLDS, 2, pushed.size)
    assert [row.place for row in ops.rows(room)] == [str(anchor)]
    assert ops.remove(room, str(anchor)).state == "removed"
    assert ops.judge(room) == []
    assert not ops.any_of(room)


@pytest.fixture
def rolled_back(place: Place, room: Local, kind: Kind, anchor: Path) -> Iterator[Local]:
    """The database as it was before the last push."""
    ops.add(room, kind, str(anchor))
    audit.sequence(room)
    copy = place.folder.parent / "copy.db"
    with sqlite3.connect(place.folder / "room.db") as db:
        db.execute("VACUUM INTO ?", (str(copy),))
    db.close()
    work(room)
    ops.push(room)
    room.gate.close()
    with sqlite3.connect(copy) as db:
        db.execute("DELETE FROM lease")  # as it ends by itself after ten seconds
    db.close()
    for name in ("room.db-wal", "room.db-shm"):
        (place.folder / name).unlink(missing_ok=True)
    shutil.copyfile(copy, place.folder / "room.db")
    with place.opened() as old:
        yield old


def test_an_older_database_that_was_put_back_is_found(rolled_back: Local) -> None:
    assert audit.verify(rolled_back).ok, "alone, the log does not show it"
    assert verdicts(rolled_back) == [Verdict.ROLLED_BACK]
    (pushed,) = ops.push(rolled_back)
    assert pushed.error is not None
    assert pushed.error.code == "anchor-contradicts"


def test_a_past_that_went_on_differently_is_found(rolled_back: Local) -> None:
    """It was put back, and used until it was longer than before."""
    work(rolled_back)
    for _ in range(6):
        secret.read(rolled_back, KEY)
    assert audit.verify(rolled_back).ok

    assert verdicts(rolled_back) == [Verdict.RE_SIGNED]


def test_an_anchor_that_cannot_be_read_is_not_called_good(
    room: Local, kind: Kind, anchor: Path, tmp_path: Path
) -> None:
    ops.add(room, kind, str(anchor))
    anchor.rename(tmp_path / "away")
    assert verdicts(room) == [Verdict.UNREADABLE]
    if kind is Kind.GIT:
        (pushed,) = ops.push(room)
        assert pushed.error is not None


def test_two_anchors_that_were_shown_different_pasts(
    room: Local, place: Place, tmp_path: Path
) -> None:
    """The room is copied, and both go on under one key; one of them is anchored elsewhere."""
    first = tmp_path / "first"
    ops.add(room, Kind.FILE, str(first))
    ops.add(room, Kind.FILE, str(tmp_path / "second"))
    size = int(audit.checkpoint(room).split("\n")[1])
    ops.push(room)
    text = first.read_text("utf-8")
    signer = room.gate._room.log_key
    assert signer is not None
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from strongroom.audit import exported
    from strongroom.audit.checkpoint import Checkpoint, origin_of, sign

    last = int(text.splitlines()[-1].split("\\n")[1])
    other = sign(
        Checkpoint(origin_of(room.instance_id), last, bytes(32), room.now_us()),
        Ed25519PrivateKey.from_private_bytes(signer.seed),
    )
    first.write_bytes(
        b"".join(first.read_bytes().splitlines(keepends=True)[:-1]) + exported.checkpoint(other)
    )

    assert size <= last
    assert verdicts(room) == [Verdict.SPLIT_VIEW, Verdict.SPLIT_VIEW]


def test_the_branch_has_a_commit_for_each_push(room: Local, tmp_path: Path) -> None:
    repo = PLACES[Kind.GIT](tmp_path)
    ops.add(room, Kind.GIT, str(repo))
    ops.push(room)

    branch = f"strongroom-anchor/{room.instance_id.hex()}"
    assert len(git(repo, "rev-list", branch).splitlines()) == 2


@pytest.mark.parametrize(
    ("kind", "where", "code"),
    [
        (Kind.GIT, "https://ada:password@example.org/x.git", "anchor-remote"),
        (Kind.FILE, "room/anchor", "anchor-inside"),
        (Kind.FILE, "none/anchor", "anchor-unwritable"),
        (Kind.GIT, "none", "anchor-unreadable"),
        (Kind.FILE, "config.toml", "anchor-foreign"),
    ],
)
def test_a_place_that_cannot_serve_is_not_added(
    room: Local, tmp_path: Path, kind: Kind, where: str, code: str
) -> None:
    (tmp_path / "config.toml").write_text("[x]\n", "utf-8")
    with pytest.raises(StrongroomError) as raised:
        ops.add(room, kind, where if ":" in where else str(tmp_path / where))

    assert raised.value.code == code
    assert ops.rows(room) == []
    assert (tmp_path / "config.toml").read_text("utf-8") == "[x]\n"


def test_without_an_anchor_nothing_is_pushed(room: Local) -> None:
    with pytest.raises(StrongroomError) as raised:
        ops.push(room)
    assert raised.value.code == "anchor-none"
    with pytest.raises(StrongroomError) as raised:
        ops.remove(room, "/none")
    assert raised.value.code == "anchor-unknown"


def test_who_may_not_audit_sees_no_anchor(room: Local) -> None:
    access.grant(room, access.GrantRequest(("audit",), principal=room.user, deny=True))
    for look in (ops.rows, ops.push, ops.judge):
        with pytest.raises(DeniedError):
            look(room)
