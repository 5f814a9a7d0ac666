"""P-5.8: Celery's broker and results follow a rotated password without a restart."""

import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import celery
import kombu
import pytest
import redis
from tests.services.redis_server import Redis

from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.providers.celery import broker
from strongroom.runtime.providers.login import Login
from strongroom.runtime.providers.redis import credential_provider

ROOT = Path(__file__).parents[3]
WAIT_S = 60


@pytest.fixture
def user(redis_server: Redis, origin: MemoryOrigin) -> str:
    name, word = redis_server.login()
    origin.put("URL", redis_server.url(name, word))
    return name


@pytest.fixture
def app(secrets: Secrets, user: str) -> Iterator[celery.Celery]:
    """Where tasks are sent."""
    login = Login(secrets, url="URL")
    made = celery.Celery("app", broker=login.address, backend=login.address, set_as_current=False)
    made.conf.redis_backend_credential_provider = credential_provider(login)
    broker(made, login)
    with closing(made):
        yield made


def test_what_is_sent_follows_the_password_though_nobody_told_of_it(
    redis_server: Redis, origin: MemoryOrigin, app: celery.Celery, user: str
) -> None:
    queue = f"to-{user}"
    app.send_task("double", (1,), queue=queue)
    origin.put("URL", redis_server.url(user, redis_server.change(user)))
    redis_server.end_sessions(user)
    app.send_task("double", (2,), queue=queue)
    assert redis_server.run("LLEN", queue) == 2


def test_results_follow_the_password(
    redis_server: Redis, origin: MemoryOrigin, secrets: Secrets, app: celery.Celery, user: str
) -> None:
    app.backend.client.ping()
    origin.put("URL", redis_server.url(user, redis_server.change(user)))
    secrets.refresh("URL")
    redis_server.end_sessions(user)
    app.backend.client.ping()
    app.backend.client.close()


def test_a_login_that_fails_for_good_shows_no_value(
    redis_server: Redis, secrets: Secrets, app: celery.Celery, user: str
) -> None:
    """P-9.9."""
    word = Login(secrets, url="URL").read().password
    redis_server.change(user)
    with app.connection_for_write() as one:
        with pytest.raises(kombu.exceptions.OperationalError) as caught:
            one.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
        assert isinstance(caught.value.__cause__, redis.AuthenticationError)
        shown = "".join(traceback.format_exception(caught.value))
        assert word not in f"{shown} {one!r} {one.info()} {one.as_uri()}"


def test_a_worker_and_its_children_follow_the_password(
    redis_server: Redis, origin: MemoryOrigin, secrets: Secrets, app: celery.Celery, user: str,
    tmp_path: Path,
) -> None:  # fmt: skip
    file, log, words = tmp_path / "url", tmp_path / "log", []

    def put(word: str) -> None:
        words.append(word)
        fresh = tmp_path / "fresh"
        fresh.write_text(redis_server.url(user, word), "utf-8")
        fresh.replace(file)
        origin.put("URL", redis_server.url(user, word))
        secrets.refresh("URL")

    put(redis_server.change(user))
    with worker(file, log, user) as process:
        assert result(app, user, 21) == [42, True]
        for number in (1, 2):
            put(redis_server.change(user))
            redis_server.end_sessions(user)
            assert result(app, user, number) == [2 * number, True]
        assert process.poll() is None
    assert not [word for word in words if word in log.read_text("utf-8")]


def result(app: celery.Celery, queue: str, number: int) -> Any:
    return app.send_task("double", (number,), queue=queue).get(timeout=WAIT_S)


@contextmanager
def worker(url: Path, log: Path, queue: str) -> "Iterator[subprocess.Popen[bytes]]":
    """A worker with one child, as `celery worker` starts it."""
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(url.parent), "BROKER_URL_FILE": str(url),
        "STRONGROOM_CACHE": "off", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
    }  # fmt: skip
    argv = [
        sys.executable, "-m", "celery", "-A", "tests.runtime.providers.celery_app", "worker",
        "--pool=prefork", "--concurrency=1", f"--queues={queue}", "--loglevel=INFO",
    ]  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(
            argv, env=environ, cwd=url.parent, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(WAIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
