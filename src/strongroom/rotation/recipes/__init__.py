"""Programs for the rotator `exec` that come with Strongroom: one module a provider.

`python -m strongroom.rotation.recipes NAME` reads a question of docs/spec/rotator-webhook.md and
writes the answer. They are meant to be read and copied as well.
"""

from typing import Final, NamedTuple


class Known(NamedTuple):
    """Where a recipe is, and the fields that it changes."""

    module: str
    name: str
    changes: str


RECIPES: Final = {
    "azure-app": Known("azure", "AzureApp", "client_secret,key_id"),
    "gcp-service-account": Known("gcp", "GcpServiceAccount", "value"),
    "sendgrid": Known("sendgrid", "SendGrid", "api_key,api_key_id"),
    "sentry": Known("sentry", "Sentry", "dsn,key_id"),
    "twilio": Known("twilio", "TwilioKey", "sid,secret"),
    "twilio-auth-token": Known("twilio", "TwilioAuthToken", "auth_token"),
}
