"""The access keys of one IAM user: AWS lets him have two, active or not."""

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, NamedTuple

from strongroom.errors import InvalidError
from strongroom.rotation.rotators.aws_client import Aws, GoneError, KeyRefusedError
from strongroom.rotation.rotators.interface import (
    Job,
    TargetChangedError,
    TargetDeniedError,
    TargetUnreachableError,
)

SLOTS: Final = 2
NAME: Final = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
ACTIVE: Final = "Active"
INACTIVE: Final = "Inactive"
NEVER: Final = "N/A"


class LastUse(NamedTuple):
    """When and for what a key was used last; `now` is AWS's own clock."""

    at: datetime
    now: datetime
    service: str
    region: str


class Keys:
    """The keys of the user that the job is about, managed by whoever `aws` is."""

    def __init__(self, job: Job, aws: Aws) -> None:
        self._aws = aws
        self._managed = job.target.admin is not None
        self._who = {"UserName": name} if (name := user(job)) else {}

    def all(self) -> dict[str, str]:
        """Ids with their status.

        Raises:
            GoneError: there is no such user. TargetError: any other.
        """
        found = self._ask("list_access_keys", **self._who)["AccessKeyMetadata"]
        return {str(row["AccessKeyId"]): str(row["Status"]) for row in found}

    def create(self) -> tuple[str, str]:
        """A new key: its id, and the key.

        Raises:
            TargetFullError: there is no free slot. TargetError: any other.
        """
        made = self._ask("create_access_key", **self._who)["AccessKey"]
        return str(made["AccessKeyId"]), str(made["SecretAccessKey"])

    def switch(self, key: str, status: str) -> None:
        """Make a key active or inactive."""
        self._ask("update_access_key", **self._who, AccessKeyId=key, Status=status)

    def delete(self, key: str) -> None:
        """For good; one that is gone is deleted."""
        try:
            self._ask("delete_access_key", **self._who, AccessKeyId=key)
        except GoneError:
            return

    def last_use(self, key: str) -> LastUse | None:
        """None: never, as far as AWS knows yet; that may lag."""
        try:
            answer = self._ask("get_access_key_last_used", AccessKeyId=key)
        except GoneError:
            return None
        said = answer.get("AccessKeyLastUsed", {})
        at = said.get("LastUsedDate")
        if not isinstance(at, datetime):
            return None
        return LastUse(
            at, clock(answer), str(said.get("ServiceName", "")), str(said.get("Region", ""))
        )

    def clear(self, current: str, previous: str) -> str:
        """Free the slot beside `current`; the id of a key that stays there, or empty.

        A key that nobody here knows and that was never used is what an interrupted rotation left;
        `previous` goes if it is inactive, since it is retired then.

        Raises:
            TargetChangedError: `current` is not there. TargetError: any other.
        """
        found = self.all()
        if current not in found:
            raise TargetChangedError(
                "target-changed",
                "the current key is none of the user's",
                fix="write the key that is valid now, or --option username=NAME",
            )
        others = [key for key in found if key != current]
        if len(found) < SLOTS:
            return ""
        for key in others:
            left = key != previous and self.last_use(key) is None
            if left or (key == previous and found[key] == INACTIVE):
                self.delete(key)
                return ""
        return others[0]

    def _ask(self, operation: str, **words: object) -> Mapping[str, Any]:
        try:
            return self._aws.iam(operation, **words)
        except KeyRefusedError:
            if self._managed:
                raise TargetDeniedError(
                    "target-admin-refused",
                    "AWS refuses the target's admin credential",
                    fix="write the key that is valid now to that secret",
                ) from None
            raise TargetChangedError(
                "target-changed",
                "AWS refuses the key that manages its own user",
                fix="write the key that is valid now",
            ) from None


def user(job: Job) -> str:
    """The user's name: the option or the field; empty where the key manages its own user.

    Raises:
        InvalidError: `target-option`, `target-field`.
    """
    fields = {} if job.current is None else job.current.fields
    name = job.option("username") or fields.get("username") or fields.get("user") or ""
    if not name and job.target.admin is not None:
        raise InvalidError(
            "target-option", "whose keys they are is not said", fix="--option username=NAME"
        )
    if name and NAME.fullmatch(name) is None:
        raise InvalidError("target-option", "the user's name is none that IAM takes")
    return name


def clock(answer: Any) -> datetime:
    """AWS's own time, as its answer gives it.

    Raises:
        TargetUnreachableError: it gives none.
    """
    try:
        return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    except (KeyError, TypeError, ValueError):
        raise TargetUnreachableError(
            "target-unreachable", "the answer of AWS says no time"
        ) from None
