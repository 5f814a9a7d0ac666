"""The command line of `strongroom run`, understood without a framework.

Only a well-formed one is: for anything else `parse` gives None, and the full command line answers.
"""

import re
import signal
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

from strongroom.errors import UsageError

GRACE_S: Final = 10.0
INTERVAL_S: Final = 5.0
SECONDS_MAX: Final = 86_400.0
_SECONDS: Final = re.compile(r"\d{1,5}(?:\.\d{1,3})?")
_PREFIX: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,255}")
_WANTED: Final = re.compile(r"[A-Za-z_*?][A-Za-z0-9_.*?-]{0,255}")


class Inject(StrEnum):
    """How the command gets its secrets."""

    ENV = "env"  # NAME=value
    FILES = "files"  # a file NAME in the folder that CREDENTIALS_DIRECTORY names
    FILE_VARS = "file-vars"  # the same, and NAME_FILE=path


RESTART: Final = "restart"
SWAP: Final = "swap"


class Options(NamedTuple):
    """What was asked for; `command` is the program and its arguments.

    `watch` is None, `restart`, `swap` (files only) or the name of a signal without SIG.
    """

    command: tuple[str, ...]
    env: str | None = None
    origin: str | None = None
    folder: str | None = None
    inject: Inject = Inject.ENV
    only: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    prefix: str = ""
    upper: bool = False
    rename: tuple[tuple[str, str], ...] = ()
    override: bool = False
    pristine: bool = False
    strict: bool = False
    mask: bool = True
    watch: str | None = None
    interval: float = INTERVAL_S
    grace: float = GRACE_S
    offline: bool = False
    cache: bool = True


_FLAGS: Final = {
    "--upper": ("upper", True),
    "--override": ("override", True),
    "--pristine": ("pristine", True),
    "--strict": ("strict", True),
    "--no-mask": ("mask", False),
    "--offline": ("offline", True),
    "--no-cache": ("cache", False),
}
_LISTS: Final = {"--only": "only", "--except": "leave_out", "--rename": "rename"}
_TEXTS: Final = {
    "--env": "env",
    "--origin": "origin",
    "--folder": "folder",
    "--inject": "inject",
    "--prefix": "prefix",
    "--watch": "watch",
    "--interval": "interval",
    "--grace": "grace",
}


def parse(words: Sequence[str]) -> Options | None:
    """The options before the command, which begins behind `--` or with the first word.

    Raises:
        UsageError: as `made`.
    """
    given: dict[str, object] = {}
    rest = list(words)
    while rest and rest[0].startswith("-"):
        word = rest.pop(0)
        if word == "--":
            break
        option, equals, value = word.partition("=")
        if option in _FLAGS and not equals:
            name, flag = _FLAGS[option]
            given[name] = flag
            continue
        name = _LISTS.get(option) or _TEXTS.get(option) or ""
        if not name or (not equals and not rest):
            return None
        value = value if equals else rest.pop(0)
        if not value or value.startswith("-"):
            return None
        if option in _LISTS:
            given[name] = [*_listed(given.get(name)), value]
        elif name in given:
            return None
        else:
            given[name] = value
    return made(rest, **given) if rest else None


def made(command: Sequence[str], **given: object) -> Options:
    """Options of texts as they were given.

    Raises:
        UsageError: `run-option`, `run-command-missing`; nothing that was given is repeated.
    """
    if not command or not command[0]:
        raise UsageError(
            "run-command-missing", "there is no command to run", fix="strongroom run -- CMD ARGS"
        )
    if any("\0" in word for word in command):
        raise UsageError("run-option", "an argument of a command holds no NUL")
    pairs = [pair.partition("=")[::2] for pair in split(_listed(given.pop("rename", ())))]
    if not all(_NAME.fullmatch(old) and _NAME.fullmatch(new) for old, new in pairs):
        raise _wrong("--rename takes OLD=NEW, names of variables")
    names = {key: split(_listed(given.pop(key, ()))) for key in ("only", "leave_out")}
    if not all(_WANTED.fullmatch(one) for many in names.values() for one in many):
        raise _wrong("--only and --except take names of variables, where * is any text")
    inject = str(given.pop("inject", Inject.ENV))
    if inject not in set(Inject):
        raise _wrong(f"--inject is one of {', '.join(Inject)}")
    prefix = str(given.pop("prefix", "") or "")
    if prefix and not _PREFIX.fullmatch(prefix):
        raise _wrong("--prefix takes the beginning of a name of a variable")
    watch = _watch(given.pop("watch", None), Inject(inject))
    if watch and given.get("offline"):
        raise _wrong("--offline asks nobody, so --watch cannot")
    times: dict[str, Any] = {
        key: _seconds(key, given.pop(key)) for key in ("interval", "grace") if key in given
    }
    others = times | given
    return Options(
        command=tuple(command),
        inject=Inject(inject),
        prefix=prefix,
        rename=tuple(pairs),
        watch=watch,
        only=names["only"],
        leave_out=names["leave_out"],
        **others,
    )


def split(lists: Sequence[str]) -> tuple[str, ...]:
    """Names out of `A,B` and repeated options."""
    return tuple(name for one in lists for part in one.split(",") if (name := part.strip()))


def _listed(value: object) -> Sequence[str]:
    return value if isinstance(value, list | tuple) else ()


def _watch(text: object, inject: Inject) -> str | None:
    if text is None or text == RESTART:
        return RESTART if text else None
    if text == SWAP and inject is not Inject.ENV:
        return SWAP
    name = str(text).upper().removeprefix("SIG")
    number = getattr(signal, f"SIG{name}", None)
    known = name.isalnum() and isinstance(number, signal.Signals)
    if known and number not in {signal.SIGKILL, signal.SIGSTOP}:
        return name
    raise _wrong("--watch is restart, the name of a signal such as HUP, or swap for files")


def _seconds(key: str, text: object) -> float:
    """From a tenth of a second to a day."""
    if _SECONDS.fullmatch(str(text)) and 0.1 <= float(str(text)) <= SECONDS_MAX:
        return float(str(text))
    raise _wrong(f"--{key} takes seconds, 0.1 to {SECONDS_MAX:.0f}")


def _wrong(message: str) -> UsageError:
    return UsageError("run-option", message, fix="strongroom run --help says how it is used")
