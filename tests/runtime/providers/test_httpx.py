"""P-5.8: httpx follows a rotated key without a restart, and takes it to no other host."""

import asyncio
from typing import Any

import httpx
from tests.runtime.providers.api import Api, serving

from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.providers.httpx import auth
from strongroom.runtime.providers.login import Login

OLD, NEW = "fake-old-key-1234567890", "fake-new-key-1234567890"


def test_a_refused_request_is_sent_once_more_with_the_new_key(
    origin: MemoryOrigin, secrets: Secrets
) -> None:
    origin.put("KEY", OLD)
    with serving() as api, httpx.Client(auth=auth(Login(secrets, password="KEY"))) as client:
        api.accepted = OLD
        assert client.get(api.url).status_code == 200
        origin.put("KEY", NEW)
        api.accepted = NEW
        assert client.post(api.url, content=b"x").status_code == 200
        assert len(api.seen) == 3


def test_asyncio_does_the_same(origin: MemoryOrigin, secrets: Secrets) -> None:
    origin.put("KEY", OLD)

    async def run(api: Api) -> Any:
        async with httpx.AsyncClient(auth=auth(Login(secrets, password="KEY"))) as client:
            assert (await client.get(api.url)).status_code == 200
            origin.put("KEY", NEW)
            api.accepted = NEW
            return (await client.get(api.url)).status_code

    with serving() as api:
        api.accepted = OLD
        assert asyncio.run(run(api)) == 200


def test_a_key_that_is_refused_for_good_is_tried_once_and_goes_to_no_other_host(
    origin: MemoryOrigin, secrets: Secrets
) -> None:
    origin.put("KEY", OLD)
    with serving() as other, serving(f"http://localhost:{other.server_port}/") as api:
        live = auth(Login(secrets, password="KEY"))
        with httpx.Client(auth=live, follow_redirects=True) as client:
            assert client.get(api.url).status_code == 401
            assert api.seen == [f"Bearer {OLD}"]
            assert client.get(f"{api.url}/away").status_code == 401
        assert other.seen == [None]
