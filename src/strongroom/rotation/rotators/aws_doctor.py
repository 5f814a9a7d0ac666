"""What is looked at in AWS before a rotation. To create a key is not tried: it would be there."""

from collections.abc import Callable
from typing import Final

from strongroom.rotation.rotators import aws_client, aws_keys
from strongroom.rotation.rotators.aws_client import Aws, GoneError, KeyRefusedError
from strongroom.rotation.rotators.aws_keys import INACTIVE, Keys
from strongroom.rotation.rotators.interface import Check, Credential, Job, TargetError
from strongroom.rotation.rotators.logins import found, stale

NOBODYS: Final = "AKIA" + "0" * 16  # an id that AWS gives to nobody


def examined(job: Job, current: Credential, managing: Aws) -> list[Check]:
    """Reach, the user and his keys, and what whoever manages them may do."""
    checks: list[Check] = []
    keys = Keys(job, managing)
    try:
        managing.identity()
        checks.append(found("reach", well=True, good="AWS answers over TLS"))
        there = keys.all()
        checks.append(_listed(aws_client.key_id(current), there))
        checks.append(_slots(keys, aws_client.key_id(current), there))
        checks += [
            _may("deactivate keys", lambda: keys.switch(NOBODYS, INACTIVE)),
            _may("delete keys", lambda: keys.delete(NOBODYS)),
            _may("see their last use", lambda: keys.last_use(NOBODYS)),
        ]
    except KeyRefusedError:
        checks.append(stale(admins=job.target.admin is not None))
    except TargetError as error:
        checks.append(found("reach", well=False, bad=error.message, fix=error.fix or ""))
    if job.target.admin is not None:
        checks.append(_login(job, current))
    return checks


def _listed(key: str, there: dict[str, str]) -> Check:
    return found(
        "user", well=key in there, good="the current key is his",
        bad="the current key is none of the user's",
        fix="--option username=NAME, or write the key that is valid now",
    )  # fmt: skip


def _slots(keys: Keys, current: str, there: dict[str, str]) -> Check:
    others = sorted(set(there) - {current})
    if not others or len(there) < aws_keys.SLOTS:
        return found("second key", well=True, good="there is a free place")
    unused = keys.last_use(others[0]) is None
    return found(
        "second key", well=unused,
        good=f"{others[0]} was never used: a rotation deletes it",
        bad=f"{others[0]} takes the place, and was used",
        fix=f"aws iam delete-access-key --access-key-id {others[0]}, when nobody needs it",
    )  # fmt: skip


def _may(what: str, act: Callable[[], object]) -> Check:
    """Try it on a key that is not there: AWS looks at the permission first."""
    try:
        act()
    except GoneError:
        pass
    except TargetError as error:
        return found(f"may {what}", well=False, bad=error.message, fix=error.fix or "")
    return found(f"may {what}", well=True, good="yes")


def _login(job: Job, current: Credential) -> Check:
    try:
        Aws(job, current.fields).identity()
    except KeyRefusedError:
        return stale(admins=False)
    except TargetError as error:
        return found("login", well=False, bad=error.message, fix=error.fix or "")
    return found("login", well=True, good="the current key is accepted")
