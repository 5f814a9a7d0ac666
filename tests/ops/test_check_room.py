"""Tests for strongroom.ops.check_room: a real room against the policy that it runs."""

import pytest

from strongroom.errors import DeniedError, InvalidError, NotFoundError
from strongroom.gate import overview
from strongroom.gate.shown import RecordEvidence
from strongroom.model.address import Address
from strongroom.model.finding import Verdict
from strongroom.ops import access, audit, backup, check_room, describe, drill, secret
from strongroom.ops.check_room import LOG_ENTRIES_MAX, RoomCheckRequest
from strongroom.ops.local import Local, done
from strongroom.secret.value import Value

KEY = Address.parse("production/customer-api/SECRET_KEY")
CANARY = "only-for-the-laptop-of-ada-1815"
PRODUCTION = RoomCheckRequest(("production",))


@pytest.fixture(autouse=True)
def _filled(room: Local) -> None:
    secret.generate_into(
        room, secret.WriteRequest(KEY, Value.single(""), "jwt-secret-key", room.user)
    )
    weak = Address.parse("development/customer-api/DATABASE_PASSWORD")
    secret.write(
        room, secret.WriteRequest(weak, Value.single(CANARY), "database-password", room.user)
    )


def rules(room: Local, request: RoomCheckRequest = PRODUCTION) -> set[str]:
    return {f.rule for f in check_room.check(room, request).result.report.findings}


def verdicts(room: Local) -> dict[str, Verdict]:
    report = check_room.check(room, PRODUCTION).result.report
    return {s.clause: s.verdict for s in report.scoreboard}


def test_what_the_room_holds_is_judged_and_no_value_is_in_it(room: Local) -> None:
    checked = check_room.check(room, RoomCheckRequest())
    report = checked.result.report

    assert (("development", "staging", "production"), True) == (checked.environments, checked.kept)
    assert room.policy.sha256 == report.policy_sha256
    assert CANARY not in repr(report)
    assert {"P-1.8", "P-4.3", "P-12.4", "P-1.11"} <= {
        s.clause for s in report.scoreboard if s.verdict is Verdict.PASS
    }


def test_a_developer_with_a_grant_on_production_is_found(room: Local) -> None:
    """P-7.3: the founder is a Developer, and his grant reaches beyond the matrix."""
    assert "room-grant-beyond" in rules(room)
    assert Verdict.FAIL is verdicts(room)["P-7.3"]
    assert "room-grant-beyond" not in rules(room, RoomCheckRequest(("development",)))


def test_fixing_a_finding_resolves_it(room: Local) -> None:
    assert "room-backup-owner" in rules(room)
    first = check_room.stored(room, ("production",))
    describe.update(room, describe.UpdateRequest(KEY, backup=room.user))
    assert "room-backup-owner" not in rules(room)
    found = check_room.stored(room, ("production",))

    assert {"room-backup-owner"} == {k.finding.rule for k in found.report.resolved}
    assert {first.as_of_us} == {k.first_us for k in found.report.open}
    assert ((first.as_of_us, len(first.report.open)),) == found.earlier
    assert (room.user, room.policy.sha256) == (found.run_by, found.policy_sha256)


def test_a_kept_run_is_on_record_with_the_policy(room: Local) -> None:
    check_room.check(room, RoomCheckRequest(("production",), reason="quarterly"))
    (line,) = [x for x in audit.list_entries(room, audit.Filter(verb="audit")) if x.kind == "check"]

    assert (room.policy.sha256, "production", "quarterly") == (
        line.detail["policy"], line.detail["environments"], line.detail["reason"]
    )  # fmt: skip


def test_a_run_that_saw_less_is_not_kept(room: Local) -> None:
    narrowed = check_room.check(room, RoomCheckRequest(rules=frozenset({"room-expired"})))
    assert (False, "only some rules were asked for") == (narrowed.kept, narrowed.why_not)
    access.grant(
        room,
        access.GrantRequest(
            ("metadata",), "production", str(KEY.path), principal=room.user, deny=True
        ),
    )
    hidden = check_room.check(room, PRODUCTION)
    assert not hidden.kept
    assert "not see everything" in hidden.why_not
    access.grant(room, access.GrantRequest(("audit",), principal=room.user, deny=True))
    assert "you may not audit the room" == check_room.check(room, PRODUCTION).why_not
    with pytest.raises(DeniedError):
        check_room.stored(room)


def test_what_may_not_be_seen_is_no_pass(room: Local) -> None:
    access.grant(room, access.GrantRequest(("audit",), principal=room.user, deny=True))
    found = verdicts(room)

    assert {Verdict.NOT_EVALUATED} == {found[c] for c in ("P-7.3", "P-12.4", "P-1.7", "P-1.11")}
    assert Verdict.PASS is found["P-1.8"]


def test_an_environment_of_which_nothing_may_be_seen_is_a_gap(room: Local) -> None:
    access.add(room, access.PrincipalRequest("mallory"))
    with pytest.raises(InvalidError):
        check_room.check(room, RoomCheckRequest(("mars",)))
    with pytest.raises(NotFoundError):
        check_room.check(room, RoomCheckRequest(rules=frozenset({"no-such"})))
    with pytest.raises(NotFoundError):
        check_room.stored(room, ("staging",))


def test_backups_and_drills_are_looked_for_under_their_names(room: Local) -> None:
    assert {"room-backup", "room-drill", "room-anchor"} <= rules(room)
    assert overview.EVIDENCE_KINDS == (backup.BACKUP, drill.RESTORE)
    done(room.gate.change(room.caller, RecordEvidence(backup.BACKUP, True, {})))

    assert "room-backup" not in rules(room)


def test_all_is_every_environment_in_the_policy_s_order(room: Local) -> None:
    every = ("development", "staging", "production")

    assert every == check_room.environments(room, ()) == check_room.environments(room, ("all",))
    assert ("staging", "production") == check_room.environments(room, ("production", "staging"))


def test_a_log_that_is_too_long_is_left_to_those_who_wait(
    room: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_room, "LOG_ENTRIES_MAX", 1)

    assert Verdict.NOT_EVALUATED is verdicts(room)["P-12.4"]
    assert LOG_ENTRIES_MAX > 100_000
