"""A source for pydantic-settings that no `ValidationError` can repeat a value of.

pydantic puts its whole input into an error, other fields included, and so do its JSON and its
list of errors. Here every value of a field is a `Secret` before pydantic sees it.
"""

import os
from typing import Any

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from strongroom.runtime.environment import current
from strongroom.runtime.lookup import process_sources
from strongroom.runtime.secret import Secret


class SecretsSource(PydanticBaseSettingsSource):  # type: ignore[misc]  # the library is not typed here
    """Fields of type `Secret` from where the process has its secrets; other fields are left alone.

    Put it first in `settings_customise_sources`, and give `guarded` the other sources: they would
    hand over the same variables as text.
    """

    def __init__(self, settings: type[BaseSettings]) -> None:
        super().__init__(settings)
        self._sources = process_sources(current(os.environ))

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        """The value of one field, its key, and that it is not to be parsed as JSON."""
        if not is_secret(field):
            return None, field_name, False
        for name in (field_name.upper(), field_name):
            found = self._sources.find(name)
            if found is not None:
                return Secret(found.value, name=name), field_name, False
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """All that was found."""
        found: dict[str, Any] = {}
        for name, field in self.settings_cls.model_fields.items():
            value, key, _ = self.get_field_value(field, name)
            if value is not None:
                found[key] = value
        return found


def guarded(settings: type[BaseSettings], *others: Any) -> tuple[Any, ...]:
    """`SecretsSource` before `others`, which no longer give fields that are secrets."""
    names = {name for name, field in settings.model_fields.items() if is_secret(field)}
    return (SecretsSource(settings), *(_Without(other, names) for other in others))


def is_secret(field: Any) -> bool:
    """Whether a field's type is `Secret`, or has it in a union."""
    kind = field.annotation
    return kind is Secret or Secret in getattr(kind, "__args__", ())


class _Without:
    """A source less some fields."""

    def __init__(self, source: Any, names: set[str]) -> None:
        self._source = source
        self._names = names

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def __call__(self) -> dict[str, Any]:
        return {k: v for k, v in self._source().items() if k not in self._names}
