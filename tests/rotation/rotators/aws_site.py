"""An IAM user with one key, and an admin who may manage the keys of others and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import ClientError

from strongroom.rotation.contract import no_wait, plain_draw
from strongroom.rotation.rotators.interface import Credential, Fields, Job, Target
from tests.services.aws import Aws


def allowed(*actions: str) -> dict[str, object]:
    """A statement of a policy."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*"}


MANAGES = allowed(
    "iam:ListAccessKeys", "iam:CreateAccessKey", "iam:UpdateAccessKey", "iam:DeleteAccessKey",
    "iam:GetAccessKeyLastUsed",
)  # fmt: skip


@dataclass(frozen=True)
class Site:
    """`user` has the key `current`."""

    aws: Aws
    user: str
    admin: Fields
    current: Credential

    @classmethod
    def built(cls, aws: Aws, *own: dict[str, object]) -> "Site":
        """A fresh user, who may do what `own` says himself."""
        user, key_id, key = aws.login(*own)
        _, admin_id, admin_key = aws.login(MANAGES)
        fields = {"access_key_id": key_id, "secret_access_key": key, "region": "us-east-1"}
        admin = {"access_key_id": admin_id, "secret_access_key": admin_key}
        return cls(aws, user, admin, Credential(1, fields))

    def job(
        self, *, address: str | None = None, admin: Fields | None = None,
        wait: Callable[[float], None] = no_wait, timeout_s: float = 10.0, **options: str,
    ) -> Job:  # fmt: skip
        """A rotation; without an admin where `admin` is empty, not None."""
        words = {"username": self.user, "tls_ca": self.aws.ca, **options}
        fields = self.admin if admin is None else admin
        return Job(
            Target("aws", self.aws.url if address is None else address, words, fields or None),
            "production/app/AWS", "cloud-credential", {}, self.current, plain_draw, wait,
            timeout_s=timeout_s,
        )  # fmt: skip

    def works(self, credential: Credential) -> bool:
        """Whether an application gets in."""
        fields = credential.fields
        try:
            self.aws.identity(fields["access_key_id"], fields["secret_access_key"])
        except ClientError:
            return False
        return True

    def ids(self) -> dict[str, str]:
        """The user's keys with their status."""
        return self.aws.keys(self.user)

    def settled(self, lag: int) -> None:
        """What is there is known everywhere; each change takes `lag` calls from now on."""
        for fields in (self.admin, self.current.fields):
            self.aws.identity(fields["access_key_id"], fields["secret_access_key"])
        self.aws.lag = lag

    def used(self, at: datetime) -> None:
        """Let the last use of the current key be then."""
        from moto.iam.models import AccessKeyLastUsed

        key = self.aws.state.access_keys[self.current.fields["access_key_id"]]
        key.last_used = AccessKeyLastUsed(timestamp=at, service="s3", region="eu-central-1")

    def stranger(self) -> str:
        """The id of a key that somebody else made for the user, and uses."""
        made = self.aws.state.create_access_key(self.user)
        self.aws.identity(made.access_key_id, made.secret_access_key)
        return str(made.access_key_id)
