"""The mail server and the receiver do what a test tells them to."""

import smtplib
from email.message import EmailMessage
from http.client import HTTPConnection, RemoteDisconnected

import pytest

from tests.services.process import HOST
from tests.services.receiver import Receiver
from tests.services.smtp import Mailbox


def _letter() -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "room@example.org", "ada@example.org", "ö"
    letter.set_content("Rotate.")
    return letter


def test_mail_is_kept(mailbox: Mailbox) -> None:
    with smtplib.SMTP(HOST, mailbox.port, timeout=10) as post:
        post.send_message(_letter())
    [letter] = mailbox.wait_for(1)
    assert (letter["Subject"], letter.get_content()) == ("ö", "Rotate.\r\n")
    assert mailbox.recipients == [("ada@example.org",)]


def test_mail_is_refused(mailbox: Mailbox) -> None:
    mailbox.refuse = "550 no"
    with (
        smtplib.SMTP(HOST, mailbox.port, timeout=10) as post,
        pytest.raises(smtplib.SMTPDataError),
    ):
        post.send_message(_letter())
    assert mailbox.messages == []


def test_a_slow_mail_server_is_left(mailbox: Mailbox) -> None:
    mailbox.delay_s = 3600.0
    post = smtplib.SMTP(HOST, mailbox.port, timeout=0.2)
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        post.send_message(_letter())


def _ask(port: int, timeout_s: float = 10.0) -> tuple[int, bytes]:
    wire = HTTPConnection(HOST, port, timeout=timeout_s)
    try:
        wire.request("POST", "/hook?a=b", b"{}", {"X-Signature": "fake"})
        answer = wire.getresponse()
        return answer.status, answer.read()
    finally:
        wire.close()


def test_requests_are_recorded_and_answered_as_told(receiver: Receiver) -> None:
    receiver.status, receiver.answer = 500, b"broken"
    assert _ask(receiver.server_port) == (500, b"broken")
    [request] = receiver.wait_for(1)
    assert (request.method, request.path, request.body) == ("POST", "/hook?a=b", b"{}")
    assert request.headers["x-signature"] == "fake"


def test_a_receiver_hangs_up_or_keeps_one_waiting(receiver: Receiver) -> None:
    receiver.drop = 1
    with pytest.raises(RemoteDisconnected):
        _ask(receiver.server_port)
    receiver.hold()
    with pytest.raises(TimeoutError):
        _ask(receiver.server_port, 0.2)
    receiver.release()
    assert _ask(receiver.server_port) == (200, b"")
    assert len(receiver.requests) == 3
