"""Settings, read once when the application starts."""

import os

from app.secret_source import get_secret

SECRET_KEY = os.getenv("SECRET_KEY", "dev-secret-key-change-in-production")
API_KEY = get_secret("API_KEY", default="dev-key")
DATABASE_URL = get_secret("DATABASE_URL", required=True)
REDIS_PASSWORD = get_secret("REDIS_PASSWORD", required=True)
SENTRY_DSN = os.getenv("SENTRY_DSN")

# Settings that only sound like secrets.
TOKEN_EXPIRE_MINUTES = int(os.getenv("TOKEN_EXPIRE_MINUTES", "30"))
PASSWORD_MIN_LENGTH = int(os.getenv("PASSWORD_MIN_LENGTH", "16"))
SECRET_MANAGER_REGION = os.getenv("SECRET_MANAGER_REGION", "eu-central-1")
API_KEY_HEADER = "X-API-Key"
LOG_LEVEL = os.getenv("LOG_LEVEL", "INFO")

# A public key is for everybody.
PUBLIC_KEY = """-----BEGIN PUBLIC KEY-----
THIS/IS/NOT/A/REAL/PUBLIC/KEY/AND/VERIFIES/NOTHING==
-----END PUBLIC KEY-----"""
