"""A program that a worker of Celery runs: its passwords lie in files, as in a container."""

import os
from typing import Any

import celery
from celery.signals import worker_process_init

from strongroom.runtime.client import Secrets
from strongroom.runtime.providers.celery import broker
from strongroom.runtime.providers.login import Login
from strongroom.runtime.providers.redis import credential_provider

# Before workers fork: what it holds must serve in a child.
secrets = Secrets(environment="production", poll=0.1)
login, results = Login(secrets, url="BROKER_URL"), Login(secrets, url="RESULTS_URL")
app = celery.Celery("app", broker=login.address, backend=results.address, set_as_current=False)
app.conf.redis_backend_credential_provider = credential_provider(results)
app.conf.worker_cancel_long_running_tasks_on_connection_loss = True
broker(app, login)
begun: list[int] = []


@worker_process_init.connect(weak=False)  # type: ignore[untyped-decorator]
def begin(**_: Any) -> None:
    secrets.watch()
    begun.append(os.getpid())


@app.task(name="double")  # type: ignore[untyped-decorator]
def double(number: int) -> tuple[int, bool]:
    """Twice `number`, and whether this process was begun as one of a worker's."""
    return 2 * number, begun == [os.getpid()]
