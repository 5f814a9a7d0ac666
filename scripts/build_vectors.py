"""Rebuild vectors/*.json; `--check` only says which are stale.

Each module `vectors_*.py` beside this file has `build()`, which returns for every file its
list of vectors: `source`, `comment`, `input` and `expect`. Nothing in it is drawn at random
and nothing reads a clock, so that two runs write the same bytes.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any, Final

SCRIPTS: Final = Path(__file__).resolve().parent
VECTORS: Final = SCRIPTS.parent / "vectors"
KEYS: Final = {"source", "comment", "input", "expect"}


def build() -> dict[str, str]:
    """The text of each file by its name without `.json`."""
    texts: dict[str, str] = {}
    for module in sorted(SCRIPTS.glob("vectors_*.py")):
        files: dict[str, list[dict[str, Any]]] = importlib.import_module(module.stem).build()
        for name, vectors in files.items():
            wrong = [vector for vector in vectors if set(vector) != KEYS]
            if name in texts or wrong:
                raise SystemExit(f"{module.name}: {name} is built twice, or a vector's keys differ")
            texts[name] = json.dumps(vectors, indent=2, sort_keys=True, ensure_ascii=True) + "\n"
    return texts


def main() -> None:
    """Write what changed, or with `--check` name it and fail."""
    stale = []
    for name, text in sorted(build().items()):
        path = VECTORS / f"{name}.json"
        if not path.is_file() or path.read_text("utf-8") != text:
            stale.append(str(path.relative_to(VECTORS.parent)))
            if "--check" not in sys.argv[1:]:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, "utf-8")
    print("\n".join(stale) or "vectors are up to date")
    if stale and "--check" in sys.argv[1:]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
