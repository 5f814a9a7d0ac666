import base64
import json
import secrets
from collections.abc import Iterator
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from strongroom.rotation.contract import Bench, RotatorContract
from strongroom.rotation.rotators.interface import Answer, Credential, Fields, TargetError
from tests.rotation.recipes.stand import Provider, a_bench, form, path, said
from tests.services.fake_http import Asked, Told

APP = "app@acme.iam.gserviceaccount.com"
ADMIN = "rotator@acme.iam.gserviceaccount.com"
# Drawn once: what matters here is which public key is known under which id.
PAIRS = [rsa.generate_private_key(65537, 2048) for _ in range(4)]


class GoogleFake(Provider):
    """The token endpoint, which checks signatures, and the keys of service accounts."""

    recipe = "gcp-service-account"

    def __init__(self) -> None:
        self.keys: dict[str, tuple[str, rsa.RSAPublicKey]] = {}
        self.disabled: set[str] = set()
        self.drawn = 0
        self.token = secrets.token_hex(20)

    def make(self, email: str) -> dict[str, str]:
        pair = PAIRS[self.drawn % len(PAIRS)]
        self.drawn += 1
        id_ = secrets.token_hex(20)
        self.keys[id_] = (email, pair.public_key())
        pem = pair.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
        return {"client_email": email, "private_key_id": id_, "private_key": pem}

    def start(self, url: str) -> tuple[dict[str, str], Fields, Fields]:
        current, admin = self.make(APP), self.make(ADMIN)
        options = {"url": url, "token_url": url, "sole": "yes"}
        return options, {"value": json.dumps(current)}, {"value": json.dumps(admin)}

    def works(self, fields: Fields) -> bool:
        id_ = json.loads(fields["value"])["private_key_id"]
        return id_ in self.keys and id_ not in self.disabled

    def tell(self, asked: Asked) -> Told:
        if path(asked) == "/token":
            return self._grant(form(asked)["assertion"])
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return said(401)
        base = f"/v1/projects/-/serviceAccounts/{APP}/keys"
        assert path(asked).startswith(base)
        id_, _, verb = path(asked).removeprefix(base).removeprefix("/").partition(":")
        if id_ and id_ not in self.keys:
            return said(404)
        match asked.method, verb:
            case "GET", "":
                names = [f"projects/acme/serviceAccounts/{APP}/keys/{i}"
                         for i, (who, _) in self.keys.items() if who == APP]  # fmt: skip
                return said(200, {"keys": [{"name": name} for name in names]})
            case "POST", "disable":
                self.disabled.add(id_)
                return said(200, {})
            case "POST", "":
                text = base64.b64encode(json.dumps(self.make(APP)).encode()).decode()
                return said(200, {"privateKeyData": text})
        if id_ not in self.disabled:
            return said(400)
        del self.keys[id_]
        return said(200, {})

    def _grant(self, assertion: str) -> Told:
        head, claims, mark = (base64.urlsafe_b64decode(p + "==") for p in assertion.split("."))
        id_, who = json.loads(head)["kid"], json.loads(claims)["iss"]
        if id_ not in self.keys or id_ in self.disabled or self.keys[id_][0] != who:
            return said(400, {"error": "invalid_grant"})
        signed = assertion.rpartition(".")[0].encode()
        try:
            self.keys[id_][1].verify(mark, signed, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return said(400, {"error": "invalid_grant"})
        return said(200, {"access_token": self.token if who == ADMIN else "of-the-app"})


class TestContract(RotatorContract):
    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        with a_bench(GoogleFake()) as made:
            yield made


def test_keys_of_others_stay_without_the_option() -> None:
    fake = GoogleFake()
    with a_bench(fake) as bench:
        other = fake.make(APP)["private_key_id"]
        bench.rotator.mint(replace(bench.job, options={"sole": "no"}))
        assert other in fake.keys


def test_a_full_account_is_said_to_be() -> None:
    fake = GoogleFake()
    with a_bench(fake) as bench:
        for _ in range(9):
            fake.make(APP)
        job = replace(bench.job, options={"sole": "no"})
        with pytest.raises(TargetError) as caught:
            bench.rotator.mint(job)
        assert caught.value.code == "target-full"
        assert not bench.rotator.doctor(job)[0].well


@pytest.mark.parametrize(
    "value", ["nonsense", "{}", '{"private_key_id":"a","client_email":"b","private_key":"c"}']
)
def test_a_value_that_is_no_key_cannot_be_told(value: str) -> None:
    with a_bench(GoogleFake()) as bench:
        odd = Credential(1, {"value": value})
        assert bench.rotator.probe(bench.job, odd).answer is Answer.UNKNOWN
