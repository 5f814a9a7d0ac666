"""What to look for: the forms of known values as bytes, none of them long."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from strongroom.forms import CHARS_MIN, beginning, binary_forms, forms

# A longer form is looked for in pieces, so that a stream holds back little and ends soon.
OCTETS_MAX: Final = 128


@dataclass(frozen=True, slots=True)
class Pattern:
    """`octets` to look for, whose they are, and how values go on that start like this."""

    octets: bytes = field(repr=False)
    label: str
    rests: tuple[bytes, ...] = field(default=(), repr=False)


def of_text(value: str, label: str) -> Iterator[Pattern]:
    """Every pattern of a value that is text; none when it is too short."""
    found = forms(value)
    if not found:
        return
    for form in found:
        yield from pieces(form.text.encode("utf-8", "surrogatepass"), label)
    head = beginning(value)
    if head is not None:
        octets = value.encode("utf-8", "surrogatepass")
        cut = len(head.encode("utf-8", "surrogatepass"))
        yield Pattern(octets[:cut], label, (octets[cut:],))


def of_bytes(value: bytes, label: str) -> Iterator[Pattern]:
    """Every pattern of a value that is no text; none when it is too short."""
    if len(value) >= CHARS_MIN:
        yield from pieces(value, label)
    for form in binary_forms(value):
        yield from pieces(form.text.encode(), label)


def pieces(octets: bytes, label: str) -> Iterator[Pattern]:
    """`octets` in pieces of at most `OCTETS_MAX`; the last one reaches back to be as long."""
    for start in range(0, len(octets), OCTETS_MAX):
        at = max(0, min(start, len(octets) - OCTETS_MAX))
        yield Pattern(octets[at : at + OCTETS_MAX], label)


def unique(patterns: Iterable[Pattern]) -> tuple[Pattern, ...]:
    """Each text once; where two values share a form, the first one's label stands for both."""
    found: dict[bytes, Pattern] = {}
    for pattern in patterns:
        other = found.setdefault(pattern.octets, pattern)
        rests = (*other.rests, *(rest for rest in pattern.rests if rest not in other.rests))
        if rests != other.rests:
            found[pattern.octets] = replace(other, rests=rests)
    return tuple(found.values())
