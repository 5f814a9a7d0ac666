"""Output is copied as it comes, masked, to its end or the command's."""

import io
import os
import secrets

from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.run.pump import Pump

VALUE = "v" + secrets.token_urlsafe(24)


def masker() -> Masker:
    made = Masker()
    made.add("API_KEY", VALUE)
    return made


def test_what_comes_in_pieces_is_masked() -> None:
    source, write = os.pipe()
    target = io.BytesIO()
    pump = Pump(source, target, masker())
    pump.start()
    for octet in f"a {VALUE} b\n".encode():
        os.write(write, bytes([octet]))
    os.close(write)
    pump.finish()

    assert target.getvalue() == b"a [API_KEY] b\n"
    assert pump.error is None


def test_a_stream_that_stays_open_is_copied_as_far_as_it_is_there() -> None:
    source, write = os.pipe()
    target = io.BytesIO()
    pump = Pump(source, target, masker())
    os.write(write, f"last words of {VALUE[:8]}".encode())
    pump.start()
    pump.finish()
    os.close(write)

    assert target.getvalue() == f"last words of {VALUE[:8]}".encode()


def test_the_writer_is_told_when_the_reader_is_gone() -> None:
    source, write = os.pipe()
    reader, full = os.pipe()
    os.close(reader)
    with os.fdopen(full, "wb", buffering=0) as target:
        pump = Pump(source, target, masker())
        pump.start()
        os.write(write, b"x\n" * 100)
        pump._thread.join()
        assert isinstance(pump.error, BrokenPipeError)
        try:
            os.write(write, b"more")
        except BrokenPipeError:
            told = True
    pump.finish()
    os.close(write)

    assert told
