"""Count which letters follow one another in words, for the scanner's judgement of values.

Usage: build_bigrams.py > src/strongroom/scan/engine/bigrams.py

The text is Python's own standard library: prose of docstrings and comments, and the names
that programmers give. Another release gives nearly the same table, so it is not rebuilt by CI.
"""

import math
import re
import sysconfig
import textwrap
from collections import Counter
from itertools import pairwise
from pathlib import Path

LETTERS = "abcdefghijklmnopqrstuvwxyz"
EDGE = "."  # before and behind a word
_WORD = re.compile(r"[A-Z]?[a-z]{2,15}")


def main() -> None:
    """Print the module."""
    counts: Counter[tuple[str, str]] = Counter()
    folder = Path(sysconfig.get_paths()["stdlib"])
    for path in sorted(folder.glob("*.py")):
        for word in _WORD.findall(path.read_text("utf-8", "replace")):
            counts.update(pairwise(f"{EDGE}{word.lower()}{EDGE}"))
    alphabet = EDGE + LETTERS
    rows = []
    for first in alphabet:
        total = sum(counts[first, second] for second in alphabet) + len(alphabet) / 2
        bits = [-math.log2((counts[first, second] + 0.5) / total) for second in alphabet]
        rows.append("".join(LETTERS[min(15, round(b))] for b in bits))
    body = "\n".join(textwrap.wrap("".join(rows), 27))
    print('"""How rare it is that a letter follows another in a word.')
    print()
    print("A row for each letter before, `.` (a word's edge) first, then a to z; in it a letter")
    print("for each letter behind: its bits, `a` for 0, `p` for 15 and more. Made by")
    print('scripts/build_bigrams.py from Python\'s standard library.\n"""')
    print()
    print("from typing import Final")
    print()
    print('TABLE: Final = """')
    print(body)
    print('"""')


if __name__ == "__main__":
    main()
