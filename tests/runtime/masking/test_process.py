"""What a process says when it dies, in each of its ways, as a process of its own."""

import os
import secrets
import subprocess
import sys

import pytest

VALUE = secrets.token_urlsafe(32)
START = """
import asyncio, gc, logging, os, sys, threading, warnings
from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.masking import process
value = os.environ["VALUE"]
masker = Masker()
masker.add("KEY", value)
if "MASKED" in os.environ:
    process.install(masker)
"""
ENDS = {
    "uncaught": "raise ValueError(value)",
    "uncaught with a cause": "try: int(value)\nexcept ValueError as e: raise RuntimeError('x') from e",
    "a group": "raise ExceptionGroup('many', [ValueError(value)])",
    "a thread": "t = threading.Thread(target=int, args=(value,)); t.start(); t.join()",
    "unraisable": "class A:\n  def __del__(self): raise ValueError(value)\nA()",
    "warning": "warnings.warn(f'old key {value}')",
    "warning through logging": "logging.captureWarnings(True); logging.basicConfig(); warnings.warn(value)",
    "a log call with a wrong format": "logging.warning('%d %s', value, value)",
    "asyncio": (
        "async def main():\n"
        "  asyncio.ensure_future(boom()); await asyncio.sleep(0.01); gc.collect()\n"
        "async def boom(): raise ValueError(value)\n"
        "logging.basicConfig(); asyncio.run(main())"
    ),
    "asyncio handler": (
        "async def main():\n"
        "  asyncio.get_running_loop().call_exception_handler({'message': value})\n"
        "asyncio.run(main())"
    ),
}


def run(end: str, **environ: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-c", START + ENDS[end]],
        env={"PATH": os.environ["PATH"], "VALUE": VALUE, **environ},
        capture_output=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("end", ENDS)
def test_a_process_that_fails_shows_no_value(end: str) -> None:
    """P-8.14: not in an error message."""
    said = run(end, MASKED="1")

    assert b"[KEY]" in said
    assert VALUE[:12].encode() not in said


@pytest.mark.parametrize("end", ["uncaught", "a thread", "unraisable", "warning", "asyncio"])
def test_without_it_the_value_is_shown(end: str) -> None:
    assert VALUE.encode() in run(end)


def test_a_hook_that_was_there_still_runs_and_all_is_undone() -> None:
    code = START + (
        "seen = []\n"
        "def mine(*args): seen.append(args[0]); print('mine', args[1], file=sys.stderr)\n"
        "sys.excepthook = mine\n"
        "before = (sys.excepthook, sys.unraisablehook, threading.excepthook, warnings.showwarning,\n"
        "          logging.Logger.callHandlers)\n"
        "undo = process.install(masker)\n"
        "sys.excepthook(ValueError, ValueError(value), None)\n"
        "undo()\n"
        "assert seen == [ValueError]\n"
        "assert before == (sys.excepthook, sys.unraisablehook, threading.excepthook,\n"
        "                  warnings.showwarning, logging.Logger.callHandlers)\n"
        "process.install(masker); sys.stderr = None; sys.excepthook(ValueError, 1, None)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"VALUE": VALUE}, capture_output=True, check=True
    )

    assert done.stderr == b"mine [KEY]\n"
