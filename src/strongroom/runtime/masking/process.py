"""What a process says by itself: tracebacks of main thread and others, warnings."""

import io
import linecache
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any, TextIO

from strongroom.runtime.masking import logs
from strongroom.runtime.masking.masker import Masker


def install(masker: Masker) -> Callable[[], None]:
    """Mask logging, warnings and uncaught exceptions; gives a function that undoes it all.

    asyncio reports through logging. `faulthandler` and other C code write without asking.
    """
    undo = [logs.install(masker), _warnings(masker)]
    undo += [
        _hook(masker, sys, "excepthook"),
        _hook(masker, sys, "unraisablehook"),
        _hook(masker, threading, "excepthook"),
    ]

    def all_() -> None:
        for one in reversed(undo):
            one()

    return all_


def _hook(masker: Masker, module: Any, name: str) -> Callable[[], None]:
    """Whatever hook there is runs as before, and what it writes on standard error is masked."""
    before = getattr(module, name)

    def hook(*args: Any) -> None:
        real, held = sys.stderr, io.StringIO()
        if real is None:
            before(*args)
            return
        sys.stderr = held
        try:
            before(*args)
        finally:
            sys.stderr = real
            real.write(masker.text(held.getvalue()))
            real.flush()

    setattr(module, name, hook)

    def undo() -> None:
        if getattr(module, name) is hook:
            setattr(module, name, before)

    return undo


def _warnings(masker: Masker) -> Callable[[], None]:
    before = warnings.showwarning

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        # The line of the source is shown too, and a literal may stand in it.
        source = linecache.getline(filename, lineno) if line is None else line
        before(
            masker.text(str(message)), category, filename, lineno, file, masker.text(source.strip())
        )

    warnings.showwarning = show

    def undo() -> None:
        if warnings.showwarning is show:
            warnings.showwarning = before

    return undo
