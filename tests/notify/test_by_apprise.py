"""Apprise against a real mail server and a receiver on loopback: what arrives, what is refused."""

import json
import logging
import secrets
import socket

import pytest

from strongroom.errors import InvalidError, StrongroomError
from strongroom.notify.by_apprise import AppriseSender
from strongroom.notify.interface import ChannelError
from strongroom.notify.message import Message
from tests.services.fake_http import Asked, Told, serving
from tests.services.smtp import Mailbox

M = Message(
    "Strongroom: rotated production/api/DB", "production/api/DB has a new value.", bad=False
)


def address(mailbox: Mailbox, login: str = "") -> str:
    """Of a channel that sends mail there."""
    who = "from=room@example.com&to=ops@example.com"
    return f"mailto://{login}{mailbox.host}:{mailbox.port}?{who}&mode=insecure"


def test_mail_arrives(mailbox: Mailbox) -> None:
    AppriseSender().send(address(mailbox), M)
    (mail,) = mailbox.wait_for(1)
    assert mail["Subject"] == M.title
    body = mail.get_body(("plain", "html"))
    assert body is not None
    assert M.body in body.get_content()
    assert "room@example.com" in mail["From"]
    assert mailbox.recipients == [("ops@example.com",)]


@pytest.mark.parametrize("login", ["", "ops:{}@"], ids=["refused", "no login there"])
def test_mail_that_is_not_taken_says_so_and_shows_nothing(
    mailbox: Mailbox, caplog: pytest.LogCaptureFixture, login: str
) -> None:
    mailbox.refuse = "550 no"
    password = secrets.token_hex(12)
    with caplog.at_level(logging.DEBUG), pytest.raises(ChannelError) as caught:
        AppriseSender().send(address(mailbox, login.format(password)), M)
    assert caught.value.code == "channel-refused"
    assert caught.value.retryable
    shown = f"{caught.value.message} {caught.value.fix} {caught.value!r} {caplog.text}"
    assert password not in shown
    assert "apprise" not in [record.name for record in caplog.records]
    assert mailbox.messages == []


def test_a_webhook_arrives_and_says_what_is_bad() -> None:
    with serving(lambda _: Told(200)) as fake:
        url = fake.url.replace("http:", "json:") + "/hook"
        AppriseSender().send(url, M)
        AppriseSender().send(url, Message("t", "b", bad=True))
        good, bad = (json.loads(asked.body) for asked in fake.asked)
        assert (good["title"], good["message"], good["type"]) == (M.title, M.body, "info")
        assert bad["type"] == "failure"


@pytest.mark.parametrize("told", [Told(500), Told(404), Told(302, headers=(("Location", "/b"),))])
def test_a_webhook_that_is_not_taken(told: Told) -> None:
    paths: list[str] = []

    def tell(asked: Asked) -> Told:
        paths.append(asked.path)
        return told

    with serving(tell) as fake:
        with pytest.raises(ChannelError):
            AppriseSender().send(fake.url.replace("http:", "json:") + "/a", M)
        assert set(paths) == {"/a"}  # a redirect would take the message elsewhere


def test_nobody_is_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(ChannelError):
            AppriseSender().send(f"json://127.0.0.1:{taken.getsockname()[1]}/", M)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "unknown://host/path",
        "slack://",
        "json://hooks.example.com/x",
        "json://user:pw@localhost.example.com/x",
        "jsons://hooks.example.com/x?verify=no",
        "mailto://user:pw@mail.example.com?mode=insecure&from=a@example.com&to=b@example.com",
        "mailtos://user:pw@mail.example.com?mode=insecure&from=a@example.com&to=b@example.com",
        "jsons://hooks.example.com/\n",
        "jsons://" + "x" * 5_000,
    ],
    ids=range(11),
)
def test_an_address_that_cannot_be_used(url: str) -> None:
    with pytest.raises(InvalidError) as caught:
        AppriseSender().check(url)
    assert caught.value.code == "channel-url"
    assert caught.value.fix


@pytest.mark.parametrize(
    "url",
    [
        "jsons://user:plainly-fake@hooks.example.com/x",
        "mailtos://user:plainly-fake@mail.example.com?from=a@example.com&to=b@example.com",
        "mailto://user:plainly-fake@gmail.com",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general",
        "json://127.0.0.1:8080/x",
    ],
    ids=range(5),
)
def test_an_address_that_can(url: str) -> None:
    AppriseSender().check(url)


def test_without_apprise_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(StrongroomError) as caught:
        AppriseSender().check("json://127.0.0.1/")
    assert caught.value.code == "notify-unusable"
    assert "strongroom[notify]" in (caught.value.fix or "")


def test_its_log_is_open_again_afterwards() -> None:
    AppriseSender().check("json://127.0.0.1/")
    assert not logging.getLogger("apprise").disabled
