import json
import secrets
from collections.abc import Iterator
from dataclasses import replace

import pytest

from strongroom.rotation.contract import Bench, RotatorContract
from strongroom.rotation.rotators.interface import Fields, TargetError
from tests.rotation.recipes.stand import Provider, a_bench, path, said
from tests.services.fake_http import Asked, Told

LABEL = "strongroom production/app/KEY"


class SendGridFake(Provider):
    """Keys by id; a key's text is answered once."""

    recipe = "sendgrid"

    def __init__(self) -> None:
        self.keys: dict[str, dict[str, object]] = {}
        self.texts: dict[str, str] = {}
        self.admin = self.make("admin", ["api_keys.create", "mail.send"])

    def make(self, name: str, scopes: list[str]) -> str:
        id_ = secrets.token_hex(11)
        self.keys[id_] = {"name": name, "api_key_id": id_, "scopes": scopes}
        self.texts[id_] = f"SG.{id_}.{secrets.token_hex(20)}"
        return id_

    def start(self, url: str) -> tuple[dict[str, str], Fields, Fields]:
        id_ = self.make("by hand", ["mail.send", "alerts.read"])
        current = {"api_key": self.texts[id_], "api_key_id": id_}
        return {"url": url}, current, {"api_key": self.texts[self.admin]}

    def works(self, fields: Fields) -> bool:
        return fields["api_key"] in self.texts.values()

    def tell(self, asked: Asked) -> Told:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        (who,) = [one for one, text in self.texts.items() if text == token] or [""]
        if not who:
            return said(401, {"errors": [{"message": "authorization required"}]})
        match asked.method, path(asked).split("/")[2:]:
            case "GET", ["scopes"]:
                return said(200, {"scopes": self.keys[who]["scopes"]})
            case _ if who != self.admin:
                return said(403)
            case "GET", ["api_keys"]:
                rows = [{"name": k["name"], "api_key_id": i} for i, k in self.keys.items()]
                return said(200, {"result": rows})
            case "GET", ["api_keys", id_] if id_ in self.keys:
                return said(200, self.keys[id_])
            case "POST", ["api_keys"]:
                wanted = json.loads(asked.body)
                id_ = self.make(wanted["name"], wanted["scopes"])
                return said(201, {**self.keys[id_], "api_key": self.texts[id_]})
            case "DELETE", ["api_keys", id_] if id_ in self.keys:
                del self.keys[id_], self.texts[id_]
                return said(204)
        return said(404)


class TestContract(RotatorContract):
    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        with a_bench(SendGridFake()) as made:
            yield made


@pytest.fixture
def fake() -> SendGridFake:
    return SendGridFake()


def test_a_key_may_do_what_the_one_before_could(fake: SendGridFake) -> None:
    with a_bench(fake) as bench:
        made = bench.rotator.mint(bench.job)
        assert fake.keys[made["api_key_id"]]["scopes"] == ["mail.send", "alerts.read"]


def test_a_key_that_an_interrupted_rotation_left_goes(fake: SendGridFake) -> None:
    with a_bench(fake) as bench:
        left = bench.rotator.mint(bench.job)
        mine = fake.make("somebody's", [])
        bench.rotator.mint(bench.job)
        assert left["api_key_id"] not in fake.keys
        assert mine in fake.keys
        assert [k["name"] for k in fake.keys.values()].count(LABEL) == 1


def test_a_full_account_is_said_to_be(fake: SendGridFake) -> None:
    with a_bench(fake) as bench:
        for _ in range(100):
            fake.make("other", [])
        with pytest.raises(TargetError) as caught:
            bench.rotator.mint(bench.job)
        assert caught.value.code == "target-full"
        assert not bench.rotator.doctor(bench.job)[0].well


def test_an_admin_key_that_is_refused(fake: SendGridFake) -> None:
    with a_bench(fake) as bench:
        target = replace(bench.job.target, admin={"api_key": "SG.plainly.fake"})
        with pytest.raises(TargetError) as caught:
            bench.rotator.mint(replace(bench.job, target=target))
        assert caught.value.code == "target-admin-refused"


def test_a_key_with_fewer_rights_fails_its_test(fake: SendGridFake) -> None:
    with a_bench(fake) as bench:
        job = bench.set()
        assert job.pending is not None
        fake.keys[job.pending.fields["api_key_id"]]["scopes"] = ["mail.send"]
        with pytest.raises(TargetError) as caught:
            bench.rotator.test(job)
        assert caught.value.code == "target-denied"
