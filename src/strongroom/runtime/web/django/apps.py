"""What Django calls when its applications are ready: masking, the system check, new keys."""

from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from strongroom.errors import ConfigError
from strongroom.runtime.masking import process
from strongroom.runtime.problems import Level, Problem
from strongroom.runtime.secret import Secret
from strongroom.runtime.web.service import Service
from strongroom.runtime.web.words import keys

GUARD: Final = "strongroom.runtime.web.django.middleware.Guard"
KEY: Final = "SECRET_KEY"
SETTING: Final = "STRONGROOM"


class StrongroomConfig(AppConfig):  # type: ignore[misc]  # the library is not typed here
    """`strongroom.runtime.web.django` in INSTALLED_APPS."""

    name = "strongroom.runtime.web.django"
    label = "strongroom"
    verbose_name = "Strongroom"

    def ready(self) -> None:
        """Mask what every command says, add the check, follow SECRET_KEY."""
        found = service()
        self.unmask = process.install(found.masker)
        checks.register(secrets_check, checks.Tags.security, deploy=True)
        found.on_rotate(KEY, _sign_with)


def service() -> Service:
    """The one that the settings name as STRONGROOM, otherwise one of `strongroom.toml`."""
    if not isinstance(getattr(settings, SETTING, None), Service):
        setattr(settings, SETTING, Service())
    found: Service = getattr(settings, SETTING)
    return found


def secrets_check(app_configs: Any, **options: Any) -> list[Any]:  # noqa: ARG001
    """`manage.py check --deploy`: every problem of every secret, and whether the guard is there."""
    try:
        found = [_message(problem) for problem in service().problems()]
    except ConfigError as error:
        found = [checks.Error(str(error), hint=error.fix, id="strongroom.E002")]
    if GUARD not in settings.MIDDLEWARE[:1]:
        hint = f"put {GUARD} first into MIDDLEWARE"
        found.append(
            checks.Warning("responses are not looked through", hint=hint, id="strongroom.W002")
        )
    return found


def _message(problem: Problem) -> Any:
    text, name = f"{problem.name} {problem.message} ({problem.clause})", problem.code
    if problem.level is Level.ERROR:
        return checks.Error(text, obj=name, id="strongroom.E001")
    return checks.Warning(text, obj=name, id="strongroom.W001")


def _sign_with(new: Secret) -> None:
    """Sign with the new key, and accept the old one in its grace. Django asks at each use."""
    current, others = keys(service().versions(KEY) or (new,))
    settings.SECRET_KEY_FALLBACKS = others
    settings.SECRET_KEY = current
