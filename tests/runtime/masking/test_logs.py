"""Every way in which a value gets into a log record."""

import json
import logging
import secrets
import subprocess
import sys
import traceback
import urllib.parse
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from types import FrameType

import pytest

from strongroom.runtime.masking import logs
from strongroom.runtime.masking.masker import Masker

VALUE = secrets.token_urlsafe(24) + "/+&x"
DSN = f"postgresql://app:{VALUE}@db/x"
PEM = "\n".join(
    ["-----BEGIN KEY-----", *(secrets.token_hex(32) for _ in range(3)), "-----END KEY-----"]
)


@dataclass
class Settings:
    url: str


class Json(logging.Formatter):
    """As the usual JSON formatters do it: everything that is in the record."""

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        if record.exc_info:
            record.exc_text = self.formatException(record.exc_info)
        return json.dumps({k: str(v) for k, v in vars(record).items() if k != "exc_info"})


def _bad(error: Exception) -> None:
    raise error


def _chain(log: logging.Logger) -> None:
    inner = KeyError(VALUE)
    inner.add_note(f"with {VALUE}")
    try:
        try:
            _bad(inner)
        except KeyError as error:
            raise RuntimeError("outer") from error
    except RuntimeError:
        log.exception("failed")


def _context(log: logging.Logger) -> None:
    try:
        try:
            _bad(KeyError(VALUE))
        except KeyError:
            _bad(RuntimeError("outer"))
    except RuntimeError:
        log.exception("failed")


def _argv(log: logging.Logger) -> None:
    try:
        subprocess.run(["false", VALUE], check=True)
    except subprocess.CalledProcessError:
        log.exception("failed")


def _cast(log: logging.Logger) -> None:
    """As django-environ and python-decouple cast."""
    try:
        int(VALUE)
    except ValueError as error:
        log.warning("bad setting: %s", error)


def _stack(log: logging.Logger) -> None:
    log.warning("here", stack_info=True)
    log.handle(logging.makeLogRecord({"name": "t", "msg": "x", "levelno": 30, "stack_info": VALUE}))


LEAKS: dict[str, Callable[[logging.Logger], object]] = {
    "f-string": lambda log: log.info(f"key {VALUE}"),  # noqa: G004 - what people write
    "percent": lambda log: log.info("key %s", VALUE),
    "repr": lambda log: log.info("key %r", VALUE),
    "mapping": lambda log: log.info("key %(k)s", {"k": VALUE}),
    "two halves": lambda log: log.info("%s%s", VALUE[:16], VALUE[16:]),
    "nested": lambda log: log.info("%s", {"a": [{"b": VALUE}]}),
    "headers": lambda log: log.debug(
        "headers %r", [(b"authorization", b"Basic " + b64encode(f"app:{VALUE}".encode()))]
    ),
    "bytes": lambda log: log.info("%r", VALUE.encode()),
    "dataclass": lambda log: log.info("%s", Settings(DSN)),
    "object as message": lambda log: log.info(Settings(DSN)),
    "exception as message": lambda log: log.error(ValueError(DSN)),
    "url": lambda log: log.info("connect %s", DSN),
    "quoted url": lambda log: log.info("postgresql://app:%s@db", urllib.parse.quote(VALUE, safe="")),
    "query": lambda log: log.info("GET /?%s", urllib.parse.urlencode({"k": VALUE})),
    "json": lambda log: log.info(json.dumps({"k": VALUE})),
    "cut off": lambda log: log.info("key %.20s...", VALUE),
    "cut off before": lambda log: log.info("key %s...", VALUE[:20]),
    "extra": lambda log: log.info("x", extra={"key": VALUE}),
    "nested extra": lambda log: log.info("x", extra={"request": {"headers": [VALUE]}}),
    "cause and note": _chain,
    "context": _context,
    "argv": _argv,
    "cast": _cast,
    "stack": _stack,
    "locals": lambda log: log.info(
        "".join(traceback.StackSummary.extract(_frames(VALUE), capture_locals=True).format())
    ),
    "key by lines": lambda log: list(map(log.info, PEM.splitlines())),
}  # fmt: skip


def _frames(value: str) -> Iterator[tuple[FrameType, int]]:
    kept = value
    frame = sys._getframe()
    assert kept
    yield frame, frame.f_lineno


@pytest.fixture
def masker() -> Masker:
    found = Masker()
    for name, value in {"PASSWORD": VALUE, "DATABASE_URL": DSN, "TLS_KEY": PEM}.items():
        found.add(name, value)
    return found


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """A logger of its own, a child of which logs, and standard error for what logging reports."""
    stream = StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    root = logging.getLogger("t")
    root.propagate = False
    root.setLevel(logging.DEBUG)
    handlers = [logging.StreamHandler(stream), logging.StreamHandler(stream)]
    handlers[1].setFormatter(Json())
    for handler in handlers:
        root.addHandler(handler)
    yield stream
    for handler in handlers:
        root.removeHandler(handler)


def shown(text: str) -> list[str]:
    """Parts of values that are to be seen."""
    secret = [VALUE, *PEM.splitlines()[1:-1]]
    # What stands in the source of this file is no value.
    return [one[:12] for one in secret if one[:12] in text or one[-12:] in text]


@pytest.mark.parametrize("leak", LEAKS)
def test_no_record_shows_a_value(leak: str, masker: Masker, out: StringIO) -> None:
    """P-8.9, P-9.6, P-8.14: whatever the program logs."""
    undo = logs.install(masker)
    try:
        LEAKS[leak](logging.getLogger("t.child"))
    finally:
        undo()

    assert out.getvalue()
    assert shown(out.getvalue()) == []
    assert b64encode(f"app:{VALUE}".encode()).decode()[8:28] not in out.getvalue()


@pytest.mark.parametrize(
    "leak", sorted(set(LEAKS) - {"quoted url", "headers", "query", "two halves", "stack"})
)
def test_without_it_the_value_is_shown(leak: str, out: StringIO) -> None:
    """The test above can fail."""
    LEAKS[leak](logging.getLogger("t.child"))

    assert shown(out.getvalue())


def test_a_record_without_values_is_not_changed(masker: Masker) -> None:
    args = ("a", 1, {"k": [1]})
    record = logging.makeLogRecord({"msg": "%s %d %s", "args": args, "x": {"y": 1}})
    before = dict(vars(record))
    logs.mask(masker, record)

    assert vars(record) == before
    assert record.args == args


def test_an_exception_without_values_stays_for_handlers_that_want_it(
    masker: Masker, out: StringIO
) -> None:
    seen = []
    handler = logging.Handler()
    handler.emit = lambda record: seen.append(record.exc_info)  # type: ignore[method-assign]
    log = logging.getLogger("t")
    log.addHandler(handler)
    undo = logs.install(masker)
    try:
        _bad(ValueError("plain"))
    except ValueError:
        log.exception("x")
    finally:
        undo()
        log.removeHandler(handler)

    assert seen[0] is not None
    assert seen[0][0] is ValueError


def test_a_filter_does_the_same_for_one_handler(masker: Masker, out: StringIO) -> None:
    log = logging.getLogger("t")
    log.handlers[0].addFilter(logs.Filter(masker))
    log.info("key %s", VALUE)
    log.handlers[0].filters.clear()

    assert out.getvalue().startswith("key [PASSWORD]\n")


def test_a_handler_that_comes_later_is_covered_and_undo_undoes(
    masker: Masker, out: StringIO
) -> None:
    undo = logs.install(masker)
    late = StringIO()
    handler = logging.StreamHandler(late)
    log = logging.getLogger("t.late")
    log.addHandler(handler)
    log.info(VALUE)
    undo()
    log.info("after %s", VALUE)
    log.removeHandler(handler)

    assert late.getvalue() == f"[PASSWORD]\nafter {VALUE}\n"
