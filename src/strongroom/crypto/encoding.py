"""One unambiguous way to write several byte strings as one: for associated data and labels.

Every construction has its own label, and every part its length, so no two lists of parts
and no two uses of a key share an encoding. Format: docs/spec/envelope.md, section 2.
"""


def frame(label: bytes, *parts: bytes) -> bytes:
    """`u8 length ‖ label`, then `u32 length ‖ part` for each part, big-endian.

    Raises:
        OverflowError: the label is longer than 255 bytes or a part than 4 GiB.
    """
    return head(label) + fields(*parts)


def head(label: bytes) -> bytes:
    """The beginning of every frame with this label."""
    return len(label).to_bytes(1, "big") + label


def fields(*parts: bytes) -> bytes:
    """The rest of a frame: each part with its length before it."""
    return b"".join([piece for part in parts for piece in (len(part).to_bytes(4, "big"), part)])


def u32(number: int) -> bytes:
    """Four bytes, big-endian."""
    return number.to_bytes(4, "big")


def u64(number: int) -> bytes:
    """Eight bytes, big-endian."""
    return number.to_bytes(8, "big")
