"""`python -m benchmarks.scan.corpus FOLDER [SEED]`: write the corpus and say what is in it."""

import sys
from pathlib import Path

from benchmarks.scan.corpus import build


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__)
        return 2
    seed = int(arguments[1]) if len(arguments) > 1 else build.SEED
    print(build.summary(build.write(Path(arguments[0]), seed)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
