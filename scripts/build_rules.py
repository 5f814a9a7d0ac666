"""Rebuild scan/rules/pack.jsonl from the rules' text; `--check` only says whether it is stale."""

import sys

from strongroom.scan.ruleset import load, packed


def main(arguments: list[str]) -> int:
    """Write the pack, or with `--check` only compare it."""
    rules, _ = load.sources()
    path, text = load.FOLDER / load.PACK, packed.pack(rules)
    stale = not path.exists() or path.read_text("utf-8") != text
    if stale:
        print(path.name)
    if "--check" in arguments:
        return int(stale)
    path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
