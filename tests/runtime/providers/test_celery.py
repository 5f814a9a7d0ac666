"""P-5.8: Celery's broker and results follow a rotated password by redis-py's own hook."""

import celery
from kombu.connection import Connection
from tests.services.redis_server import Redis

from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.providers.login import Login
from strongroom.runtime.providers.redis import credential_provider


def test_what_is_sent_and_kept_follows_the_password(
    redis_server: Redis, origin: MemoryOrigin, secrets: Secrets
) -> None:
    user, word = redis_server.login()
    origin.put("WORD", word)
    url = f"redis://{redis_server.host}:{redis_server.port}/0"
    origin.put("URL", redis_server.url(user, word))
    provider = credential_provider(Login(secrets, url="URL"))
    app = celery.Celery(
        "app", broker=url, backend=url, set_as_current=False,
        broker_transport_options={}, redis_backend_credential_provider=provider,
    )  # fmt: skip
    app.backend.client.ping()
    origin.put("URL", redis_server.url(user, redis_server.change(user)))
    secrets.refresh("URL")
    app.backend.client.connection_pool.disconnect()
    app.backend.client.ping()
    app.backend.client.close()
    with Connection(url, credential_provider=provider) as broker:  # type: ignore[no-untyped-call]
        broker.ensure_connection(max_retries=1)
        broker.default_channel.client.ping()
    app.close()
