"""A declaration as a class, whose fields a type checker knows.

class AppSecrets(Declaration):
    SECRET_KEY: Secret = field(type="jwt")
    SENTRY_DSN: Secret | None = field(required=["production"])

secrets = AppSecrets.load()
sign(secrets.SECRET_KEY.reveal())
"""

import os
from collections.abc import Callable
from pathlib import Path
from types import UnionType
from typing import Any, Self, Union, get_args, get_origin, get_type_hints

from strongroom.runtime.declaration import Declared, declared
from strongroom.runtime.environment import Environment, current
from strongroom.runtime.problems import Problem
from strongroom.runtime.secret import Secret
from strongroom.runtime.validate import accepted, look


class _Field(dict[str, Any]):
    """What `field` was given, until the class is read."""


def field(
    *,
    type: str | None = None,  # noqa: A002 - as in strongroom.toml
    required: bool | list[str] = True,
    description: str = "",
) -> Any:
    """What is to be known of a field, as in `strongroom.toml`; a field may do without."""
    return _Field(type=type, required=required, description=description)


class Declaration:
    """Base of a class whose fields are secrets. Instances come from `load` only and do not change."""

    _warnings: tuple[Problem, ...]

    def __init__(self) -> None:
        raise TypeError(f"{type(self).__name__} is made by {type(self).__name__}.load()")

    @classmethod
    def declared(cls) -> tuple[Declared, ...]:
        """What the class declares, in its order.

        Raises:
            TypeError: a field that is neither a `Secret` nor a `Secret | None`.
            ConfigError: `declaration-invalid`.
        """
        found = []
        for name, kind in get_type_hints(cls).items():
            if name.startswith("_"):
                continue
            optional = get_origin(kind) in {Union, UnionType} and type(None) in get_args(kind)
            if kind is not Secret and not (
                optional and set(get_args(kind)) == {Secret, type(None)}
            ):
                raise TypeError(f"{cls.__name__}.{name} must be a Secret or a Secret | None")
            given = dict(getattr(cls, name, _Field()))
            if optional and given.get("required", True) is True:
                given["required"] = False
            found.append(declared(name, **given))
            if not optional and found[-1].required is not True:
                raise TypeError(f"{cls.__name__}.{name} may be missing: make it a Secret | None")
        return tuple(found)

    @classmethod
    def load(cls, *, environment: str | None = None) -> Self:
        """All values, checked.

        Raises:
            SecretsError: (a ValueError, exit code 78) `secrets-invalid`, with all problems.
            TypeError, ConfigError: as `declared`.
        """
        wanted = cls.declared()
        where = Environment(environment) if environment else current(os.environ)
        looked = look(wanted, where, Path())

        def find(name: str) -> Secret | None:
            found = looked.values.get(name)
            if found is None:
                return None
            return Secret(found.text, name=name, version=found.version)

        return cls.of(find, accepted(looked.problems))

    @classmethod
    def of(cls, find: Callable[[str], Secret | None], warnings: tuple[Problem, ...] = ()) -> Self:
        """The values that `find` gives; whoever calls it has checked them."""
        made = cls.__new__(cls)
        vars(made).update({one.name: find(one.name) for one in cls.declared()}, _warnings=warnings)
        return made

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What did not keep it from loading."""
        return self._warnings

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} does not change")

    def __repr__(self) -> str:
        shown = ", ".join(str(value) for name, value in vars(self).items() if name[0] != "_")
        return f"{type(self).__name__}({shown})"
