import base64
import secrets
from collections.abc import Iterator
from dataclasses import replace

import pytest

from strongroom.rotation.contract import Bench, RotatorContract
from strongroom.rotation.rotators.interface import Credential, Fields, TargetError
from tests.rotation.recipes.stand import Provider, a_bench, form, path, said
from tests.services.fake_http import Asked, Told


class TwilioFake(Provider):
    """An account with its tokens and keys. A standard key may not manage keys."""

    recipe = "twilio"

    def __init__(self) -> None:
        self.account = "AC" + secrets.token_hex(16)
        self.tokens = {"primary": secrets.token_hex(16)}
        self.keys: dict[str, tuple[str, str]] = {}

    def make(self, name: str) -> tuple[str, str]:
        sid, secret = "SK" + secrets.token_hex(16), secrets.token_hex(16)
        self.keys[sid] = (name, secret)
        return sid, secret

    def start(self, url: str) -> tuple[dict[str, str], Fields, Fields]:
        sid, secret = self.make("by hand")
        admin = {"account_sid": self.account, "auth_token": self.tokens["primary"]}
        return {"url": url}, {"sid": sid, "secret": secret}, admin

    def works(self, fields: Fields) -> bool:
        return self.keys.get(fields["sid"], ("", ""))[1] == fields["secret"]

    def tell(self, asked: Asked) -> Told:
        plain = asked.headers.get("authorization", "").removeprefix("Basic ")
        user, _, password = base64.b64decode(plain).decode().partition(":")
        owner = user == self.account and password in self.tokens.values()
        if not owner and self.keys.get(user, ("", ""))[1] != password:
            return said(401, {"code": 20003})
        at = path(asked).split("/")[1:]
        if at[0] == "v1":
            return self._token(asked, at[-1]) if owner else said(403)
        assert at[:2] == ["2010-04-01", "Accounts"]
        match asked.method, at[2:]:
            case "GET", [_, "Messages.json"]:
                return said(200, {"messages": []})
            case _ if not owner:
                return said(401)
            case "GET", [name] if name == f"{self.account}.json":
                return said(200, {"sid": self.account, "auth_token": self.tokens["primary"]})
            case "GET", [_, "Keys.json"]:
                rows = [{"sid": s, "friendly_name": n} for s, (n, _) in self.keys.items()]
                return said(200, {"keys": rows})
            case "POST", [_, "Keys.json"]:
                sid, secret = self.make(form(asked)["FriendlyName"])
                return said(201, {"sid": sid, "secret": secret})
            case "DELETE", [_, "Keys", name] if name.removesuffix(".json") in self.keys:
                del self.keys[name.removesuffix(".json")]
                return said(204)
        return said(404)

    def _token(self, asked: Asked, name: str) -> Told:
        match asked.method, name:
            case "POST", "Secondary" if "secondary" not in self.tokens:
                self.tokens["secondary"] = secrets.token_hex(16)
                return said(201, {"secondary_auth_token": self.tokens["secondary"]})
            case "DELETE", "Secondary" if "secondary" in self.tokens:
                del self.tokens["secondary"]
                return said(204)
            case "POST", "Promote" if "secondary" in self.tokens:
                self.tokens = {"primary": self.tokens["secondary"]}
                return said(200, {"auth_token": self.tokens["primary"]})
        return said(404)


class TokenFake(TwilioFake):
    """The same account; what rotates is its token."""

    recipe = "twilio-auth-token"

    def start(self, url: str) -> tuple[dict[str, str], Fields, Fields]:
        current = {"account_sid": self.account, "auth_token": self.tokens["primary"]}
        return {"url": url, "accounts_url": url}, current, {}

    def works(self, fields: Fields) -> bool:
        return fields["auth_token"] in self.tokens.values()


class TestKeys(RotatorContract):
    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        with a_bench(TwilioFake()) as made:
            yield made


class TestToken(RotatorContract):
    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        with a_bench(TokenFake()) as made:
            yield made


def test_a_key_that_an_interrupted_rotation_left_goes() -> None:
    fake = TwilioFake()
    with a_bench(fake) as bench:
        left = bench.rotator.mint(bench.job)
        bench.rotator.mint(bench.job)
        assert left["sid"] not in fake.keys
        assert len(fake.keys) == 2


def test_a_token_waits_for_the_end_of_the_one_before() -> None:
    """Deleting the secondary token would take the one in grace, or the one in use."""
    with a_bench(TokenFake()) as bench:
        job = bench.set()
        promoted = replace(job, previous=job.current, current=job.pending, pending=None)
        with pytest.raises(TargetError) as caught:
            bench.rotator.mint(promoted)
        assert caught.value.code == "target-full"


def test_the_last_token_is_not_ended() -> None:
    with a_bench(TokenFake()) as bench:
        assert bench.job.current is not None
        with pytest.raises(TargetError):
            bench.rotator.retire(bench.job, bench.job.current)
        assert bench.works(bench.job.current)
        assert bench.works(Credential(1, bench.job.current.fields))


def test_a_secondary_token_that_is_current_is_not_deleted() -> None:
    """Making another one would end the one in use."""
    fake = TokenFake()
    with a_bench(fake) as bench:
        fake.tokens["secondary"] = secrets.token_hex(16)
        assert bench.job.current is not None
        fields = {**bench.job.current.fields, "auth_token": fake.tokens["secondary"]}
        job = replace(bench.job, current=Credential(1, fields))
        with pytest.raises(TargetError) as caught:
            bench.rotator.mint(job)
        assert caught.value.code == "target-changed"
        assert "secondary" in fake.tokens
