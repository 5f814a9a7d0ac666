"""P-5.8: requests follows a rotated key without a restart, and takes it to no other host."""

import pytest
import requests
from tests.runtime.providers.api import serving

from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.providers.login import Login
from strongroom.runtime.providers.requests import auth

OLD, NEW = "fake-old-key-1234567890", "fake-new-key-1234567890"


@pytest.mark.parametrize("stream", [False, True])
def test_a_refused_request_is_sent_once_more_with_the_new_key(
    origin: MemoryOrigin, secrets: Secrets, stream: bool
) -> None:
    origin.put("KEY", OLD)
    with serving() as api, requests.Session() as session:
        session.auth = auth(Login(secrets, password="KEY"))
        api.accepted = OLD
        assert session.get(api.url).status_code == 200
        origin.put("KEY", NEW)
        api.accepted = NEW
        body = iter([b"x"]) if stream else b"x"
        answer = session.post(
            api.url, data=body, headers={"Content-Length": "1"} if stream else None
        )
        assert answer.status_code == (401 if stream else 200)
        assert len(api.seen) == (2 if stream else 3)


def test_a_key_that_is_refused_for_good_is_tried_once_and_goes_to_no_other_host(
    origin: MemoryOrigin, secrets: Secrets
) -> None:
    origin.put("KEY", OLD)
    with serving() as other, serving(f"http://localhost:{other.server_port}/") as api:
        with requests.Session() as session:
            session.auth = auth(Login(secrets, password="KEY"))
            assert session.get(api.url).status_code == 401
            assert api.seen == [f"Bearer {OLD}"]
            assert session.get(f"{api.url}/away").status_code == 401
        assert other.seen == [None]
