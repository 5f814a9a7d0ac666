"""P-5.8: Celery's broker and results follow a rotated password without a restart."""

import gc
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import celery
import kombu
import pytest
import redis
from tests.services.rabbitmq import Rabbitmq
from tests.services.redis_server import Redis

from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.providers.celery import broker
from strongroom.runtime.providers.login import Login
from strongroom.runtime.providers.redis import credential_provider
from strongroom.runtime.rejected import rejected

# Whenever Celery connects its results anew it forgets what was connected (`connection_pool.reset`).
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

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
    with closed(made):
        yield made


@contextmanager
def closed(app: celery.Celery) -> Iterator[None]:
    """Celery leaves what it connected to whoever collects it."""
    try:
        yield
    finally:
        app.pool.force_close_all()
        if app.conf.result_backend:
            app.backend.result_consumer.stop()
            app.backend.client.close()
            app.backend.client.connection_pool.disconnect()  # closing leaves what is in the pool
        app.close()
        gc.collect()  # what it has forgotten is closed here, and not in the test of another


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


def test_amqp_follows_the_password_and_keeps_none(
    rabbitmq: Rabbitmq, origin: MemoryOrigin, secrets: Secrets
) -> None:
    user, word = rabbitmq.login()
    origin.put("URL", f"amqp://{user}:{word}@{rabbitmq.host}:{rabbitmq.port}//")
    login, queue = Login(secrets, url="URL"), f"to-{user}"
    app = celery.Celery("app", broker=login.address, set_as_current=False)
    broker(app, login)
    with closed(app):
        for number in (1, 2):
            with app.connection_for_write() as one:
                app.send_task("double", (number,), queue=queue, connection=one)
                assert word not in f"{one!r} {one.info()} {one.as_uri()} {one.clone()!r}"
            word = rabbitmq.change(user)
            origin.put("URL", f"amqp://{user}:{word}@{rabbitmq.host}:{rabbitmq.port}//")
        secrets.refresh("URL")
        with app.pool.acquire() as pooled:
            queued = pooled.default_channel.queue_declare(queue, passive=True)
    assert queued.message_count == 2


def test_amqp_that_refuses_for_good_shows_no_value(
    rabbitmq: Rabbitmq, origin: MemoryOrigin, secrets: Secrets
) -> None:
    """P-9.9."""
    user, word = rabbitmq.login()
    origin.put("URL", f"amqp://{user}:{word}@{rabbitmq.host}:{rabbitmq.port}//")
    rabbitmq.change(user)
    login = Login(secrets, url="URL")
    app = celery.Celery("app", broker=login.address, set_as_current=False)
    broker(app, login)
    with closed(app), app.connection_for_write() as one:
        with pytest.raises(kombu.exceptions.OperationalError) as caught:
            one.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
        assert rejected(caught.value)
        assert word not in "".join(traceback.format_exception(caught.value)) + repr(one.info())


class Broker:
    """One of the two, with a user of its own."""

    def __init__(self, server: Redis | Rabbitmq) -> None:
        self.server = server
        self.user, self.word = server.login()

    @property
    def url(self) -> str:
        if isinstance(self.server, Redis):
            return self.server.url(self.user, self.word)
        return f"amqp://{self.user}:{self.word}@{self.server.host}:{self.server.port}//"

    def change(self) -> None:
        """Another password; who logged in with the old one is thrown out."""
        self.word = self.server.change(self.user)
        if isinstance(self.server, Redis):
            self.server.end_sessions(self.user)
        else:
            self.server.call("DELETE", f"connections/username/{self.user}")


@pytest.mark.long
@pytest.mark.parametrize("kind", ["redis", "amqp"])
def test_a_worker_and_its_children_follow_the_passwords(
    request: pytest.FixtureRequest, redis_server: Redis, origin: MemoryOrigin, secrets: Secrets,
    kind: str, tmp_path: Path,
) -> None:  # fmt: skip
    """What it is told is in files, replaced as Kubernetes does; nobody starts it anew."""
    server = redis_server if kind == "redis" else request.getfixturevalue("rabbitmq")
    brokers = {"BROKER_URL": Broker(server), "RESULTS_URL": Broker(redis_server)}
    words = []

    def put() -> None:
        for name, one in brokers.items():
            words.append(one.word)
            fresh = tmp_path / "fresh"
            fresh.write_text(one.url, "utf-8")
            fresh.replace(tmp_path / name)
            origin.put(name, one.url)
            secrets.refresh(name)

    put()
    login, results = Login(secrets, url="BROKER_URL"), Login(secrets, url="RESULTS_URL")
    app = celery.Celery("app", broker=login.address, backend=results.address, set_as_current=False)
    app.conf.redis_backend_credential_provider = credential_provider(results)
    broker(app, login)
    queue, log = f"to-{brokers['BROKER_URL'].user}", tmp_path / "log"
    with closed(app), worker(tmp_path, log, queue) as process:
        assert result(app, queue, 21) == [42, True]
        for number in (1, 2):
            for one in brokers.values():
                one.change()
            put()
            assert result(app, queue, number) == [2 * number, True]
        assert process.poll() is None
    assert not [word for word in words if word in log.read_text("utf-8")]


def result(app: celery.Celery, queue: str, number: int) -> Any:
    return app.send_task("double", (number,), queue=queue).get(timeout=WAIT_S)


@contextmanager
def worker(folder: Path, log: Path, queue: str) -> "Iterator[subprocess.Popen[bytes]]":
    """A worker with one child, as `celery worker` starts it."""
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(folder),
        **{f"{name}_FILE": str(folder / name) for name in ("BROKER_URL", "RESULTS_URL")},
        "STRONGROOM_CACHE": "off", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
    }  # fmt: skip
    argv = [
        sys.executable, "-m", "celery", "-A", "tests.runtime.providers.celery_app", "worker",
        "--pool=prefork", "--concurrency=1", f"--queues={queue}", "--loglevel=INFO",
    ]  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(
            argv, env=environ, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out
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
