"""A `.env` looked over where it stands: its text, its rights, and git."""

from collections.abc import Mapping
from pathlib import Path

from strongroom.errors import ConfigError
from strongroom.runtime import files
from strongroom.runtime.env_file import guard, keep
from strongroom.runtime.env_file.lint import Remark, lint, tidy
from strongroom.runtime.problems import Level


def look(path: Path, environ: Mapping[str, str], *, order: bool = False) -> tuple[Remark, ...]:
    """All remarks, by line; what cannot be read at all is one of them.

    A file that is not there, as in CI, may still be in the history.
    """
    git = tuple(guard.remarks(path.name, guard.look(path, environ)))
    try:
        data, shared = files.octets(path, files.Links.REFUSE)
    except ConfigError as error:
        if error.code == "secret-file-missing":
            return (*git, Remark(0, "env-missing", "is not there", Level.WARNING))
        return (Remark(0, error.code, error.message),)
    found = list(git)
    if shared:
        found.append(Remark(0, "env-shared", "can be read by other users: chmod 600", fixable=True))
    return (*found, *lint(data, order=order))


def fixed(path: Path, environ: Mapping[str, str], *, order: bool = False) -> tuple[Remark, ...]:
    """Put right what can be, and say what is left. Values and names stay as they are.

    Raises:
        MachineError: as `keep` and `guard`.
    """
    codes = {one.code for one in look(path, environ, order=order) if one.fixable}
    if "env-not-ignored" in codes:
        guard.ignore(path)
    if codes - {"env-not-ignored", "env-shared"}:
        text = keep.read(path) or ""
        keep.replace(path, tidy(text))
    elif "env-shared" in codes:
        keep.protect(path)
    return look(path, environ, order=order)
