"""What is wrong with the secrets of a process: all of it at once, and never a value."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from strongroom.errors import ConfigError


class Level(StrEnum):
    """An error keeps a process from starting, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """`API_KEY is not set (P-8.7)`. `code` is for machines and stays."""

    name: str
    code: str
    message: str
    clause: str
    level: Level = Level.ERROR

    def __str__(self) -> str:
        hint = ", warning" if self.level is Level.WARNING else ""
        return f"{self.name} {self.message} ({self.clause}{hint})"


class SecretsError(ConfigError, ValueError):
    """The secrets cannot be used. It is a `ValueError` too, as the policy's examples raise."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        fix: str | None = None,
        problems: tuple[Problem, ...] = (),
    ) -> None:
        super().__init__(code, message, fix=fix)
        self.problems = problems


class MissingSecretError(SecretsError):
    """A secret that must be there is not."""


def missing(name: str, fix: str) -> MissingSecretError:
    """`name` is nowhere, and must be somewhere."""
    return MissingSecretError("secret-missing", f"{name} is required and not set (P-8.7)", fix=fix)


def ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Errors first, then by name."""
    return tuple(sorted(problems, key=lambda p: (p.level, p.name, p.code)))


def failure(problems: tuple[Problem, ...], fix: str) -> SecretsError:
    """One error that says all of them, one in a line."""
    count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'} with secrets"
    lines = "".join(f"\n  {problem}" for problem in problems)
    return SecretsError("secrets-invalid", f"{count}:{lines}", fix=fix, problems=problems)
