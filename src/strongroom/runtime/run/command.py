"""`strongroom run`: from what was asked for to the end of the command."""

import gc
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from strongroom.errors import ConfigError
from strongroom.runtime.environment import Environment, current
from strongroom.runtime.run import kernel, supervise, values
from strongroom.runtime.run.options import RESTART, SWAP, Inject, Options
from strongroom.runtime.run.plan import Plan, environment, plan, wanted
from strongroom.runtime.run.supervise import Changed, Ended, Job
from strongroom.runtime.run.watch import Watch

if TYPE_CHECKING:
    from strongroom.runtime.masking.masker import Masker
    from strongroom.runtime.run.files import Folder


def run(options: Options, environ: Mapping[str, str]) -> Ended:
    """Run the command; of a command that takes this process's place it does not return.

    Raises:
        StrongroomError: those of `values`, `plan` and `supervise`: nothing was started, or it
            could not be.
    """
    kernel.undumpable()
    _three_streams()
    folder = Path()
    where = Environment(options.env) if options.env else current(environ)
    given, planned = _planned(options, environ, where, folder)
    origin = given.origin
    if options.inject is Inject.ENV and not options.mask and not options.watch:
        if origin is not None:
            origin.close()
        supervise.become(options.command, environment(options, planned, environ, None))
    place = _place(options, environ)
    hidden: Masker | None = None
    watch = None

    def hide() -> "Masker":
        nonlocal hidden
        # Here, since the command starts meanwhile.
        from strongroom.runtime.run import hiding  # noqa: PLC0415

        hidden = hiding.masker(planned, environ, say)
        return hidden

    def again() -> Plan:
        assert origin is not None
        found = origin.fetch(wanted(options))
        given.keep(found)
        return plan(options, values.gather(found, where, folder), environ)

    def use(fresh: Plan) -> Changed | None:
        if hidden is not None:
            from strongroom.runtime.run import hiding  # noqa: PLC0415 - as above

            hiding.hide(hidden, fresh, say)
        if place is not None:
            place.put(_texts(fresh))
        say("secrets have changed")
        if options.watch in {None, SWAP}:
            return None
        number = None if options.watch == RESTART else getattr(signal, f"SIG{options.watch}")
        return Changed(environment(options, fresh, environ, _path(place)), number)

    try:
        if place is not None:
            place.put(_texts(planned))
        made = environment(options, planned, environ, _path(place))
        if origin is not None:
            interval = options.interval if options.watch else None
            first, denied = partial(given.keep, given.deliveries), partial(given.keep, {})
            watch = Watch(origin, planned, given.mark, interval, again, use, say, first, denied)
        clean = place.remove if place else None
        masker = hide if options.mask else None
        gc.enable()
        return supervise.run(Job(options.command, made, masker, options.grace, watch, clean))
    finally:
        if watch is not None:
            watch.close()
        if place is not None:
            place.remove()


def _planned(
    options: Options, environ: Mapping[str, str], where: Environment, folder: Path
) -> tuple[values.Given, Plan]:
    given = values.given(options, values.named(options, environ, folder), where, environ)
    if given.note:
        say(given.note)
    planned = plan(options, values.gather(given.deliveries, where, folder), environ)
    if options.strict:
        _complete(planned, environ, where, folder)
    if given.origin is None and options.watch:
        raise ConfigError(
            "run-nothing-to-watch", "no origin is named, so there is nothing to watch"
        )
    if given.origin is None and not planned.values:
        say(f"no secrets: no origin is named, and no room is here{where.why}")
    for note in planned.notes:
        say(note)
    return given, planned


def end(ended: Ended) -> int:
    """End as the command did: by the signal that ended it, where that is possible."""
    if ended.signal:
        sys.stdout.flush()
        with suppress(OSError, ValueError):  # those that cannot be handled have no handler
            signal.signal(ended.signal, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {ended.signal})
        os.kill(os.getpid(), ended.signal)
    return ended.code


def say(note: str) -> None:
    """A note for the person; a terminal that passes keys on needs the carriage return too."""
    if sys.stderr is not None:
        end = "\r\n" if sys.stderr.isatty() else "\n"
        with suppress(OSError):
            sys.stderr.write(f"strongroom: {note}{end}")
            sys.stderr.flush()


def _complete(planned: Plan, environ: Mapping[str, str], where: Environment, folder: Path) -> None:
    """Whether all that the application declares is there and fits.

    Raises:
        SecretsError: `secrets-invalid`, with all problems.
        ConfigError: `declaration-missing`, `declaration-invalid`.
    """
    from strongroom.runtime import declaration, validate  # noqa: PLC0415 - most do without
    from strongroom.runtime.sources import of_process  # noqa: PLC0415

    together = {**environ, **{name: value.text for name, value in planned.values.items()}}
    declared = declaration.load(folder / declaration.FILE)
    for problem in validate.accepted(validate.problems(declared, of_process(together), where)):
        say(str(problem))


def _place(options: Options, environ: Mapping[str, str]) -> "Folder | None":
    if options.inject is Inject.ENV:
        return None
    from strongroom.runtime.run import files  # noqa: PLC0415 - most do without

    return files.make(environ)


def _path(place: "Folder | None") -> str | None:
    return None if place is None else str(place.path)


def _texts(planned: Plan) -> Mapping[str, str]:
    return {name: value.text for name, value in planned.values.items()}


def _three_streams() -> None:
    """A stream that is closed would be the number of the next thing that is opened."""
    for fd in range(3):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
