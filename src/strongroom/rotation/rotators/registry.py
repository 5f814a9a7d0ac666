"""Which rotator does what: ours by name, other people's by the entry points `strongroom.rotators`.

An entry point names a class or function that takes nothing and gives a `Rotator`. Nothing of a
rotator is imported before it is asked for, since each brings a driver with it.
"""

from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from strongroom.errors import ConfigError, NotFoundError
from strongroom.rotation.rotators.interface import Rotator

GROUP: Final = "strongroom.rotators"
# kind: module in this folder, class, and the extra that brings its driver
OURS: Final[dict[str, tuple[str, str, str]]] = {
    "apikey": ("apikey", "ApiKeyRotator", ""),
    "aws-iam": ("aws_iam", "AwsIamRotator", "aws"),
    "datakey": ("datakey", "DataKeyRotator", ""),
    "exec": ("exec", "ExecRotator", ""),
    "jwt": ("jwt", "JwtRotator", ""),
    "manual": ("manual", "ManualRotator", ""),
    "mariadb": ("mariadb", "MariadbRotator", "mysql"),
    "mysql": ("mysql", "MysqlRotator", "mysql"),
    "postgresql": ("postgresql", "PostgresqlRotator", "postgres"),
    "rabbitmq": ("rabbitmq", "RabbitmqRotator", "rabbitmq"),
    "redis": ("redis_acl", "RedisRotator", "redis"),
    "versions": ("versions", "VersionsRotator", ""),
    "webhook": ("webhook", "WebhookRotator", ""),
}


def kinds() -> list[str]:
    """What a target's rotator can be, by name."""
    return sorted({*OURS, *_theirs()})


@cache
def find(kind: str) -> Rotator:
    """The rotator of that name.

    Raises:
        NotFoundError: `rotator-unknown`. ConfigError: `rotator-unusable`.
    """
    if kind in OURS:
        module, name, extra = OURS[kind]
        try:
            loaded = import_module(f"strongroom.rotation.rotators.{module}")
        except ImportError:
            raise ConfigError(
                "rotator-unusable",
                f"the driver that {kind} needs is not installed",
                fix=f"pip install 'strongroom[{extra}]'",
            ) from None
        ours: Rotator = getattr(loaded, name)()
        return ours
    point = _theirs().get(kind)
    if point is None:
        raise NotFoundError(
            "rotator-unknown",
            "there is no rotator of that name",
            fix=f"one of: {', '.join(kinds())}",
        )
    try:
        made: Rotator = point.load()()
    except Exception as error:  # noqa: BLE001 - another's code may raise anything
        raise ConfigError(
            "rotator-unusable", f"the rotator {kind} could not be loaded: {type(error).__name__}"
        ) from None
    return made


def _theirs() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}
