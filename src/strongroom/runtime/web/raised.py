"""An exception on its way out to a server, which shows it: without the known values."""

import traceback
from collections.abc import Iterator

from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.masking.scrub import scrub

LINKS_MAX = 100


class HiddenError(Exception):
    """Stands for an exception whose text held a value and could not be changed."""


def cleaned(masker: Masker, error: Exception) -> Exception:
    """`error` itself, where need be with other arguments and notes; or one that stands for it.

    Its traceback stays, so that whoever looks finds the line.
    """
    if not _shows(masker, error):
        return error
    for one in _chain(error):
        one.args = scrub(masker, one.args)
        if hasattr(one, "__notes__"):
            one.__notes__ = scrub(masker, one.__notes__)
    if not _shows(masker, error):
        return error
    text = masker.text(f"{type(error).__name__}: {_text(error)}")
    stand_in = HiddenError(text).with_traceback(error.__traceback__)
    stand_in.__suppress_context__ = True
    return stand_in


def _shows(masker: Masker, error: Exception) -> bool:
    return bool(masker.names("".join(traceback.format_exception(error)) + _text(error)))


def _text(error: Exception) -> str:
    try:
        return f"{error} {error!r}"
    except Exception:  # noqa: BLE001 - whatever it is, it does not print
        return ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    waiting, seen = [error], set[int]()
    while waiting and len(seen) < LINKS_MAX:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [e for e in (one.__cause__, one.__context__) if e is not None]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions
