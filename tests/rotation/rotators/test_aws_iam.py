"""Against moto's IAM, behind a door that refuses whom AWS refuses."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from strongroom.errors import InvalidError
from strongroom.rotation.contract import Bench, RotatorContract
from strongroom.rotation.rotators.aws_iam import AwsIamRotator
from strongroom.rotation.rotators.interface import (
    Answer,
    Credential,
    Job,
    Overlap,
    Step,
    TargetChangedError,
    TargetDeniedError,
    TargetError,
    TargetFullError,
    TargetTlsError,
    TargetUnreachableError,
)
from tests.rotation.rotators.aws_site import MANAGES, Site, allowed
from tests.services import proxy
from tests.services.aws import Aws
from tests.services.process import HOST, free_port
from tests.services.tls import OTHER_NAME, Authority

ROTATOR = AwsIamRotator()


@pytest.fixture
def site(aws: Aws) -> Site:
    return Site.built(aws)


def pending(job: Job) -> Credential:
    assert job.pending is not None
    return job.pending


def minted(site: Site, job: Job) -> Job:
    return Bench(ROTATOR, job, site.works).minted()


def key_id(credential: Credential) -> str:
    return credential.fields["access_key_id"]


class TestByAnAdmin(RotatorContract):
    @pytest.fixture
    def bench(self, site: Site) -> Bench:
        return Bench(ROTATOR, site.job(), site.works)


class TestByItself(RotatorContract):
    """The user may manage his own keys, and there is no admin."""

    @pytest.fixture
    def bench(self, aws: Aws) -> Bench:
        site = Site.built(aws, MANAGES)
        return Bench(ROTATOR, site.job(admin={}), site.works)


class TestByTheNamesOfTheEnvironment(RotatorContract):
    @pytest.fixture
    def bench(self, site: Site) -> Bench:
        fields = {f"aws_{name}": text for name, text in site.current.fields.items()}

        def works(credential: Credential) -> bool:
            plain = {name.removeprefix("aws_"): text for name, text in credential.fields.items()}
            return site.works(replace(credential, fields=plain))

        job = replace(site.job(), current=Credential(1, fields))
        return Bench(ROTATOR, job, works)

    def test_1_statements_name_no_value(self, bench: Bench) -> None:
        """The contract takes the id under this name for a secret; it is none."""
        job = bench.minted()
        shown = " ".join(one.text for one in ROTATOR.statements(job))
        for credential in (bench.job.current, job.pending):
            assert credential is not None
            assert credential.fields["aws_secret_access_key"] not in shown


def test_other_fields_of_the_value_stay(site: Site) -> None:
    job = minted(site, site.job())
    assert ROTATOR.overlap(job) is Overlap.VALUES
    assert pending(job).fields["region"] == site.current.fields["region"]


def test_the_commands_are_those_of_awss_own_tool(site: Site) -> None:
    shown = [(one.step, one.text) for one in ROTATOR.statements(site.job())]
    who, old = f"--user-name {site.user}", key_id(site.current)
    assert shown == [
        (Step.MINT, f"aws iam list-access-keys {who}"),
        (Step.MINT, f"aws iam create-access-key {who}"),
        (Step.TEST, "aws sts get-caller-identity, with the new key"),
        (
            Step.RETIRE,
            f"aws iam update-access-key {who} --access-key-id {old} --status Inactive",
        ),
        (Step.RETIRE, "aws sts get-caller-identity, with the old key: refused"),
        (Step.RETIRE, f"aws iam delete-access-key {who} --access-key-id {old}"),
        (Step.UNDO, f"aws iam delete-access-key {who} --access-key-id <its id>"),
    ]


class TestSlots:
    def test_what_an_interrupted_rotation_left_is_removed(self, site: Site) -> None:
        """AWS made a key, and its answer was lost: it was never used, and nobody has it."""
        lost = ROTATOR.mint(site.job())
        job = minted(site, site.job())
        assert set(site.ids()) == {key_id(site.current), key_id(pending(job))}
        assert lost["access_key_id"] not in site.ids()

    def test_undo_removes_it_too(self, site: Site) -> None:
        ROTATOR.mint(site.job())
        ROTATOR.undo(site.job())
        assert site.ids() == {key_id(site.current): "Active"}

    def test_a_key_that_somebody_uses_is_left_and_named(self, site: Site) -> None:
        stranger = site.stranger()
        with pytest.raises(TargetFullError, match=stranger) as caught:
            ROTATOR.mint(site.job())
        assert caught.value.code == "target-full"
        ROTATOR.undo(site.job())
        assert site.ids() == {key_id(site.current): "Active", stranger: "Active"}

    def test_the_previous_key_is_not_taken_for_a_leftover(self, site: Site) -> None:
        """Nobody has used it yet as far as AWS knows, and it is in its grace."""
        job = minted(site, site.job())
        following = replace(site.job(), current=pending(job), previous=site.current)
        with pytest.raises(TargetFullError):
            ROTATOR.mint(following)
        site.aws.state.update_access_key(site.user, key_id(site.current), "Inactive")
        assert ROTATOR.mint(following)["access_key_id"] in site.ids()
        assert key_id(site.current) not in site.ids()


class TestRetire:
    def test_a_change_that_gets_around_late_is_waited_for(self, site: Site) -> None:
        site.settled(3)
        waits: list[float] = []
        job = minted(site, site.job(wait=waits.append))
        assert ROTATOR.probe(job, pending(job)).answer is Answer.REFUSED
        ROTATOR.set(job)
        assert waits == [1.0, 1.0]
        waits.clear()
        ROTATOR.retire(job, site.current)
        assert len(waits) == 3
        assert site.ids() == {key_id(pending(job)): "Active"}

    def test_a_key_that_is_still_taken_is_not_deleted(self, site: Site) -> None:
        """It can be made active again, and what is gone cannot."""
        job = minted(site, site.job())
        ROTATOR.set(job)
        site.settled(1000)
        with pytest.raises(TargetUnreachableError) as caught:
            ROTATOR.retire(job, site.current)
        assert (caught.value.code, caught.value.retryable) == ("target-slow", True)
        assert site.ids()[key_id(site.current)] == "Inactive"
        ROTATOR.undo(job)
        assert site.ids() == {key_id(site.current): "Active"}

    def test_the_key_that_stays_is_not_retired(self, site: Site) -> None:
        job = replace(site.job(), current=replace(site.current, version=2))
        with pytest.raises(InvalidError):
            ROTATOR.retire(job, site.current)
        assert site.works(site.current)


class TestInUse:
    @pytest.fixture
    def used(self, site: Site) -> Job:
        job = minted(site, site.job())
        assert site.works(site.current)
        earlier = datetime.now(UTC) - timedelta(hours=1)  # noqa: TID251 - a test's clock
        return replace(
            job, current=pending(job), previous=site.current, pending=None,
            promoted_us=int(earlier.timestamp() * 1_000_000),
        )  # fmt: skip

    def test_a_use_since_the_promotion_is_told(self, site: Site, used: Job) -> None:
        [use] = ROTATOR.in_use(used, site.current)
        assert use.who == "sts in us-east-1"
        assert use.last_us is not None
        assert used.promoted_us is not None
        assert use.last_us > used.promoted_us

    def test_one_from_before_it_is_not(self, site: Site, used: Job) -> None:
        assert used.promoted_us is not None
        later = replace(used, promoted_us=used.promoted_us + 7_200_000_000)
        assert ROTATOR.in_use(later, site.current) == []
        assert ROTATOR.in_use(replace(used, promoted_us=None), site.current) == []

    def test_one_that_is_long_past_is_not(self, site: Site, used: Job) -> None:
        site.used(datetime.now(UTC) - timedelta(hours=3))  # noqa: TID251 - a test's clock
        long_ago = replace(used, promoted_us=1)
        assert ROTATOR.in_use(long_ago, site.current) != []
        quiet = replace(long_ago, options={"quiet_hours": "2"})
        assert ROTATOR.in_use(quiet, site.current) == []

    def test_a_key_that_is_gone_is_not_used(self, site: Site, used: Job) -> None:
        ROTATOR.retire(used, site.current)
        assert ROTATOR.in_use(used, site.current) == []


class TestDoctor:
    def wrong(self, job: Job) -> list[tuple[str, str]]:
        return [(one.name, one.fix) for one in ROTATOR.doctor(job) if not one.well]

    def test_everything_is_well(self, site: Site) -> None:
        assert self.wrong(site.job()) == []
        assert site.ids() == {key_id(site.current): "Active"}

    @pytest.mark.parametrize(
        ("action", "name"),
        [
            ("iam:UpdateAccessKey", "may deactivate keys"),
            ("iam:DeleteAccessKey", "may delete keys"),
            ("iam:GetAccessKeyLastUsed", "may see their last use"),
            ("iam:ListAccessKeys", "reach"),
        ],
        ids=["update", "delete", "last-use", "list"],
    )
    def test_a_permission_that_is_missing_is_named(
        self, site: Site, aws: Aws, action: str, name: str
    ) -> None:
        actions: Any = MANAGES["Action"]
        _, made, key = aws.login(allowed(*[one for one in actions if one != action]))
        admin = {"access_key_id": made, "secret_access_key": key}
        [(shown, fix)] = self.wrong(site.job(admin=admin))
        assert shown == name
        assert action in fix

    def test_the_second_place(self, site: Site) -> None:
        lost = ROTATOR.mint(site.job())["access_key_id"]
        assert self.wrong(site.job()) == []
        assert any(lost in one.said for one in ROTATOR.doctor(site.job()))
        ROTATOR.undo(site.job())
        stranger = site.stranger()
        [(name, fix)] = self.wrong(site.job())
        assert name == "second key"
        assert stranger in fix

    def test_keys_that_are_refused(self, site: Site) -> None:
        wrong = {**site.admin, "secret_access_key": "not-a-secret-at-all"}
        assert [name for name, _ in self.wrong(site.job(admin=wrong))] == ["login"]
        site.aws.state.update_access_key(site.user, key_id(site.current), "Inactive")
        assert [name for name, _ in self.wrong(site.job())] == ["login"]
        assert [name for name, _ in self.wrong(site.job(admin={}))] == ["login"]

    def test_anothers_key(self, site: Site, aws: Aws) -> None:
        other, _, _ = aws.login()
        assert [name for name, _ in self.wrong(site.job(username=other))] == ["user"]

    def test_nobody_is_there(self, site: Site) -> None:
        job = site.job(address=f"https://{HOST}:{free_port()}")
        assert [name for name, _ in self.wrong(job)] == ["reach", "login"]


class TestByHand:
    def test_a_current_key_that_is_gone_needs_a_person(self, site: Site) -> None:
        site.aws.state.delete_access_key(key_id(site.current), site.user)
        with pytest.raises(TargetChangedError) as caught:
            ROTATOR.mint(site.job())
        assert caught.value.code == "target-changed"
        assert site.ids() == {}

    def test_a_user_that_is_gone(self, site: Site) -> None:
        with pytest.raises(TargetChangedError):
            ROTATOR.mint(site.job(username="app_nobody"))

    def test_a_key_that_manages_itself_and_is_inactive(self, site: Site) -> None:
        site.aws.state.update_access_key(site.user, key_id(site.current), "Inactive")
        with pytest.raises(TargetChangedError):
            ROTATOR.mint(site.job(admin={}))

    def test_a_new_key_that_somebody_deactivated_is_active_again(self, site: Site) -> None:
        job = minted(site, site.job())
        site.aws.state.update_access_key(site.user, key_id(pending(job)), "Inactive")
        ROTATOR.set(job)
        assert site.works(pending(job))

    def test_a_new_key_that_somebody_deleted(self, site: Site) -> None:
        job = minted(site, site.job())
        site.aws.state.delete_access_key(key_id(pending(job)), site.user)
        with pytest.raises(TargetChangedError):
            ROTATOR.set(job)
        ROTATOR.undo(job)
        assert site.works(site.current)


class TestAnothersKey:
    def test_a_value_does_not_choose_whose_key_is_taken(self, site: Site, aws: Aws) -> None:
        victim, made, key = aws.login()
        theirs = Credential(2, {"access_key_id": made, "secret_access_key": key})
        job = replace(site.job(), pending=theirs)
        with pytest.raises(TargetChangedError):
            ROTATOR.set(job)
        with pytest.raises(TargetDeniedError):
            ROTATOR.test(job)
        ROTATOR.undo(job)
        ROTATOR.retire(replace(job, previous=theirs), theirs)
        assert aws.keys(victim) == {made: "Active"}

    def test_the_old_key_as_the_new_one_is_refused(self, site: Site) -> None:
        job = replace(site.job(), pending=replace(site.current, version=2))
        with pytest.raises(InvalidError):
            ROTATOR.set(job)
        ROTATOR.undo(job)
        assert site.works(site.current)


class TestWire:
    @pytest.mark.parametrize("wrong", ["name", "authority", "plain"])
    def test_a_wrong_certificate_is_refused_without_fallback(
        self, site: Site, authority: Authority, wrong: str
    ) -> None:
        host = OTHER_NAME if wrong == "name" else HOST
        ca = authority.stranger if wrong == "authority" else authority.ca
        with proxy.listening(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as plain:
            port = plain.port if wrong == "plain" else site.aws.port
            job = site.job(address=f"https://{host}:{port}", tls_ca=str(ca))
            with pytest.raises(TargetTlsError) as caught:
                ROTATOR.mint(job)
            probe = ROTATOR.probe(job, site.current)
        assert caught.value.code == "target-tls"
        assert probe.answer is Answer.UNKNOWN
        assert isinstance(probe.why, TargetTlsError)

    def test_nobody_listens(self, site: Site) -> None:
        job = site.job(address=f"https://{HOST}:{free_port()}")
        with pytest.raises(TargetUnreachableError) as caught:
            ROTATOR.mint(job)
        assert caught.value.code == "target-unreachable"

    def test_a_silent_server_ends_by_time(self, site: Site) -> None:
        with proxy.before(site.aws.port) as front:
            front.freeze()
            job = site.job(address=f"https://{front.address}", timeout_s=0.5)
            with pytest.raises(TargetUnreachableError) as caught:
                ROTATOR.mint(job)
        assert caught.value.code == "target-slow"

    def test_the_machines_own_configuration_is_not_read(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_PROFILE", "nobodys")
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        monkeypatch.setenv("AWS_CA_BUNDLE", "/nonexistent")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA" + "1" * 16)
        assert ROTATOR.probe(site.job(), site.current).answer is Answer.ACCEPTED


class TestSecrets:
    def test_no_key_stands_in_a_log(self, site: Site, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        job = minted(site, site.job())
        ROTATOR.set(job)
        ROTATOR.retire(job, site.current)
        assert "botocore" in {record.name.partition(".")[0] for record in caplog.records}
        for fields in (site.admin, site.current.fields, pending(job).fields):
            assert fields["secret_access_key"] not in caplog.text

    def test_an_error_keeps_nothing_of_an_answer(self, site: Site) -> None:
        error: BaseException | None
        with pytest.raises(TargetError) as caught:
            ROTATOR.mint(site.job(username="app_nobody"))
        error = caught.value
        while error is not None:
            assert not hasattr(error, "response")
            error = error.__cause__ or error.__context__


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ({"region": "Mars 1"}, "target-option"),
            ({"quiet_hours": "0"}, "target-option"),
            ({"username": "two names"}, "target-option"),
            ({"usernam": "x"}, "target-option"),
        ],
        ids=str,
    )
    def test_what_cannot_work_is_refused(
        self, site: Site, options: Mapping[str, str], code: str
    ) -> None:
        with pytest.raises(InvalidError) as caught:
            ROTATOR.check(replace(site.job(), options=options))
        assert caught.value.code == code

    @pytest.mark.parametrize(
        "address",
        ["http://127.0.0.1:5000", "https://user:pw@iam.example.com", "https://", "iam.example.com",
         "https://iam.example.com/?a=b"],
        ids=range(5),
    )  # fmt: skip
    def test_an_address_without_tls_is_refused(self, site: Site, address: str) -> None:
        with pytest.raises(InvalidError) as caught:
            ROTATOR.check(site.job(address=address))
        assert caught.value.code == "target-address"

    def test_whose_keys_they_are_must_be_said_to_an_admin(self, site: Site) -> None:
        with pytest.raises(InvalidError) as caught:
            ROTATOR.check(site.job(username=""))
        assert "username" in (caught.value.fix or "")

    @pytest.mark.parametrize(
        "fields", [{"value": "x"}, {"access_key_id": "not an id", "secret_access_key": "x"}], ids=str
    )  # fmt: skip
    def test_a_value_that_is_no_key(self, site: Site, fields: dict[str, str]) -> None:
        with pytest.raises(InvalidError) as caught:
            ROTATOR.check(replace(site.job(), current=Credential(1, fields)))
        assert caught.value.code == "target-field"

    def test_an_authority_that_cannot_be_read(self, site: Site) -> None:
        with pytest.raises(InvalidError):
            ROTATOR.mint(site.job(tls_ca="/nonexistent/ca.pem"))
