"""`strongroom run`: from what was asked for to the end of the command."""

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
from strongroom.runtime.masking import gather
from strongroom.runtime.masking.gather import Gathered
from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.origin.interface import Delivery
from strongroom.runtime.run import kept, kernel, supervise, values
from strongroom.runtime.run.options import RESTART, SWAP, Inject, Options
from strongroom.runtime.run.plan import Plan, environment, plan, wanted
from strongroom.runtime.run.supervise import Changed, Ended, Job
from strongroom.runtime.run.watch import Watch
from strongroom.runtime.sources import of_process

if TYPE_CHECKING:
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
    app = values.named(options, environ, folder)
    origin, deliveries, mark, cache, note = values.given(options, app, where, environ)
    if note:
        say(note)
    planned = plan(options, values.gather(deliveries, where, folder), environ)
    if options.strict:
        _complete(planned, environ, where, folder)
    if origin is None and options.watch:
        raise ConfigError(
            "run-nothing-to-watch", "no origin is named, so there is nothing to watch"
        )
    if origin is None and not planned.values:
        say(f"no secrets: no origin is named, and no room is here{where.why}")
    for note in planned.notes:
        say(note)
    if options.inject is Inject.ENV and not options.mask and not options.watch:
        if origin is not None:
            origin.close()
        supervise.become(options.command, environment(options, planned, environ, None))
    place = _place(options, environ)
    hidden = masker(planned, environ) if options.mask else None
    watch = None

    def store(found: Mapping[str, Delivery]) -> None:
        if cache is not None:
            kept.keep(cache, wanted(options), found)

    def again() -> Plan:
        assert origin is not None
        found = origin.fetch(wanted(options))
        store(found)
        return plan(options, values.gather(found, where, folder), environ)

    def use(fresh: Plan) -> Changed | None:
        if hidden is not None:
            hide(hidden, fresh)
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
            first, denied = partial(store, deliveries), partial(store, {})
            watch = Watch(origin, planned, mark, interval, again, use, say, first, denied)
        clean = place.remove if place else None
        return supervise.run(Job(options.command, made, hidden, options.grace, watch, clean))
    finally:
        if watch is not None:
            watch.close()
        if place is not None:
            place.remove()


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


def hide(hidden: Masker, planned: Plan) -> None:
    """Add what is injected; what cannot be masked is said by name."""
    for name, value in sorted(planned.values.items()):
        # A `.env` holds settings as well.
        ours = value.version is not None and value.secret
        if ours or gather.looks_secret(name, value.text):
            why = hidden.add(value.name, value.text, version=value.version)
            if why is not None:
                say(f"{name} is not masked: {why}")


def masker(planned: Plan, environ: Mapping[str, str]) -> Masker:
    """Everything that is known to be secret: what is injected, and what looks like it here."""
    gathered = Gathered()
    hide(gathered.masker, planned)
    try:
        gather.automatic(gathered, of_process(environ))
    except ConfigError as error:
        say(f"not everything in files is masked: {error}")
    return gathered.masker


def _complete(planned: Plan, environ: Mapping[str, str], where: Environment, folder: Path) -> None:
    """Whether all that the application declares is there and fits.

    Raises:
        SecretsError: `secrets-invalid`, with all problems.
        ConfigError: `declaration-missing`, `declaration-invalid`.
    """
    from strongroom.runtime import declaration, validate  # noqa: PLC0415 - most do without

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
