"""What the other side of the protocol answers, and which options can work."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from strongroom.errors import InvalidError
from strongroom.rotation.rotators.interface import Credential, Overlap, TargetError
from strongroom.rotation.rotators.webhook import WebhookRotator
from tests.rotation.rotators.test_webhook import Stand, a_stand, error_of, with_options
from tests.services.fake_http import Asked, Told


@pytest.fixture
def stand() -> Iterator[Stand]:
    with a_stand(Overlap.VALUES) as made:
        yield made


class TestAnswers:
    @pytest.mark.parametrize(
        ("word", "code"),
        [
            ("unreachable", "target-unreachable"),
            ("busy", "target-busy"),
            ("denied", "target-denied"),
            ("admin-refused", "target-admin-refused"),
            ("rejected", "target-rejected"),
            ("full", "target-full"),
            ("changed", "target-changed"),
            ("accepted", "target-unreachable"),
            ("perhaps", "target-unreachable"),
        ],
    )
    def test_each_word_has_its_error(self, stand: Stand, word: str, code: str) -> None:
        stand.receiver.keeper.fail = word
        error = error_of(stand.job)
        assert error.code == code
        assert isinstance(error, TargetError)

    def test_a_reason_is_shown(self, stand: Stand) -> None:
        stand.receiver.keeper.fail = "rejected"
        stand.receiver.keeper.reason = "a password needs a sign\nthat is no letter"
        assert "needs a sign that is no letter" in error_of(stand.job).message

    def test_a_reason_that_holds_a_part_of_a_value_is_not(self, stand: Stand) -> None:
        assert stand.job.current is not None
        stand.receiver.keeper.fail = "denied"
        part = stand.job.current.fields["password"][3:12]
        stand.receiver.keeper.reason = f"cannot take {part}"
        assert "withheld" in error_of(stand.job).message

    def test_who_has_no_test_is_asked_to_log_in(self) -> None:
        with a_stand(Overlap.VALUES) as stand:
            stand.receiver.keeper.optional = False
            bench = stand.bench()
            job = bench.minted()
            with pytest.raises(TargetError) as caught:
                bench.rotator.test(job)
            assert caught.value.code == "target-denied"
            bench.rotator.set(job)
            bench.rotator.test(job)
            assert job.current is not None
            assert bench.rotator.in_use(job, job.current) == []

    def test_users_are_named(self, stand: Stand) -> None:
        assert stand.job.current is not None

        def tell(asked: Asked) -> Told:
            body = json.loads(asked.body)
            seen = {"who": "10.0.0.7", "source": "log", "count": 0}
            told = {"version": body["version"], "id": body["id"], "answer": "done", "uses": [seen]}
            return Told(200, json.dumps(told).encode())

        stand.receiver.instead = tell
        (use,) = WebhookRotator().in_use(stand.job, stand.job.current)
        assert (use.who, use.source, use.count, use.last_us) == ("10.0.0.7", "log", 1, None)

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            pytest.param({}, "target-unreachable", id="none"),
            pytest.param({"password": ""}, "target-unreachable", id="empty"),
            pytest.param({"password": "x" * 20, "host": "evil"}, "target-changed", id="host"),
            pytest.param({"password": "x" * 20, "username": "root"}, "target-changed", id="user"),
            pytest.param({"password": "x" * 20, "more": "1"}, "target-changed", id="a new field"),
        ],
    )
    def test_a_made_value_changes_nothing_else(self, fields: dict[str, str], code: str) -> None:
        def tell(asked: Asked) -> Told:
            body: dict[str, Any] = json.loads(asked.body)
            told = {"version": body["version"], "id": body["id"], "answer": "done"}
            return Told(200, json.dumps(told | {"fields": fields}).encode())

        with a_stand(Overlap.VALUES, mint="target") as stand:
            stand.receiver.instead = tell
            with pytest.raises(TargetError) as caught:
                WebhookRotator().mint(stand.job)
        assert caught.value.code == code

    def test_a_pending_account_that_is_another_is_not_set(self) -> None:
        with a_stand(Overlap.ACCOUNTS) as stand:
            fields = {"username": "root", "password": "x" * 20, "host": "db.example.com"}
            job = replace(stand.job, pending=Credential(2, fields))
            with pytest.raises(TargetError) as caught:
                WebhookRotator().set(job)
            assert caught.value.code == "target-changed"
            assert stand.fake.asked == []


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ({"overlap": "some"}, "target-option"),
            ({"mint": "there"}, "target-option"),
            ({"length": "0"}, "target-option"),
            ({"length": "ten"}, "target-option"),
            ({"length": "99999"}, "target-option"),
            ({"characters": "!é"}, "target-option"),
            ({"overlap": "accounts"}, "target-option"),
            ({"changes": ""}, "target-option"),
            ({"changes": "token"}, "target-field"),
            ({"accounts": "one,two"}, "target-field"),
        ],
        ids=range(10),
    )
    def test_options_that_cannot_work(
        self, stand: Stand, options: dict[str, str], code: str
    ) -> None:
        job = with_options(stand.job, **options)
        with pytest.raises(InvalidError) as caught:
            WebhookRotator().check(job)
        assert caught.value.code == code
        assert [one.well for one in WebhookRotator().doctor(job)] == [False]
        assert stand.fake.asked == []
