"""What a folder holds that isn't looked at unless everything is asked for; the one place.

Names are compared without regard to case. Lock files are looked at: the address of a
private registry in them may hold credentials. Pictures, sounds and fonts are recognised by
content, and their front is looked at (`content.MEDIA_HEAD`).
"""

from typing import Final

# Other people's code, and what tools made of ours.
FOLDERS: Final = frozenset({
    "node_modules", "bower_components", "jspm_packages", "site-packages", "__pycache__",
    ".venv", ".tox", ".nox", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis",
    ".eggs", ".gradle", ".m2", ".yarn", ".pnpm-store", ".hg", ".svn", ".bzr", ".jj",
})  # fmt: skip
GIT: Final = ".git"
# Bytes of a machine: what they are compiled from is looked at.
_COMPILED: Final = (".pyc", ".pyo", ".woff", ".woff2", ".ttf", ".otf", ".eot")


def folder(name: str) -> bool:
    """Whether a folder of this name is left out."""
    return name.lower() in FOLDERS


def file(name: str) -> bool:
    """Whether a file of this name is left out."""
    return name.lower().endswith(_COMPILED)
