"""boto3: each request is signed with the key that is valid when it is made.

login = Login(secrets, username="AWS_ACCESS_KEY_ID", password="AWS_SECRET_ACCESS_KEY")
client = session(login, region_name="eu-central-1").client("s3")
"""

from threading import local
from typing import Any

from strongroom.runtime.providers.login import Credentials, Login
from strongroom.runtime.rejected import AWS_CODES


def session(login: Login, **options: Any) -> Any:
    """A `boto3.Session` whose clients sign by `login`, and sign once more after a refusal."""
    import boto3  # noqa: PLC0415 - the application has it
    import botocore.session  # noqa: PLC0415
    from botocore.credentials import Credentials as Fixed  # noqa: PLC0415
    from botocore.credentials import ReadOnlyCredentials  # noqa: PLC0415

    class LiveCredentials(Fixed):  # type: ignore[misc]
        def __init__(self) -> None:
            self.method, self.token, self.account_id = "strongroom", None, None
            self.given = local()  # a request is signed, and its answer judged, in one thread

        @property
        def access_key(self) -> str:
            return login.read().username or ""

        @property
        def secret_key(self) -> str:
            return login.read().password

        def get_frozen_credentials(self) -> Any:
            now = self.given.now = login.read()  # both at once, so that they belong together
            return ReadOnlyCredentials(now.username or "", now.password, None, None)

    live = LiveCredentials()

    class LiveProvider:
        METHOD = CANONICAL_NAME = "strongroom"

        def load(self) -> Any:
            return live

    def refused(response: Any = None, attempts: int = 1, **_: Any) -> int | None:
        code = None if response is None else response[1].get("Error", {}).get("Code")
        given = getattr(live.given, "now", Credentials(None, ""))
        if code in AWS_CODES and attempts == 1 and login.again(given) is not None:
            return 0  # after no seconds
        return None

    core = botocore.session.get_session()
    core.get_component("credential_provider").providers.insert(0, LiveProvider())
    core.register("needs-retry", refused)
    return boto3.Session(botocore_session=core, **options)
