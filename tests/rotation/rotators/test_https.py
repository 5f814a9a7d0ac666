"""Addresses that values may go to. What a server does wrong stands in `test_webhook`."""

import pytest

from strongroom.errors import InvalidError
from strongroom.rotation.rotators import https
from strongroom.rotation.rotators.https import Place
from strongroom.rotation.rotators.interface import TargetUnreachableError
from tests.services.fake_http import Told, serving


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://hooks.example.com", Place("hooks.example.com", 443, "/", True)),
        ("https://hooks.example.com:8443/a/b", Place("hooks.example.com", 8443, "/a/b", True)),
        ("http://127.0.0.7:80/x", Place("127.0.0.7", 80, "/x", False)),
        ("http://[::1]/x", Place("::1", 80, "/x", False)),
        ("http://localhost:8080/", Place("localhost", 8080, "/", False)),
    ],
    ids=range(5),
)
def test_an_address_is_read(url: str, place: Place) -> None:
    assert https.place(url) == place


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/x",
        "http://localhost.example.com/x",
        "http://10.0.0.1/x",
        "http://0.0.0.0/x",
        "ftp://127.0.0.1/x",
        "https://user:pw@hooks.example.com/x",
        "https://hooks.example.com/x?token=1",
        "https://hooks.example.com/x#1",
        "https:///x",
        "https://[::1/x",
        "https://hooks.example.com:99999/x",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/\r\nHost: x",
        "",
    ],
    ids=range(14),
)
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(InvalidError) as caught:
        https.place(url)
    assert caught.value.code == "target-address"


def test_a_name_that_means_another_machine_gets_nothing_in_plain() -> None:
    """Whatever a resolver says: the check is made on the address that is connected to."""
    with serving(lambda _: Told(200)) as fake:
        elsewhere = Place("0.0.0.0", fake.port, "/", secure=False)
        with pytest.raises(TargetUnreachableError):
            https.send(elsewhere, "GET", headers={}, timeout_s=5.0)
        assert fake.asked == []


def test_a_request_has_no_more_than_it_was_given() -> None:
    with serving(lambda _: Told(204)) as fake:
        reply = https.send(
            https.place(f"{fake.url}/a"), "DELETE", headers={"X-A": "1"}, timeout_s=5.0
        )
        assert (reply.status, reply.body) == (204, b"")
        (asked,) = fake.asked
        assert (asked.method, asked.path, asked.body) == ("DELETE", "/a", b"")
        assert set(asked.headers) == {"host", "accept-encoding", "x-a", "connection"}
