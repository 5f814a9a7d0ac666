"""`strongroom mask` without the command line's framework: it stands in pipes and must start fast.

Only a well-formed command is understood here. For anything else `parse` gives None, and the
full command line answers, which knows how to help.
"""

import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from strongroom.errors import ConfigError, MachineError, UsageError
from strongroom.runtime.masking import gather
from strongroom.runtime.masking.gather import Gathered
from strongroom.runtime.masking.pump import pump
from strongroom.runtime.sources import of_process

if TYPE_CHECKING:
    import io

BROKEN_PIPE: Final = 141


@dataclass(frozen=True, slots=True)
class Options:
    """Where the values come from; with none of these, whatever looks like a secret."""

    env_names: tuple[str, ...] = ()
    env_files: tuple[Path, ...] = ()
    names_from: tuple[Path, ...] = ()


def parse(words: Sequence[str]) -> Options | None:
    """The options of a well-formed command, or None."""
    given: dict[str, list[str]] = {"--env-names": [], "--env-file": [], "--names-from": []}
    if len(words) % 2:
        return None
    for option, value in zip(words[::2], words[1::2], strict=True):
        if option not in given or not value or value.startswith("-"):
            return None
        given[option].append(value)
    return Options(
        split(given["--env-names"]),
        tuple(map(Path, given["--env-file"])),
        tuple(map(Path, given["--names-from"])),
    )


def split(lists: Sequence[str]) -> tuple[str, ...]:
    """Names out of `A,B` and repeated options."""
    return tuple(name for one in lists for part in one.split(",") if (name := part.strip()))


def run(options: Options, environ: Mapping[str, str]) -> int:
    """Mask standard input into standard output until its end, and return the exit code.

    Raises:
        ConfigError: `mask-nothing-known`, or as `gather`: nothing was let through.
        MachineError: `machine-refused` on reading or writing.
        UsageError: `no-input`, `no-output`.
    """
    if sys.stdin is None:
        raise UsageError("no-input", "standard input is closed")
    if sys.stdout is None:
        raise UsageError("no-output", "standard output is closed", fix="give it somewhere to go")
    gathered = collect(options, environ)
    for note in gathered.notes:
        sys.stderr.write(f"note: {note}\n")
    # Ctrl-C ends the command before this one, whose last words must still be masked.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        pump(cast("io.BufferedReader", sys.stdin.buffer), sys.stdout.buffer, gathered.masker)
    except BrokenPipeError:
        sys.stdout = None  # what is left in it cannot be written at the end either
        return BROKEN_PIPE
    except OSError as error:
        sys.stdout = None
        raise MachineError("machine-refused", f"the machine refused: {error.strerror}") from None
    finally:
        signal.signal(signal.SIGINT, before)
    return 0


def collect(options: Options, environ: Mapping[str, str]) -> Gathered:
    """All values that `options` ask for.

    Raises:
        ConfigError: `mask-value-too-long`, `mask-nothing-known`, or as `gather`.
    """
    gathered, sources = Gathered(), of_process(environ)
    if options == Options():
        gather.automatic(gathered, sources)
    for path in options.env_files:
        gather.from_file(gathered, path)
    gather.by_name(gathered, sources, dict.fromkeys(options.env_names))
    for path in options.names_from:
        gather.by_list(gathered, sources, path)
    if gathered.too_long:
        raise ConfigError(
            "mask-value-too-long",
            f"{', '.join(gathered.too_long)}: over 64 KiB, so it would not be masked",
            fix="name what is to be masked with --env-names A,B, and not what is that long",
        )
    if not len(gathered.masker):
        raise ConfigError(
            "mask-nothing-known",
            "; ".join(["no value to mask is known, so nothing is let through", *gathered.notes]),
            fix="name variables with --env-names A,B or a file with --env-file FILE",
        )
    return gathered
