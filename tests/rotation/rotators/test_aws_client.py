"""AWS is asked over TLS and with nothing of the machine's; each refusal has a meaning."""

import logging
from collections.abc import Mapping
from dataclasses import replace

import pytest

from strongroom.errors import InvalidError
from strongroom.rotation.contract import Bench
from strongroom.rotation.rotators import aws_client
from strongroom.rotation.rotators.aws_client import KeyRefusedError
from strongroom.rotation.rotators.aws_iam import AwsIamRotator
from strongroom.rotation.rotators.interface import (
    Answer,
    Credential,
    Job,
    TargetError,
    TargetTlsError,
    TargetUnreachableError,
)
from tests.rotation.rotators.aws_site import Site
from tests.services import proxy
from tests.services.aws import Aws
from tests.services.process import HOST, free_port
from tests.services.tls import OTHER_NAME, Authority

ROTATOR = AwsIamRotator()


@pytest.fixture
def site(aws: Aws) -> Site:
    return Site.built(aws)


def minted(site: Site, job: Job) -> Job:
    return Bench(ROTATOR, job, site.works).minted()


def pending(job: Job) -> Credential:
    assert job.pending is not None
    return job.pending


def key_id(credential: Credential) -> str:
    return credential.fields["access_key_id"]


@pytest.mark.parametrize("wrong", ["name", "authority", "plain"])
def test_a_wrong_certificate_is_refused_without_fallback(
    site: Site, authority: Authority, wrong: str
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


def test_nobody_listens(site: Site) -> None:
    job = site.job(address=f"https://{HOST}:{free_port()}")
    with pytest.raises(TargetUnreachableError) as caught:
        ROTATOR.mint(job)
    assert caught.value.code == "target-unreachable"


def test_a_silent_server_ends_by_time(site: Site) -> None:
    with proxy.before(site.aws.port) as front:
        front.freeze()
        job = site.job(address=f"https://{front.address}", timeout_s=0.5)
        with pytest.raises(TargetUnreachableError) as caught:
            ROTATOR.mint(job)
    assert caught.value.code == "target-slow"


def test_the_machines_own_configuration_is_not_read(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobodys")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_CA_BUNDLE", "/nonexistent")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA" + "1" * 16)
    assert ROTATOR.probe(site.job(), site.current).answer is Answer.ACCEPTED


def test_no_key_stands_in_a_log(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    job = minted(site, site.job())
    ROTATOR.set(job)
    ROTATOR.retire(job, site.current)
    assert "botocore" in {record.name.partition(".")[0] for record in caplog.records}
    for fields in (site.admin, site.current.fields, pending(job).fields):
        assert fields["secret_access_key"] not in caplog.text


def test_an_error_keeps_nothing_of_an_answer(site: Site) -> None:
    error: BaseException | None
    with pytest.raises(TargetError) as caught:
        ROTATOR.mint(site.job(username="app_nobody"))
    error = caught.value
    while error is not None:
        assert not hasattr(error, "response")
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"region": "Mars 1"}, "target-option"),
        ({"quiet_hours": "0"}, "target-option"),
        ({"username": "two names"}, "target-option"),
        ({"usernam": "x"}, "target-option"),
        ({"tls": "off"}, "target-option"),
    ],
    ids=str,
)
def test_what_cannot_work_is_refused(site: Site, options: Mapping[str, str], code: str) -> None:
    with pytest.raises(InvalidError) as caught:
        ROTATOR.check(replace(site.job(), options=options))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:5000", "https://user:pw@iam.example.com", "https://", "iam.example.com",
     "https://iam.example.com/?a=b"],
    ids=range(5),
)  # fmt: skip
def test_an_address_without_tls_is_refused(site: Site, address: str) -> None:
    with pytest.raises(InvalidError) as caught:
        ROTATOR.check(site.job(address=address))
    assert caught.value.code == "target-address"


def test_whose_keys_they_are_must_be_said_to_an_admin(site: Site) -> None:
    with pytest.raises(InvalidError) as caught:
        ROTATOR.check(site.job(username=""))
    assert "username" in (caught.value.fix or "")


@pytest.mark.parametrize(
    "fields", [{"value": "x"}, {"access_key_id": "not an id", "secret_access_key": "x"}], ids=str
)  # fmt: skip
def test_a_value_that_is_no_key(site: Site, fields: dict[str, str]) -> None:
    with pytest.raises(InvalidError) as caught:
        ROTATOR.check(replace(site.job(), current=Credential(1, fields)))
    assert caught.value.code == "target-field"


def test_an_authority_that_cannot_be_read(site: Site) -> None:
    with pytest.raises(InvalidError):
        ROTATOR.mint(site.job(tls_ca="/nonexistent/ca.pem"))


@pytest.mark.parametrize(
    ("code", "status", "message", "meaning"),
    [
        ("Throttling", 400, "", "target-busy"),
        ("ServiceFailure", 500, "", "target-busy"),
        ("Strange", 503, "", "target-busy"),
        ("SignatureDoesNotMatch", 403, "Signature expired: now", "target-busy"),
        ("SignatureDoesNotMatch", 403, "Signature not yet current", "target-busy"),
        ("SignatureDoesNotMatch", 403, "it does not match", "target-denied"),
        ("LimitExceeded", 409, "", "target-full"),
        ("NoSuchEntity", 404, "", "target-changed"),
        ("AccessDenied", 403, "", "target-denied"),
        ("Strange", 400, "", "target-denied"),
    ],
    ids=str,
)
def test_what_aws_says_has_a_meaning(code: str, status: int, message: str, meaning: str) -> None:
    response = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    error = aws_client.meant(response, "create_access_key")
    assert error.code == meaning
    assert isinstance(error, KeyRefusedError) == (message == "it does not match")
    if code == "AccessDenied":
        assert "iam:CreateAccessKey" in (error.fix or "")
