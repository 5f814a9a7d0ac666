"""Redis: scores for a minute, and how often somebody failed to log in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from redis import Redis

from strongroom import Secrets
from strongroom.runtime.providers import redis as live
from strongroom.runtime.providers.login import Login

FAILED_MAX: Final = 10
FAILED_S: Final = 60
WAIT_S: Final = 2.0


class Cache:
    """What it holds can be made again at any time."""

    def __init__(self, client: Any, life_s: float) -> None:
        self._client = client
        self._life_ms = int(life_s * 1000)

    def score(self, customer: str) -> int | None:
        """The score that was kept, if it is still good."""
        found = self._client.get(f"score:{customer}")
        return None if found is None else int(found)

    def keep_score(self, customer: str, score: int) -> None:
        """For a while."""
        self._client.set(f"score:{customer}", score, px=self._life_ms)

    def forget_score(self, customer: str) -> None:
        """Something happened that changes it."""
        self._client.delete(f"score:{customer}")

    def may_try(self, account: str) -> bool:
        """Whether nobody failed to log in to this account too often in the last minute."""
        return int(self._client.get(f"failed:{account}") or 0) < FAILED_MAX

    def failed(self, account: str) -> None:
        """Somebody failed to log in."""
        with self._client.pipeline() as pipeline:
            pipeline.set(f"failed:{account}", 0, ex=FAILED_S, nx=True)
            pipeline.incr(f"failed:{account}")
            pipeline.execute()

    def ping(self) -> None:
        """Raises when it does not answer."""
        self._client.ping()


@contextmanager
def connected(secrets: Secrets, life_s: float) -> Iterator[Cache]:
    """A client that connects when it is first used, and anew after a rotation."""
    login = Login(secrets, url="REDIS_URL")
    client = Redis.from_url(
        login.address, socket_timeout=WAIT_S, socket_connect_timeout=WAIT_S, **live.options(login)
    )
    end = live.follow(client, login)
    try:
        yield Cache(client, life_s)
    finally:
        end()
        client.close()
