"""What Django loads as the engine; it needs mysqlclient, or PyMySQL with `pymysql.install_as_MySQLdb()`.

DATABASES = {"default": {
    "ENGINE": "strongroom.runtime.providers.django.mysql",
    "NAME": "main", "USER": "app", "HOST": "db", "PASSWORD": login,
}}
"""

from typing import Any

from django.db.backends.mysql import base

from strongroom.runtime.providers import pymysql
from strongroom.runtime.providers.django.live import Live
from strongroom.runtime.providers.login import Credentials


class DatabaseWrapper(Live, base.DatabaseWrapper):  # type: ignore[misc]
    """`PASSWORD` may be a `Login`."""

    def options(self, credentials: Credentials) -> dict[str, Any]:
        """As `Live`; the two drivers write text differently."""
        if base.Database.__name__ == "pymysql":
            return pymysql.options(credentials)
        return super().options(credentials)
