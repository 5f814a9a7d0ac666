"""What Django loads as the engine; it needs psycopg 3.

DATABASES = {"default": {
    "ENGINE": "strongroom.runtime.providers.django.postgresql",
    "NAME": "main", "USER": "app", "HOST": "db", "PASSWORD": login,
}}
"""

from django.db.backends.postgresql import base

from strongroom.runtime.providers.django.live import Live


class DatabaseWrapper(Live, base.DatabaseWrapper):  # type: ignore[misc]
    """`PASSWORD` may be a `Login`."""
