"""A `.env` looked over where it stands: its text, its rights, and git."""

from collections.abc import Mapping
from pathlib import Path

from strongroom.errors import ConfigError
from strongroom.runtime import files
from strongroom.runtime.env_file import guard, keep
from strongroom.runtime.env_file.lint import Remark, lint, tidy


def look(path: Path, environ: Mapping[str, str], *, order: bool = False) -> tuple[Remark, ...]:
    """All remarks, by line; what cannot be read at all is one of them.

    Raises:
        ConfigError: `secret-file-missing`.
    """
    try:
        data, shared = files.octets(path, files.Links.REFUSE)
    except ConfigError as error:
        if error.code == "secret-file-missing":
            raise
        return (Remark(0, error.code, error.message),)
    found = list(guard.remarks(path.name, guard.look(path, environ)))
    if shared:
        found.append(Remark(0, "env-shared", "can be read by other users: chmod 600", fixable=True))
    return (*found, *lint(data, order=order))


def fixed(path: Path, environ: Mapping[str, str], *, order: bool = False) -> tuple[Remark, ...]:
    """Put right what can be, and say what is left. Values and names stay as they are.

    Raises:
        ConfigError: `secret-file-missing`. MachineError: as `keep` and `guard`.
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
