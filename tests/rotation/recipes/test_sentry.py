import json
import secrets
from collections.abc import Iterator

import pytest

from strongroom.rotation.contract import Bench, RotatorContract
from strongroom.rotation.rotators.interface import Answer, Credential, Fields
from tests.rotation.recipes.stand import Provider, a_bench, path, said
from tests.services.fake_http import Asked, Told

PROJECT = "4505281256090153"


class SentryFake(Provider):
    """Client keys of one project, and the place that takes envelopes."""

    recipe = "sentry"

    def __init__(self) -> None:
        self.token = secrets.token_hex(32)
        self.url = ""
        self.keys: dict[str, dict[str, object]] = {}

    def make(self, name: str) -> dict[str, object]:
        id_ = secrets.token_hex(16)
        dsn = f"{self.url.replace('://', f'://{id_}@')}/{PROJECT}"
        self.keys[id_] = {"id": id_, "name": name, "isActive": True, "dsn": {"public": dsn}}
        return self.keys[id_]

    def start(self, url: str) -> tuple[dict[str, str], Fields, Fields]:
        self.url = url
        key = self.make("Default")
        current = {"dsn": _dsn(key), "key_id": str(key["id"])}
        return {"url": url, "org": "acme", "project": "shop"}, current, {"token": self.token}

    def works(self, fields: Fields) -> bool:
        key = self.keys.get(fields["key_id"])
        return key is not None and bool(key["isActive"]) and _dsn(key) == fields["dsn"]

    def tell(self, asked: Asked) -> Told:
        at = path(asked)
        if at == f"/api/{PROJECT}/envelope/":
            public = asked.headers["x-sentry-auth"].rpartition("sentry_key=")[2]
            active = self.keys.get(public, {"isActive": False})["isActive"]
            return said(200, {}) if active else said(403, {"detail": "denied"})
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return said(401)
        assert at.startswith("/api/0/projects/acme/shop/keys/")
        id_ = at.removeprefix("/api/0/projects/acme/shop/keys/").rstrip("/")
        if id_ and id_ not in self.keys:
            return said(404)
        match asked.method:
            case "GET":
                return said(200, self.keys[id_] if id_ else list(self.keys.values()))
            case "POST":
                return said(201, self.make(json.loads(asked.body)["name"]))
            case "PUT":
                self.keys[id_] |= json.loads(asked.body)
                return said(200, self.keys[id_])
        del self.keys[id_]
        return said(204)


def _dsn(key: dict[str, object]) -> str:
    dsn = key["dsn"]
    assert isinstance(dsn, dict)
    return str(dsn["public"])


class TestContract(RotatorContract):
    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        with a_bench(SentryFake()) as made:
            yield made


def test_a_key_that_was_deactivated_by_hand_is_refused() -> None:
    fake = SentryFake()
    with a_bench(fake) as bench:
        current = bench.job.current
        assert current is not None
        fake.keys[current.fields["key_id"]]["isActive"] = False
        assert bench.rotator.probe(bench.job, current).answer is Answer.REFUSED


def test_a_dsn_that_is_none_cannot_be_told() -> None:
    with a_bench(SentryFake()) as bench:
        current = bench.job.current
        assert current is not None
        odd = Credential(1, {**current.fields, "dsn": "nonsense"})
        assert bench.rotator.probe(bench.job, odd).answer is Answer.UNKNOWN


def test_a_key_that_an_interrupted_rotation_left_goes() -> None:
    fake = SentryFake()
    with a_bench(fake) as bench:
        left = bench.rotator.mint(bench.job)
        bench.rotator.mint(bench.job)
        assert left["key_id"] not in fake.keys
        assert len(fake.keys) == 2
