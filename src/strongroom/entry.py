"""The first step of `strongroom`: small commands that must start fast start by themselves.

They load neither the command line's framework nor, where they need none, a room. Everything else,
and whatever they do not understand, goes to the full command line.
"""

import gc
import os
import sys
from collections.abc import Callable, Sequence


def script() -> int:
    """`main`, as a process of its own.

    A scan that started fast ends fast: what it has in memory is not taken apart first.
    """
    status = main()
    if sys.argv[1:2] == ["scan"] and "strongroom.cli.main" not in sys.modules:
        try:
            for stream in filter(None, (sys.stdout, sys.stderr)):
                stream.flush()
        except (OSError, ValueError):  # Python says so as it ends
            return status
        os._exit(status)
    return status


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        return _main(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:  # while a part of the program was loaded
        return 130


def _main(words: list[str]) -> int:
    quick = _QUICK.get(words[0]) if words else None
    try:
        status = quick(words[1:]) if quick else None
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001 - all end there
        from strongroom.cli.main import failure  # noqa: PLC0415 - only to say what went wrong

        return failure(error, as_json=words[0] == "scan" and "--json" in words)
    if status is not None:
        return status
    from strongroom.cli.main import main as full  # noqa: PLC0415 - the framework

    return full(words)


def _mask(words: Sequence[str]) -> int | None:
    from strongroom.runtime.masking import command  # noqa: PLC0415 - for this command only

    options = command.parse(words)
    return None if options is None else command.run(options, os.environ)


def _run(words: Sequence[str]) -> int | None:
    gc.disable()  # until the command starts: nothing that is loaded for it is garbage
    from strongroom.runtime.run import command  # noqa: PLC0415 - for this command only
    from strongroom.runtime.run.options import parse  # noqa: PLC0415 - as above

    options = parse(words)
    return None if options is None else command.end(command.run(options, os.environ))


def _scan(words: Sequence[str]) -> int | None:
    if "--staged" not in words:
        from strongroom.cli import scan_direct  # noqa: PLC0415 - for this command only

        understood = scan_direct.parse(words)
        return None if understood is None else scan_direct.run(understood, os.environ)
    gc.disable()  # a commit waits, and little is made that must go
    if words in (["--staged"], ["--staged", "--strict"]):
        from strongroom.scan import first_look  # noqa: PLC0415 - for this command only

        said = first_look.clean(os.environ)
        if said is not None and sys.stdout is not None:
            sys.stdout.write(said)
            sys.stdout.flush()
            return 0
    from strongroom.cli import scan_quick  # noqa: PLC0415 - for this command only

    strict = scan_quick.parse(words)
    return None if strict is None else scan_quick.run(os.environ, strict=strict)


_QUICK: dict[str, Callable[[Sequence[str]], int | None]] = {
    "mask": _mask,
    "run": _run,
    "scan": _scan,
}
