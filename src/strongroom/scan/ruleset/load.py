"""The rules to scan with: those that are shipped, and the project's own beside them.

Each start of `scan --staged` comes through here, so what reads a project's file is imported
when there is one.
"""

from pathlib import Path
from typing import Final

from strongroom.scan.ruleset import packed
from strongroom.scan.ruleset.model import Example, Rule, RuleSet

FOLDER: Final = Path(__file__).parent.parent / "rules"
PACK: Final = "pack.jsonl"


def builtin() -> RuleSet:
    """The shipped rules."""
    return packed.unpack((FOLDER / PACK).read_bytes())


def sources() -> tuple[tuple[Rule, ...], tuple[Example, ...]]:
    """The shipped rules from their text, with their examples; far slower than `builtin`.

    Raises:
        ConfigError: `scan-rules-invalid`, naming file and rule.
    """
    from strongroom.scan.ruleset import files  # noqa: PLC0415 - see above

    texts = {path.name: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.toml"))}
    found = files.parse_all(texts)
    return found.rules, found.examples


def combined(file: Path | None) -> RuleSet:
    """The shipped rules and those of `file` beside them, as it says.

    A rule of the file replaces the shipped one of the same id. Files of gitleaks and Betterleaks
    are read as they are; `notes` of what is returned name what is not carried over.

    Raises:
        ConfigError: `scan-rules-invalid`, naming file and entry.
        MachineError: `scan-rules-unreadable`.
        NotFoundError: `scan-rules-not-found`.
    """
    pack = builtin()
    if file is None:
        return pack
    from strongroom.scan.ruleset import files, peers  # noqa: PLC0415 - see above

    document = files.document_of(file)
    if peers.is_foreign(document):
        return peers.combine(document, file, pack, files.document_of)
    said = files.of_document(document, str(file), [rule.id for rule in pack.rules])
    replaced = {rule.id for rule in said.rules} | set(said.disable)
    kept = [rule for rule in pack.rules if said.extend and rule.id not in replaced]
    own = [rule for rule in said.rules if rule.id not in said.disable]
    rules = (*kept, *own)
    return RuleSet(rules, packed.digest(rules), said.allows)
