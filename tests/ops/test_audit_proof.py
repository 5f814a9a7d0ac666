"""Proofs from a room: of an entry by any of its names, and of an older checkpoint."""

from pathlib import Path

import pytest

from strongroom.audit import proven
from strongroom.audit.proven import Continued, Included
from strongroom.errors import AuditBrokenError, DeniedError, StrongroomError
from strongroom.model.address import Address
from strongroom.ops import access, audit, secret
from strongroom.ops import audit_proof as ops
from strongroom.ops.audit import Filter
from strongroom.ops.audit_proof import ProofRequest
from strongroom.ops.local import Local
from strongroom.secret.value import Value

KEY = Address.parse("production/api/SECRET_KEY")


@pytest.fixture(autouse=True)
def _busy(room: Local) -> None:
    request = secret.WriteRequest(KEY, Value.single(""), "jwt-secret-key", "Ada")
    secret.generate_into(room, request)
    secret.read(room, KEY, reason="to look at it")


def _shown(room: Local, wanted: ProofRequest) -> Included:
    document = proven.encode(ops.prove(room, wanted))
    shown = ops.check(document, str(audit.verifier_key(room)))
    assert isinstance(shown, Included)
    return shown


def test_an_entry_is_named_by_place_by_lane_or_by_what_happened(room: Local) -> None:
    (line,) = audit.list_entries(room, Filter(verb="read"))
    by_place = _shown(room, ProofRequest(str(line.place)))
    lane = f"{by_place.entry.lane.hex()}/{by_place.entry.seq}"
    by_lane = _shown(room, ProofRequest(lane, detail=True))
    assert by_place.entry == by_lane.entry
    assert by_place.entry.verb == "read"
    assert by_place.detail is None
    assert by_lane.detail is not None
    assert by_lane.detail["reason"] == "to look at it"


def test_an_entry_is_named_by_address_and_second(
    room: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    (line,) = audit.list_entries(room, Filter(verb="read"))
    asked: list[Filter] = []

    def listed(_: Local, wanted: Filter) -> list[audit.Line]:
        asked.append(wanted)
        return [line] * len(asked)

    monkeypatch.setattr(ops, "list_entries", listed)
    shown = _shown(room, ProofRequest(address=str(KEY), at_us=line.at_us))

    assert shown.place == line.place
    assert (asked[0].since_us or 0) <= line.at_us < (asked[0].until_us or 0)
    with pytest.raises(StrongroomError, match=f"{line.place}, {line.place}"):
        ops.prove(room, ProofRequest(address=str(KEY), at_us=line.at_us))


def test_making_a_proof_is_recorded(room: Local) -> None:
    ops.prove(room, ProofRequest("1"))

    assert "prove an entry" in {line.kind for line in audit.list_entries(room, Filter())}


def test_the_log_continues_what_was_kept(room: Local, tmp_path: Path) -> None:
    kept = tmp_path / "note"
    kept.write_text(audit.checkpoint(room), "utf-8")
    secret.read(room, KEY)
    new = audit.checkpoint(room).split("\n")[1]
    proof = ops.prove_between(room, str(kept), new)
    shown = proven.check(proof, audit.verifier_key(room))

    assert isinstance(shown, Continued)
    assert shown.old.size < shown.new.size == int(new)
    with pytest.raises(StrongroomError):
        ops.prove_between(room, new, str(kept))
    kept.write_text(kept.read_text("utf-8").replace("\n", "\nx", 1), "utf-8")
    with pytest.raises(AuditBrokenError):
        ops.prove_between(room, str(kept), new)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (ProofRequest(), "entry-invalid"),
        (ProofRequest("x"), "entry-invalid"),
        (ProofRequest("-1"), "entry-invalid"),
        (ProofRequest("1", address=str(KEY)), "entry-invalid"),
        (ProofRequest("99999"), "entry-unknown"),
        (ProofRequest("00" * 16 + "/1"), "entry-unknown"),
        (ProofRequest(address=str(KEY), at_us=1), "entry-unknown"),
    ],
)
def test_what_cannot_be_meant_is_said(room: Local, wanted: ProofRequest, code: str) -> None:
    with pytest.raises(StrongroomError) as raised:
        ops.prove(room, wanted)

    assert raised.value.code == code


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("1", "999999", "checkpoint-unknown"), ("none", "1", "checkpoint-unreadable")],
)
def test_a_checkpoint_that_is_none_is_said(room: Local, old: str, new: str, code: str) -> None:
    with pytest.raises(StrongroomError) as raised:
        ops.prove_between(room, old, new)

    assert raised.value.code == code


def test_who_may_not_audit_proves_nothing(room: Local) -> None:
    access.grant(room, access.GrantRequest(("audit",), principal=room.user, deny=True))
    with pytest.raises(DeniedError):
        ops.prove(room, ProofRequest("1"))
    with pytest.raises(DeniedError):
        ops.prove_between(room, "1", "2")
