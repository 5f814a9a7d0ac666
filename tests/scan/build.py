"""Folders with made up secrets in them, and a rule that finds those."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from strongroom.scan.ruleset.model import Rule, RuleSet
from strongroom.scan.sources.folder import FilePart, Folder
from strongroom.scan.worker import Recipe

ACME = RuleSet((Rule("acme-token", "Acme token", r"\bacme_[0-9a-f]{32}\b"),), "a" * 64)
RECIPE = Recipe(ACME)


def token() -> str:
    return f"acme_{secrets.token_hex(16)}"


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@dataclass(frozen=True)
class Folders:
    """Each folder is a part, however small."""

    folders: tuple[Path, ...]

    def parts(self, jobs: int) -> Sequence[FilePart]:
        assert jobs
        return [part for folder in self.folders for part in Folder(folder).parts(1)]
