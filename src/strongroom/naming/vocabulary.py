"""Sets of words, written as prose is."""


def vocabulary(text: str) -> frozenset[str]:
    """The words of `text`, separated by blanks and lines."""
    return frozenset(text.split())
