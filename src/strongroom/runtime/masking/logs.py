"""Log records without the values: message, arguments, exceptions, stack, and what was added.

`install` sits where every record of every logger passes before any handler sees it. A filter on
handlers misses handlers that come later, one on loggers misses their children, and a factory of
records does not see what `extra` adds. `Filter` is there for those who set logging up in one place.
"""

import logging
from collections.abc import Callable
from typing import Any, Final

from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.masking.scrub import scrub

# What every record has, and no application writes a value into.
_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) - {"threadName", "processName", "taskName"}
_FORMATTER: Final = logging.Formatter()


def mask(masker: Masker, record: logging.LogRecord) -> None:
    """Take the values out of `record`, in place. Never raises because of what is logged."""
    whole = masker.text(_message(record)) if record.args else ""
    record.msg = scrub(masker, record.msg)
    if record.args:
        # One by one: formatters of access logs take the arguments apart.
        record.args = _arguments(masker, record.args)
        if whole != _message(record):
            # The value came together only in the message, as from `%s%s`, or is a number.
            record.msg, record.args = whole, None
    if record.exc_info and record.exc_info[0] is not None:
        _exception(masker, record)
    for name in ("exc_text", "stack_info", *(vars(record).keys() - _OWN)):
        value = vars(record).get(name)
        masked = scrub(masker, value)
        if masked is not value:
            vars(record)[name] = masked


class Filter(logging.Filter):
    """For a handler: `handler.addFilter(Filter(masker))`. Lets every record pass, masked."""

    def __init__(self, masker: Masker) -> None:
        super().__init__()
        self._masker = masker

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record; it is always logged."""
        mask(self._masker, record)
        return True


def install(masker: Masker) -> Callable[[], None]:
    """Mask every record of every logger of this process; gives a function that undoes it."""
    before = logging.Logger.callHandlers

    def call_handlers(self: logging.Logger, record: logging.LogRecord) -> None:
        mask(masker, record)
        before(self, record)

    logging.Logger.callHandlers = call_handlers  # type: ignore[method-assign]

    def undo() -> None:
        if logging.Logger.callHandlers is call_handlers:
            logging.Logger.callHandlers = before  # type: ignore[method-assign]

    return undo


def _arguments(masker: Masker, args: Any) -> Any:
    # A number stays one for `%d`; where it is a value, the whole message is masked.
    if isinstance(args, tuple):
        return tuple(one if isinstance(one, int) else scrub(masker, one) for one in args)
    return scrub(masker, args)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - logging reports it, from what is masked by then
        return ""


def _exception(masker: Masker, record: logging.LogRecord) -> None:
    """Formatters print `exc_text` when it is there; the exception itself would show the value."""
    text = record.exc_text or _FORMATTER.formatException(record.exc_info)  # type: ignore[arg-type]
    masked = masker.text(text)
    if masked is not text:
        record.exc_text, record.exc_info = masked, None
