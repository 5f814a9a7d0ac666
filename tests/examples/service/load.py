"""Requests without a pause, of every kind that the service answers; each failure is kept.

with Load(url, stage) as load: ...
assert load.failures == []
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Final, Self

import httpx
from tests.examples.service.stage import PATIENCE_S, Stage, until

PAUSE_S: Final = 0.02
WORKERS: Final = 2
FAILURES_MAX: Final = 20


class Load:
    """`failures` says which requests were not answered as they should be."""

    def __init__(self, url: str, stage: Stage) -> None:
        self._done: list[Counter[str]] = [Counter() for _ in range(WORKERS)]
        self.failures: list[str] = []
        self._ended = Event()
        self._lock = Lock()
        self._visitors = [_Visitor(url, stage, n) for n in range(WORKERS)]
        self._threads = [Thread(target=self._work, args=(one,)) for one in self._visitors]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        self.goes_on()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    @property
    def done(self) -> Counter[str]:
        """How many requests of each kind were made."""
        with self._lock:
            return sum(self._done, Counter())

    def goes_on(self, rounds: int = 1) -> None:
        """Wait until everybody asked for everything so often once more, or something failed."""
        with self._lock:
            goals = [Counter({kind: done[kind] + rounds for kind in KINDS}) for done in self._done]

        def reached() -> bool:
            with self._lock:
                return all(done >= goal for done, goal in zip(self._done, goals, strict=True))

        until(lambda: bool(self.failures) or reached(), "requests of each kind")

    @property
    def token(self) -> str:
        """Of the last log-in of one of them."""
        return self._visitors[0].token

    def _work(self, one: "_Visitor") -> None:
        for kind, ask in one.round():
            if self._ended.wait(PAUSE_S) or len(self.failures) > FAILURES_MAX:
                one.client.close()
                return
            try:
                answer = ask()
                failed = "" if answer.is_success else f"{answer.status_code} {answer.text}"
            except (httpx.HTTPError, ValueError) as error:
                failed = f"{type(error).__name__} {error}"
            with self._lock:
                self._done[one.number][kind] += 1
                if failed:
                    self.failures.append(f"{kind}: {failed}")


class _Visitor:
    """One who logs in, makes a customer, looks at him with an API key, and writes to him."""

    def __init__(self, url: str, stage: Stage, number: int) -> None:
        self.client = httpx.Client(base_url=url, timeout=PATIENCE_S)
        self.number = number
        self.token = ""
        self._stage = stage
        self._email = f"grace.{number}@example.org"
        self._customer = ""

    def round(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        """For ever."""
        yield "login", self._login
        yield "add", self._add
        asks = {
            "health": lambda: self.client.get("/health"),
            "show": self._show,
            "buy": lambda: self._post("/purchases", {"cents": 1250}),
            "score": lambda: self.client.get(f"{self._path}/score", headers=self._key),
            "segments": lambda: self.client.get("/segments", headers=self._bearer),
            "email": lambda: self._post("/messages", {"channel": "email", "text": "Hello"}),
            "sms": lambda: self._post("/messages", {"channel": "sms", "text": "Hello"}),
        }
        for turn in itertools.count(1):
            yield from asks.items()
            if turn % 4 == 0:
                yield "login", self._login  # in between, the token of before a rotation serves
                yield "add", self._add

    @property
    def _path(self) -> str:
        return f"/customers/{self._customer}"

    @property
    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def _key(self) -> dict[str, str]:
        return {"X-API-Key": self._stage.api_key}

    def _post(self, path: str, body: Any) -> Any:
        return self.client.post(f"{self._path}{path}", json=body, headers=self._bearer)

    def _login(self) -> Any:
        body = {"name": "ada", "password": self._stage.ada}
        answer = self.client.post("/login", json=body)
        self.token = answer.json().get("token", self.token)
        return answer

    def _add(self) -> Any:
        body = {"name": "Grace Example", "email": self._email, "phone": "+4915112345678"}
        answer = self.client.post("/customers", json=body, headers=self._bearer)
        self._customer = answer.json().get("id", self._customer)
        return answer

    def _show(self) -> Any:
        answer = self.client.get(self._path, headers=self._key)
        if answer.is_success and answer.json()["email"] != self._email:
            raise ValueError("another e-mail address than was given")
        return answer


KINDS: Final = (*("login", "add", "health", "show", "buy", "score", "segments", "email", "sms"),)
