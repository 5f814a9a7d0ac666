"""Each recipe as the program that `exec` starts, through a whole rotation."""

import io
import json
from dataclasses import replace

import pytest

from strongroom.errors import InvalidError
from strongroom.rotation.recipes import RECIPES, recipe
from strongroom.rotation.rotators.exec import ExecRotator
from strongroom.rotation.rotators.interface import Answer, TargetError
from tests.rotation.recipes.stand import Here, Provider, a_bench, said
from tests.rotation.recipes.test_azure import EntraFake
from tests.rotation.recipes.test_gcp import GoogleFake
from tests.rotation.recipes.test_sendgrid import SendGridFake
from tests.rotation.recipes.test_sentry import SentryFake
from tests.rotation.recipes.test_twilio import TokenFake, TwilioFake
from tests.services.fake_http import Asked, Told

FAKES: dict[str, type[Provider]] = {
    kind.recipe: kind
    for kind in (EntraFake, GoogleFake, SendGridFake, SentryFake, TokenFake, TwilioFake)
}


def test_each_recipe_has_its_fake() -> None:
    assert set(FAKES) == set(RECIPES)


@pytest.mark.parametrize("name", RECIPES)
def test_a_whole_rotation_by_the_program(name: str) -> None:
    with a_bench(FAKES[name](), ExecRotator()) as bench:
        job = replace(bench.set(), timeout_s=60.0)
        assert job.pending is not None
        assert job.current is not None
        bench.rotator.test(job)
        assert bench.works(job.current)
        bench.rotator.retire(job, job.current)
        assert bench.works(job.pending)
        assert not bench.works(job.current)
        assert bench.rotator.probe(job, job.current).answer is Answer.REFUSED


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize(
    ("status", "code"),
    [(429, "target-busy"), (503, "target-busy"), (302, "target-denied"), (418, "target-denied")],
    ids=["429", "503", "302", "418"],
)
def test_what_a_provider_says_to_everything(name: str, status: int, code: str) -> None:
    provider = FAKES[name]()

    def tell(asked: Asked) -> Told:
        del asked
        return said(status, {"secret": "plainly-fake-answer"})

    provider.tell = tell  # type: ignore[method-assign] # one answer to all
    with a_bench(provider) as bench:
        with pytest.raises(TargetError) as caught:
            bench.rotator.mint(bench.job)
        assert caught.value.code == code
        assert "plainly-fake" not in caught.value.message


@pytest.mark.parametrize("name", RECIPES)
def test_a_provider_that_is_not_there(name: str) -> None:
    with a_bench(FAKES[name]()) as bench:
        job = bench.job
    assert job.current is not None
    probe = Here().probe(job, job.current)
    assert probe.answer is Answer.UNKNOWN
    assert probe.why is not None
    assert probe.why.code == "target-unreachable"


@pytest.mark.parametrize("name", sorted(set(RECIPES) - {"twilio-auth-token"}))
def test_without_an_admin_secret(name: str) -> None:
    with a_bench(FAKES[name]()) as bench:
        job = replace(bench.job, target=replace(bench.job.target, admin=None))
        with pytest.raises(TargetError) as caught:
            bench.rotator.mint(job)
        assert caught.value.code == "target-admin-refused"


def test_a_recipe_that_is_not_there() -> None:
    with a_bench(SendGridFake()) as bench:
        job = replace(bench.job, options={"recipe": "telepathy"})
        with pytest.raises(InvalidError) as caught:
            ExecRotator().check(job)
        assert caught.value.code == "target-option"
        assert "telepathy" not in caught.value.message
    assert recipe.main(["telepathy"], io.BytesIO(), io.BytesIO()) == 2
    assert recipe.main([], io.BytesIO(), io.BytesIO()) == 2


def test_an_address_without_tls_is_refused() -> None:
    with a_bench(SendGridFake()) as bench:
        job = replace(bench.job, options={"url": "http://api.example.com"})
        with pytest.raises(TargetError) as caught:
            bench.rotator.mint(job)
        assert caught.value.code == "target-denied"


def test_an_answer_names_its_question() -> None:
    with a_bench(SendGridFake()) as bench:
        sink, current = io.BytesIO(), bench.job.current
        assert current is not None
        body = {
            "id": "msg_7", "ask": "doctor", "secret": "production/app/KEY", "more": 1,
            "options": dict(bench.job.target.options), "admin": dict(bench.job.target.admin or {}),
            "current": {"version": 1, "fields": dict(current.fields)},
        }  # fmt: skip
        assert recipe.main(["sendgrid"], io.BytesIO(json.dumps(body).encode()), sink) == 0
        assert json.loads(sink.getvalue())["id"] == "msg_7"
        assert json.loads(sink.getvalue())["answer"] == "done"
