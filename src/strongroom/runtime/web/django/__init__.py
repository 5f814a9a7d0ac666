"""Django: an application, a middleware, and `secret("NAME")` for the settings.

INSTALLED_APPS = ["strongroom.runtime.web.django", ...]
MIDDLEWARE = ["strongroom.runtime.web.django.middleware.Guard", ...]
SECRET_KEY = secret("SECRET_KEY")
STRONGROOM = Service(AppSecrets)
"""

from strongroom.runtime.web.django.setting import secret

__all__ = ["secret"]
