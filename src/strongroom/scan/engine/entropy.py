"""How irregular some text is."""

from math import log2


def entropy(text: bytes) -> float:
    """Shannon's entropy of the octets, in bits for each; 0 for nothing."""
    size = len(text)
    if not size:
        return 0.0
    return log2(size) - sum(n * log2(n) for n in map(text.count, set(text))) / size
