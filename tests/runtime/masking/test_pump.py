"""Bytes through real pipes."""

import io
import os
import secrets
import threading

import pytest

from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.masking.pump import pump

VALUE = secrets.token_urlsafe(40)


@pytest.fixture
def masker() -> Masker:
    found = Masker()
    found.add("API_KEY", VALUE)
    return found


class Pipes:
    """A pump between two pipes, in a thread."""

    def __init__(self, masker: Masker) -> None:
        self.source, self.write = os.pipe()
        self.read, self.target = os.pipe()
        self.masker = masker
        self.failed: OSError | None = None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        try:
            with os.fdopen(self.source, "rb") as source, os.fdopen(self.target, "wb") as target:
                pump(source, target, self.masker)
        except OSError as error:
            self.failed = error

    def rest(self) -> bytes:
        os.close(self.write)
        parts = []
        while part := os.read(self.read, 65536):
            parts.append(part)
        self.thread.join()
        return b"".join(parts)


def test_a_value_over_two_writes_is_masked(masker: Masker) -> None:
    pipes = Pipes(masker)
    os.write(pipes.write, b"key=" + VALUE[:20].encode())
    assert os.read(pipes.read, 100) == b"key="
    os.write(pipes.write, VALUE[20:].encode() + b"\n")

    assert pipes.rest() == b"[API_KEY]\n"


def test_a_prompt_is_shown_before_more_comes(masker: Masker) -> None:
    """It ends with the first character of a value, and nothing follows until it is answered."""
    pipes = Pipes(masker)
    prompt = b"Continue? " + VALUE[:1].encode()
    os.write(pipes.write, prompt)
    seen = b""
    while len(seen) < len(prompt):
        seen += os.read(pipes.read, 100)

    assert seen == prompt
    assert pipes.rest() == b""


def test_what_is_held_at_the_end_is_not_lost(masker: Masker) -> None:
    pipes = Pipes(masker)
    os.write(pipes.write, b"ends with " + VALUE[:9].encode())

    assert pipes.rest() == b"ends with " + VALUE[:9].encode()


def test_much_passes_whole_and_masked(masker: Masker) -> None:
    pipes = Pipes(masker)
    data = secrets.token_bytes(3_000_000)
    given: list[bytes] = []
    reader = threading.Thread(target=lambda: given.append(pipes.rest()))

    def write() -> None:
        view = memoryview(data + VALUE.encode())
        while view:
            view = view[os.write(pipes.write, view) :]

    writer = threading.Thread(target=write)
    writer.start()
    parts: list[bytes] = []
    while sum(len(part) for part in parts) < len(data):
        parts.append(os.read(pipes.read, 65536))
    writer.join()
    reader.start()
    reader.join()

    assert b"".join([*parts, *given]) == data + b"[API_KEY]"


def test_a_reader_that_went_away_is_an_error_of_the_machine(masker: Masker) -> None:
    pipes = Pipes(masker)
    os.close(pipes.read)
    os.write(pipes.write, b"anything\n")
    pipes.thread.join()
    os.close(pipes.write)

    assert isinstance(pipes.failed, BrokenPipeError)


def test_a_stream_that_is_no_descriptor_is_masked(masker: Masker) -> None:
    target = io.BytesIO()
    pump(io.BytesIO(b"key=" + VALUE.encode()), target, masker)

    assert target.getvalue() == b"key=[API_KEY]"
