"""P-5.8: Django's cache in Redis follows a rotated password without a restart."""

import traceback

import django.core.cache
import pytest
import redis
from django.conf import settings
from tests.services.redis_server import Redis

from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.providers import redis as live
from strongroom.runtime.providers.login import Login


@pytest.fixture
def user(redis_server: Redis, origin: MemoryOrigin) -> str:
    name, word = redis_server.login()
    origin.put("URL", redis_server.url(name, word))
    return name


@pytest.fixture
def cache(redis_server: Redis, secrets: Secrets, user: str) -> django.core.cache.BaseCache:
    if not settings.configured:
        settings.configure()
    login = Login(secrets, url="URL")
    handler = django.core.cache.CacheHandler({
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://{redis_server.host}:{redis_server.port}/0",
            "OPTIONS": live.options(login),
        }
    })  # fmt: skip
    found: django.core.cache.BaseCache = handler["default"]
    return found


def test_what_is_kept_is_found_after_a_rotation_that_nobody_told_of(
    redis_server: Redis, origin: MemoryOrigin, cache: django.core.cache.BaseCache, user: str
) -> None:
    cache.set(user, "kept")
    origin.put("URL", redis_server.url(user, redis_server.change(user)))
    redis_server.end_sessions(user)
    assert cache.get(user) == "kept"


def test_a_login_that_fails_for_good_shows_no_value(
    redis_server: Redis, secrets: Secrets, cache: django.core.cache.BaseCache, user: str
) -> None:
    """P-9.9."""
    redis_server.change(user)
    with pytest.raises(redis.AuthenticationError) as caught:
        cache.get(user)
    word = Login(secrets, url="URL").read().password
    assert word not in "".join(traceback.format_exception(caught.value))
