"""Move a file of ciphertexts from old versions of a key to the current one, line by line.

What is done is kept beside the target in `NAME.part`, synced chunk by chunk; run again after an
interruption it goes on behind the last whole line. A file of lines has one ciphertext in each; in one
of JSON lines the ciphertexts stand in named fields, and the context may name other fields of the line.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from strongroom.errors import ConflictError, InvalidError, LimitError, MachineError, RequestError
from strongroom.keysets import ciphertext
from strongroom.keysets.ciphertext import Purpose
from strongroom.model.address import Address
from strongroom.model.principal import Verb
from strongroom.ops import references
from strongroom.ops.data_key import KeySet
from strongroom.ops.local import Local

LINE_OCTETS_MAX: Final = 4 * 1024 * 1024
CHUNK_LINES: Final = 1_000
_SLOT: Final = re.compile(r"\{([^{}]+)\}")

Progress = Callable[[int, int], None]  # how many bytes were read, of how many


@dataclass(frozen=True, slots=True)
class RewrapRequest:
    """`fields` are those of JSON lines that hold ciphertexts; empty means that lines are ciphertexts.

    `holder` reports what it keeps then: the old file and the new one, since both are there.
    In `context`, `{name}` is the field of that name of the same JSON line.
    """

    address: Address
    source: Path
    target: Path
    fields: tuple[str, ...] = ()
    context: str = ""
    reason: str = ""
    holder: str | None = None


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """What was done. `before` and `after` count ciphertexts by version; `resumed` lines were there."""

    lines: int
    resumed: int
    rewrapped: int
    before: dict[int, int]
    after: dict[int, int]
    version: int


def rewrap(
    room: Local, request: RewrapRequest, progress: Progress = lambda _done, _all: None
) -> Rewrapped:
    """Write `target`, in which everything is under the current version.

    Raises:
        ConflictError: `file-exists`; `rewrap-differs`, what is begun belongs to another file.
        InvalidError: `rewrap-line` with its number, `context-invalid`, and those of `KeySet`.
        MachineError: `file-unreadable`, `file-unwritable`. LimitError: `line-too-long`.
    """
    if request.target.exists():
        raise ConflictError(
            "file-exists", f"{request.target} exists and is left as it is", fix="name a new file"
        )
    work = _Work(room, request)
    try:
        with request.source.open("rb") as source:
            found = _run(work, request, source, progress)
    except OSError as error:
        said = f"{error.filename}: {error.strerror}"
        if error.filename == str(request.source):
            raise MachineError("file-unreadable", said) from None
        raise MachineError("file-unwritable", said) from None
    if request.holder is not None:
        both = {**found.before, **found.after}
        references.report(room, request.address, request.holder, both, request.reason)
    return found


def count(room: Local, request: RewrapRequest) -> dict[int, int]:
    """How many ciphertexts of a file are of which version; raises as `rewrap`. Nothing is decrypted."""
    work = _Work(room, request)
    try:
        with request.source.open("rb") as source:
            for number, line in enumerate(_lines(source), 1):
                work.look(line, number)
    except OSError as error:
        raise MachineError("file-unreadable", f"{error.filename}: {error.strerror}") from None
    return dict(work.before)


def _run(work: "_Work", request: RewrapRequest, source: BinaryIO, progress: Progress) -> Rewrapped:
    size = os.fstat(source.fileno()).st_size
    part = request.target.with_name(f"{request.target.name}.part")
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "r+b") as target:
        resumed = _resume(work, source, target)
        number = resumed
        for line in _lines(source):
            number += 1
            target.write(work.anew(line, number))
            if number % CHUNK_LINES == 0:
                _sync(target)
                progress(source.tell(), size)
        _sync(target)
    os.rename(part, request.target)  # noqa: PTH104 - its error names the file
    folder = os.open(request.target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    progress(size, size)
    current = work.keys.current().version
    return Rewrapped(
        number, resumed, work.rewrapped, dict(work.before),
        {current: work.before.total()} if work.before else {}, current,
    )  # fmt: skip


def _resume(work: "_Work", source: BinaryIO, target: BinaryIO) -> int:
    """Skip what is done; how many lines. Half a line at the end is dropped.

    Raises:
        ConflictError: `rewrap-differs`.
    """
    done, end, last = 0, 0, b""
    for line in target:
        if not line.endswith(b"\n"):
            break
        done, end, last = done + 1, end + len(line), line
    target.truncate(end)
    target.seek(end)
    read = b""
    for number in range(1, done + 1):
        read = next(_lines(source), b"")
        work.look(read, number)
    if done and work.plain(read, done) != work.plain(last, done):
        raise ConflictError(
            "rewrap-differs",
            f"{target.name} was begun from another file, or with another --field or --context",
            fix="remove it to begin anew",
        )
    return done


class _Work:
    def __init__(self, room: Local, request: RewrapRequest) -> None:
        # By the verb of a rotation: what is compromised is what must be moved away from.
        self.keys = KeySet(room, request.address, Verb.ROTATE, request.reason)
        self.before: Counter[int] = Counter()
        self.rewrapped = 0
        self._fields = request.fields
        self._context = request.context

    def anew(self, line: bytes, number: int) -> bytes:
        """The line with all its ciphertexts under the current version."""
        return self._mapped(line, number, self._text_anew)

    def look(self, line: bytes, number: int) -> None:
        """Count the ciphertexts of a line by version."""
        self._mapped(line, number, lambda text, _context: self._counted(text))

    def plain(self, line: bytes, number: int) -> bytes:
        """The line with its ciphertexts opened, to compare; it goes nowhere else."""
        return self._mapped(line, number, lambda text, context: self._open(text, context).hex())

    def _mapped(self, line: bytes, number: int, change: Callable[[str, str], str]) -> bytes:
        if not line.strip():
            return b"\n"
        try:
            if not self._fields:
                return change(line.decode("ascii").strip(), self._context).encode() + b"\n"
            return self._mapped_row(line.rstrip(b"\r\n"), change) + b"\n"
        except RequestError as error:
            if error.code not in _OF_LINE:
                raise
            message = error.message
        except (ValueError, AttributeError, RecursionError):
            message = "it is no line of that form"
        raise InvalidError(
            "rewrap-line",
            f"line {number:,}: {message}",
            fix="mend the line, then run it again: what is done stays done",
        )

    def _mapped_row(self, line: bytes, change: Callable[[str, str], str]) -> bytes:
        """The text stays as it is but for the ciphertexts: numbers would not survive a decoder."""
        row = json.loads(line, object_pairs_hook=_once)
        for name in self._fields:
            text = row.get(name)
            if not isinstance(text, str):
                continue
            old, new = _quoted(text), _quoted(change(text, self._of_row(row)))
            if old not in line:
                raise ValueError  # it is spelled with escapes
            line = line.replace(old, new)
        return line

    def _of_row(self, row: dict[str, object]) -> str:
        def filled(slot: re.Match[str]) -> str:
            found = row.get(slot[1])
            if not isinstance(found, str | int) or isinstance(found, bool):
                raise InvalidError("context-invalid", "the context names a field that is not there")
            return str(found)

        return _SLOT.sub(filled, self._context)

    def _text_anew(self, text: str, context: str) -> str:
        parsed, current = ciphertext.parse(text), self.keys.current()
        self._counted(text)
        if parsed.key_id == current.id:
            return text
        data = self._open(text, context)
        self.rewrapped += 1
        if parsed.purpose is Purpose.DATA:
            return ciphertext.encrypt(current, data, context)
        return ciphertext.wrap(current, data, context)

    def _open(self, text: str, context: str) -> bytes:
        parsed = ciphertext.parse(text)
        if parsed.purpose is Purpose.SIGNATURE:
            raise InvalidError("ciphertext-malformed", "that is a signature and holds no data")
        return ciphertext.opened(self.keys.of(parsed), parsed, context)

    def _counted(self, text: str) -> str:
        self.before[self.keys.of(ciphertext.parse(text)).version] += 1
        return text


_OF_LINE: Final = frozenset(
    {"ciphertext-malformed", "ciphertext-refused", "ciphertext-key-unknown", "context-invalid"}
)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _quoted(text: str) -> bytes:
    return json.dumps(text).encode("ascii")


def _lines(source: BinaryIO) -> Iterator[bytes]:
    while line := source.readline(LINE_OCTETS_MAX + 1):
        if len(line) > LINE_OCTETS_MAX:
            raise LimitError("line-too-long", f"a line has at most {LINE_OCTETS_MAX:,} bytes")
        yield line


def _sync(target: BinaryIO) -> None:
    target.flush()
    os.fsync(target.fileno())
