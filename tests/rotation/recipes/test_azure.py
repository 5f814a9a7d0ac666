import json
import secrets
from collections.abc import Iterator
from dataclasses import replace

import pytest

from strongroom.rotation.contract import Bench, RotatorContract
from strongroom.rotation.rotators.interface import Fields, TargetError
from tests.rotation.recipes.stand import Provider, a_bench, form, path, said
from tests.services.fake_http import Asked, Told


class EntraFake(Provider):
    """The token endpoint, and one app registration in Graph."""

    recipe = "azure-app"

    def __init__(self) -> None:
        self.client, self.admin = secrets.token_hex(16), secrets.token_hex(16)
        self.secrets: dict[str, dict[str, str]] = {}
        self.admin_secret, self.token = secrets.token_hex(20), secrets.token_hex(20)

    def make(self, wanted: dict[str, str]) -> dict[str, str]:
        made = {**wanted, "keyId": secrets.token_hex(16), "secretText": secrets.token_hex(20)}
        self.secrets[made["keyId"]] = made
        return made

    def start(self, url: str) -> tuple[dict[str, str], Fields, Fields]:
        made = self.make({"displayName": "by hand"})
        options = {"url": url, "login_url": url, "tenant": "acme", "object_id": "o-1", "days": "90"}
        current = {
            "client_id": self.client,
            "client_secret": made["secretText"],
            "key_id": made["keyId"],
        }
        return options, current, {"client_id": self.admin, "client_secret": self.admin_secret}

    def works(self, fields: Fields) -> bool:
        kept = self.secrets.get(fields["key_id"])
        return kept is not None and kept["secretText"] == fields["client_secret"]

    def tell(self, asked: Asked) -> Told:
        if path(asked) == "/acme/oauth2/v2.0/token":
            login = form(asked)
            mine = {(self.client, kept["secretText"]) for kept in self.secrets.values()}
            if (login["client_id"], login["client_secret"]) == (self.admin, self.admin_secret):
                return said(200, {"access_token": self.token})
            if (login["client_id"], login["client_secret"]) in mine:
                return said(200, {"access_token": "of-the-app"})
            return said(401, {"error": "invalid_client"})
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return said(401)
        match path(asked).removeprefix("/v1.0/applications/o-1"):
            case "":
                rows = [{**kept, "secretText": None} for kept in self.secrets.values()]
                return said(200, {"passwordCredentials": rows})
            case "/addPassword":
                return said(200, self.make(json.loads(asked.body)["passwordCredential"]))
            case "/removePassword":
                gone = self.secrets.pop(json.loads(asked.body)["keyId"], None)
                return said(204 if gone else 400)
        return said(404)


class TestContract(RotatorContract):
    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        with a_bench(EntraFake()) as made:
            yield made


def test_a_secret_that_an_interrupted_rotation_left_goes_and_no_other() -> None:
    fake = EntraFake()
    with a_bench(fake) as bench:
        left = bench.rotator.mint(bench.job)
        mine = fake.make({"displayName": "somebody's"})
        made = bench.rotator.mint(bench.job)
        assert left["key_id"] not in fake.secrets
        assert mine["keyId"] in fake.secrets
        assert fake.secrets[made["key_id"]]["endDateTime"].endswith("Z")


def test_an_admin_app_that_is_refused() -> None:
    with a_bench(EntraFake()) as bench:
        admin = {"client_id": "a", "client_secret": "plainly-fake"}
        job = replace(bench.job, target=replace(bench.job.target, admin=admin))
        with pytest.raises(TargetError) as caught:
            bench.rotator.mint(job)
        assert caught.value.code == "target-admin-refused"
