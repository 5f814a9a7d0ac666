"""MySQL and MariaDB for Django: `"ENGINE": "strongroom.runtime.providers.django.mysql"`."""
