"""Which secrets an application has, said once: in `strongroom.toml`, or as a class. No values."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from strongroom import dotenv
from strongroom.errors import ConfigError
from strongroom.generate.kinds import Kind, classify
from strongroom.runtime import files, tables
from strongroom.runtime.environment import Environment
from strongroom.runtime.masking.masker import NAME_CHARS_MAX

FILE: Final = tables.FILE
SECRETS_MAX: Final = 1_000
_KEYS: Final = ("type", "required", "description")
_HINT: Final = f"a table has {', '.join(_KEYS)}; see docs/guide/runtime.md"
_ENVIRONMENT: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class Declared:
    """One secret. `required` is where: everywhere, nowhere, or in these environments."""

    name: str
    kind: Kind | None = None
    required: bool | tuple[str, ...] = True
    description: str = ""

    def required_in(self, environment: Environment) -> bool:
        """Whether it must have a value there."""
        if isinstance(self.required, bool):
            return self.required
        same = {environment.name.lower()}
        same |= {"development"} if environment.development else set()
        same |= {"production"} if environment.production else set()
        return any(one.lower() in same for one in self.required)


def declared(name: str, **more: Any) -> Declared:
    """A secret by its name; its kind is what the name says when nothing is given.

    Raises:
        ConfigError: `declaration-invalid`: a name, type or key that is none. No value is repeated.
    """
    if not dotenv.NAME.fullmatch(name) or len(name) > NAME_CHARS_MAX:
        raise _invalid(f"a name has 1 to {NAME_CHARS_MAX} letters, figures, `_`, `.` and `-`")
    unknown = set(more) - set(_KEYS)
    if unknown:
        extra = "a declaration holds no values" if unknown & {"value", "default"} else _HINT
        raise _invalid(f"{name}: unknown key: {extra}")
    required = more.get("required", True)
    if isinstance(required, list):
        required = tuple(required)
    places = required if isinstance(required, tuple) else ()
    if not isinstance(required, bool | tuple) or not all(map(_is_environment, places)):
        raise _invalid(f"{name}: `required` is true, false or a list of environments")
    description = more.get("description", "")
    if not isinstance(description, str):
        raise _invalid(f"{name}: `description` is text")
    return Declared(name, _kind(name, more.get("type")), required, description)


def load(path: Path) -> tuple[Declared, ...]:
    """What `path` declares, in its order.

    Raises:
        ConfigError: `declaration-missing`, `declaration-invalid`, or as `files.read`.
    """
    if not path.exists():
        raise ConfigError(
            "declaration-missing",
            f"there is no {path}",
            fix=f"write a table [secrets.NAME] for each secret into {FILE}",
        )
    document, said = None, ""
    import tomllib  # noqa: PLC0415 - most start without the file

    try:
        document = tomllib.loads(files.read(path).text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
    if document is None:
        # Only where: what stands there may be a value that does not belong into this file. Nor
        # is the parser's error kept as a context, which may hold all of it.
        where = re.search(r"\(at [a-z0-9 ,]+\)", said)
        raise _invalid(f"{path} is no TOML {where[0] if where else ''}".strip())
    tables = document.get("secrets", {})
    if not isinstance(tables, dict) or not tables:
        raise _invalid(f"{path} has no table [secrets.NAME]")
    if len(tables) > SECRETS_MAX:
        raise _invalid(f"{path} has more than {SECRETS_MAX} secrets")
    found = []
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise _invalid(
                f"{path}: each secret is a table: {_HINT}; a declaration holds no values"
            )
        found.append(declared(name, **table))
    return tuple(found)


def _kind(name: str, text: object) -> Kind | None:
    if text is None:
        return classify(name)
    if not isinstance(text, str) or text not in set(Kind):
        raise _invalid(f"{name}: `type` is one of {', '.join(Kind)}")
    return Kind(text)


def _is_environment(text: object) -> bool:
    return isinstance(text, str) and _ENVIRONMENT.fullmatch(text) is not None


def _invalid(message: str) -> ConfigError:
    return ConfigError("declaration-invalid", message, fix="correct the declaration")
