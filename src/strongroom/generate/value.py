"""What a generator gives back."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Generated:
    """A fresh value, and how hard it is to guess.

    `bits` is log2 of the number of values that were equally likely; for key pairs it is
    the strength that the best known attack leaves. `public` is the public half of a pair.
    """

    value: str = field(repr=False)
    bits: float
    format: str
    public: str | None = None
