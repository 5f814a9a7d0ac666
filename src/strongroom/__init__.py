"""Strongroom runs a company's written secrets policy.

Importing this package costs next to nothing: applications import it at start-up. What they use of
it is loaded when it is first asked for.
"""

TYPE_CHECKING = False  # `typing` takes longer to import than everything here
if TYPE_CHECKING:
    from strongroom.runtime.client import Secrets
    from strongroom.runtime.lookup import get_secret
    from strongroom.runtime.problems import MissingSecretError, Problem, SecretsError
    from strongroom.runtime.secret import Secret
    from strongroom.runtime.validate import validate_secrets

__all__ = [
    "MissingSecretError",
    "Problem",
    "Secret",
    "Secrets",
    "SecretsError",
    "__version__",
    "get_secret",
    "validate_secrets",
]

__version__ = "0.1.0"
_WHERE = {
    "MissingSecretError": "problems",
    "Problem": "problems",
    "Secret": "secret",
    "Secrets": "client",
    "SecretsError": "problems",
    "get_secret": "lookup",
    "validate_secrets": "validate",
}


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - when something is asked for

    found: object = getattr(import_module(f"strongroom.runtime.{_WHERE[name]}"), name)
    globals()[name] = found  # so that this is asked once
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
