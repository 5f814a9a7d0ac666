"""What an origin gave, remembered; each name is asked for once, however many want it at a time."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from logging import ERROR, WARNING
from threading import Lock
from typing import Final, TypeVar

from strongroom.errors import StrongroomError, UpstreamError
from strongroom.runtime import cache
from strongroom.runtime.cache import Failure, Held, Look, Rules
from strongroom.runtime.desk import Desk, outcome
from strongroom.runtime.judge import VALUE_CHARS_MAX
from strongroom.runtime.keeping import Keeping
from strongroom.runtime.listeners import LOG, same
from strongroom.runtime.origin.interface import Delivery, Origin
from strongroom.runtime.secret import Secret

T = TypeVar("T")
# A name, and whether all its versions that are still accepted are meant, not the current one alone.
Key = tuple[str, bool]
Versions = tuple[Secret, ...]
HELD_MAX: Final = 10_000


class Asking:
    """Threads may share it. `clock` gives seconds and never goes back, `draw` a number from 0 to 1."""

    def __init__(
        self,
        connect: Callable[[], Origin],
        rules: Rules,
        *,
        deadline_s: float,
        clock: Callable[[], float],
        draw: Callable[[], float],
        changed: Callable[[str], object] | None = None,
        keeping: Keeping | None = None,
    ) -> None:
        self.rules = rules
        self.deadline_s = deadline_s
        self._connect = connect
        self._clock = clock
        self._draw = draw
        self._changed = changed
        self._keeping = keeping
        self._plain: set[str] = set()  # names that the origin says are no secrets
        self._desk = Desk()
        self._held: dict[Key, Held[Versions]] = {}
        self._forget_flights()

    def _forget_flights(self) -> None:
        self._lock = Lock()
        # What is to be asked, and what was: an answer on its way may be older than a question.
        self._queued: dict[Key, Future[Held[Versions]]] = {}
        self._sent: dict[Key, Future[Held[Versions]]] = {}
        # The error of an origin that is away, and until when nobody else tries.
        self._away: StrongroomError | None = None
        self._away_until = 0.0

    def after_fork(self) -> None:
        """In a child: what was asked is answered in the parent."""
        self._desk.after_fork()
        if self._keeping is not None:
            self._keeping.after_fork()
        self._forget_flights()

    def fresh(self, key: Key) -> Held[Versions] | None:
        """What is held and need not be asked for."""
        held = self._held.get(key)
        return held if held is not None and self._clock() < held.ask_at else None

    def peek(self, key: Key) -> Held[Versions] | None:
        """What is held, however old."""
        return self._held.get(key)

    def everything(self) -> dict[Key, Held[Versions]]:
        """All that is held."""
        with self._lock:
            return dict(self._held)

    def begin(self, key: Key, *, anew: bool = False) -> "Held[Versions] | Future[Held[Versions]]":
        """What is known, or what to wait for. `anew`: the question must be later than this call."""
        with self._lock:
            held = self._held.get(key)
            found = Look.ASK if anew else cache.look(held, self._clock(), self.rules)
            if held is not None and found is Look.FRESH:
                return held
            asked = self._queued.get(key) or (None if anew else self._sent.get(key))
            if asked is not None:
                return held if held is not None and found is Look.DUE else asked
            away = None if anew or self._clock() >= self._away_until else self._away
            future: Future[Held[Versions]] = Future()
            future.set_running_or_notify_cancel()
            if away is None:
                self._queued[key] = future
        if away is not None:
            # A start with twenty names does not wait twenty times for an origin that is away.
            return self._settle(key, away)
        self._desk.call(self._serve)
        return future

    def wait(self, key: Key, future: "Future[Held[Versions]]") -> Held[Versions]:
        """The answer, or that none came in time."""
        try:
            return future.result(self.deadline_s)
        except TimeoutError:
            return self.late(key)

    def late(self, key: Key) -> Held[Versions]:
        """Nobody answered in time."""
        return self._settle(
            key,
            UpstreamError(
                "origin-slow",
                f"the origin of the secrets did not answer within {self.deadline_s:g} seconds",
                fix="look at its load and at the way to it; a longer `deadline` waits longer",
                retryable=True,
            ),
        )

    def due(self, held: Held[Versions]) -> bool:
        """Whether it is to be asked for again."""
        return self._clock() >= held.ask_at

    def call(self, work: Callable[[Origin], T], wait_s: float) -> T | StrongroomError:
        """Have something else asked; gives what comes out, or what went wrong."""
        done = self._desk.call(lambda: work(self._connect()))
        try:
            return done.result(wait_s)
        except TimeoutError:
            return UpstreamError("origin-slow", "no answer in time", retryable=True)

    def _serve(self) -> None:
        with self._lock:
            wanted, self._queued = self._queued, {}
            self._sent |= wanted
        answers = self._answers(wanted) if wanted else {}
        for key, future in wanted.items():
            held = self._settle(key, answers[key])
            if held.value is None:
                self._keep(key, answers[key])  # nobody learns of it before it is kept
            with self._lock:
                if self._sent.get(key) is future:
                    del self._sent[key]
            future.set_result(held)
        for key in wanted:
            if not isinstance(answers[key], StrongroomError):
                self._keep(key, answers[key])

    def _answers(self, wanted: Iterable[Key]) -> Mapping[Key, "Versions | StrongroomError"]:
        answers = {
            (name, False): found
            for name, found in self._fetched([n for n, every in wanted if not every]).items()
        }
        for name, every in wanted:
            if every:
                answers[name, True] = outcome(lambda n=name: self._versions(n))  # type: ignore[misc]
        return answers

    def _fetched(self, names: list[str]) -> dict[str, "Versions | StrongroomError"]:
        found = outcome(lambda: self._current(names)) if names else {}
        if not isinstance(found, StrongroomError):
            return {**found}
        if len(names) == 1 or cache.kind(found) is Failure.AWAY:
            return dict.fromkeys(names, found)
        # One of them may be to blame for all.
        return {name: one for each in names for name, one in self._fetched([each]).items()}

    def _current(self, names: list[str]) -> dict[str, Versions]:
        found = self._connect().fetch(names)
        return {
            name: self._secrets((name, False), (found[name],) if name in found else ())
            for name in names
        }

    def _versions(self, name: str) -> Versions:
        return self._secrets((name, True), self._connect().versions(name))

    def _secrets(self, key: Key, found: tuple[Delivery, ...]) -> Versions:
        """Empty is missing. What was held stays the very same object while it is the same."""
        held = self._held.get(key)
        known: Versions = () if held is None or held.value is None else held.value
        made = []
        plain = bool(found) and not any(one.secret for one in found)
        (self._plain.add if plain else self._plain.discard)(key[0])
        for one in found:
            text: object = one.text  # of a third party's adapter
            if not isinstance(text, str) or len(text) > VALUE_CHARS_MAX:
                raise UpstreamError(
                    "origin-answer-unusable",
                    f"what the origin gave for {key[0]} is no text of up to"
                    f" {VALUE_CHARS_MAX} characters",
                )
            if text:
                new = Secret(text, name=key[0], version=one.version)
                made.append(next((old for old in known if same(old, new)), new))
        return tuple(made)

    def _settle(self, key: Key, answer: "Versions | StrongroomError") -> Held[Versions]:
        error = answer if isinstance(answer, StrongroomError) else None
        recalled = self._recalled(key, answer)
        with self._lock:
            now, draw, before = self._clock(), self._draw(), self._held.get(key)
            if isinstance(answer, StrongroomError):
                known = before if before is not None and before.value else recalled
                after = cache.failed(known, answer, now, self.rules, draw)
            else:
                after = cache.answered(answer or None, now, self.rules, draw)
            self._held[key] = after
            self._settle_other(key, before, after, now)
            while len(self._held) > HELD_MAX:
                del self._held[next(iter(self._held))]
            was = self._away
            news = (was is None) != (error is None)
            self._away = error
            if error is not was:  # the same one again is no new sign
                away = error is not None and cache.kind(error) is Failure.AWAY
                self._away_until = now + self.rules.brief_s if away else 0.0
        if self._changed is not None and _newest(before) is not _newest(after):
            try:
                self._changed(key[0])
            except Exception as failed:  # noqa: BLE001 - whoever waits for the answer gets it
                LOG.error("what is told of changes failed: %s", type(failed).__name__)
        if news:
            _say(key[0], error, served=after.value is not None)
        return after

    def _recalled(self, key: Key, answer: "Versions | StrongroomError") -> Held[Versions] | None:
        """What was kept on this machine, when nobody answers and nothing is held."""
        if self._keeping is None:
            return None
        if not isinstance(answer, StrongroomError):
            self._keeping.answered()
            return None
        held = self._held.get(key)
        if cache.kind(answer) is Failure.DECIDED or (held is not None and held.value):
            return None
        found = self._keeping.recall(key)
        if found is None:
            return None
        age_s, versions = found
        said_at = self._clock() - age_s
        return Held(versions, said_at, said_at)

    def _keep(self, key: Key, answer: "Versions | StrongroomError") -> None:
        if self._keeping is None:
            return
        if not isinstance(answer, StrongroomError):
            self._keeping.said(key, answer, secret=key[0] not in self._plain)
        elif cache.kind(answer) is Failure.DECIDED:
            for every in (False, True):
                self._keeping.said((key[0], every), ())

    def flush(self) -> None:
        """Keep on this machine what is to be kept, now."""
        if self._keeping is not None:
            self._keeping.flush()

    def _settle_other(
        self, key: Key, before: Held[Versions] | None, after: Held[Versions], now: float
    ) -> None:
        """The current version alone and all of them, which are held apart, must not disagree."""
        other = (key[0], not key[1])
        held = self._held.get(other)
        if held is None:
            return
        if after.error is not None and cache.kind(after.error) is Failure.DECIDED:
            del self._held[other]
        elif _newest(before) is not _newest(after):
            self._held[other] = replace(held, ask_at=now)


def _newest(held: Held[Versions] | None) -> Secret | None:
    return held.value[0] if held is not None and held.value else None


def _say(name: str, error: StrongroomError | None, *, served: bool) -> None:
    """Once when the origin fails and once when it is back."""
    if error is None:
        LOG.info("the origin of the secrets answers again")
        return
    loud = cache.kind(error) is Failure.UNUSABLE
    then = "its last value serves on" if served else "it is not served"
    LOG.log(
        ERROR if loud else WARNING,
        "%s could not be fetched (%s: %s); %s",
        name,
        error.code,
        error,
        then,
    )
