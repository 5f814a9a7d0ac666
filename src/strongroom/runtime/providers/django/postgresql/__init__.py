"""PostgreSQL for Django: `"ENGINE": "strongroom.runtime.providers.django.postgresql"`."""
