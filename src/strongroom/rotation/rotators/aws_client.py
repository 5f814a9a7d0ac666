"""Calls of AWS that end in time, and what its errors mean for a rotation.

Nothing of the machine's own configuration of AWS is read: neither profiles nor endpoints nor keys.
"""

import logging
import os
import re
from collections.abc import Callable, Mapping
from functools import cache
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    ParamValidationError,
    ReadTimeoutError,
    SSLError,
)

from strongroom.errors import InvalidError
from strongroom.rotation.rotators.interface import (
    Credential,
    Fields,
    Job,
    TargetChangedError,
    TargetDeniedError,
    TargetError,
    TargetFullError,
    TargetTlsError,
    TargetUnreachableError,
)

REGION: Final = "us-east-1"
# The names of the two fields, as secrets of AWS have them.
PAIRS: Final = (
    ("access_key_id", "secret_access_key"),
    ("aws_access_key_id", "aws_secret_access_key"),
)
KEY_ID: Final = re.compile(r"[A-Z0-9]{16,128}")
REGION_NAME: Final = re.compile(r"[a-z0-9-]{1,32}")
REFUSED: Final = frozenset({
    "InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException", "AuthFailure",
    "InvalidAccessKeyId", "ExpiredToken", "MissingAuthenticationToken", "IncompleteSignature",
})  # fmt: skip
DENIED: Final = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
BUSY: Final = frozenset({
    "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException",
    "ServiceUnavailable", "ServiceFailure", "InternalFailure", "InternalError",
    "ConcurrentModification", "EntityTemporarilyUnmodifiable",
})  # fmt: skip
# A signature is refused for its time too, by the same code.
CLOCK: Final = ("expired", "not yet current")
ALONE: Final = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
_ONE: Final = Lock()  # a session makes one client at a time; a client is anybody's
# What it parses is written out at DEBUG, and one answer is a secret key.
logging.getLogger("botocore.parsers").addFilter(lambda record: record.levelno > logging.DEBUG)


class KeyRefusedError(TargetDeniedError):
    """AWS does not, or no longer, take this key."""

    def __init__(self) -> None:
        super().__init__("target-denied", "AWS refuses this key")


class GoneError(TargetChangedError):
    """AWS knows nothing of that name."""

    def __init__(self) -> None:
        super().__init__(
            "target-changed",
            "AWS knows no such user, or no such key of that user",
            fix="write the key that is valid now, and name its user: --option username=NAME",
        )


def pair(fields: Fields) -> tuple[str, str]:
    """The names of the fields for the key's id and the key.

    Raises:
        InvalidError: `target-field`.
    """
    for names in PAIRS:
        if all(fields.get(name) for name in names):
            return names
    raise InvalidError(
        "target-field",
        "the value is no access key of AWS",
        fix="it needs the fields access_key_id and secret_access_key",
    )


def key_id(credential: Credential) -> str:
    """The id of a key; it is no secret."""
    text = credential.fields[pair(credential.fields)[0]]
    if KEY_ID.fullmatch(text) is None:
        raise InvalidError("target-field", "the access key id is none")
    return text


def checked(job: Job) -> None:
    """Refuse an address or a region that cannot be; no I/O.

    Raises:
        InvalidError: `target-address`, `target-option`.
    """
    region(job)
    _endpoint(job)
    if job.option("tls", "verify") != "verify":
        raise InvalidError(
            "target-option", "keys of AWS are never sent without TLS that is verified"
        )


def region(job: Job) -> str:
    """The region whose endpoints are asked; of IAM it says the partition only."""
    name = job.option("region", REGION)
    if REGION_NAME.fullmatch(name) is None:
        raise InvalidError("target-option", "`region` is none", fix="such as eu-central-1")
    return name


class Aws:
    """AWS as the owner of one key meets it."""

    def __init__(self, job: Job, fields: Fields) -> None:
        self._job = job
        self._id, self._key = (fields[name] for name in pair(fields))
        self._clients: dict[str, Any] = {}

    def iam(self, operation: str, **words: object) -> Mapping[str, Any]:
        """One call of IAM, such as `list_access_keys`.

        Raises:
            KeyRefusedError: the key is refused. GoneError: no such user or key. TargetError: any other.
        """
        return self._call("iam", operation, words)

    def identity(self) -> str:
        """The ARN of whose key it is; this needs no permission.

        Raises:
            KeyRefusedError: the key is refused. TargetError: any other.
        """
        return str(self._call("sts", "get_caller_identity", {})["Arn"])

    def _call(self, service: str, operation: str, words: dict[str, object]) -> Mapping[str, Any]:
        problem: TargetError
        try:
            answer: Mapping[str, Any] = getattr(self._client(service), operation)(**words)
        except ClientError as error:
            problem = meant(error.response, operation)
        except SSLError:
            problem = TargetTlsError(
                "target-tls",
                "the certificate of the endpoint does not verify, or it speaks no TLS",
                fix="--option tls_ca=PATH, the authority that signed its certificate",
            )
        except (ConnectTimeoutError, ReadTimeoutError):
            problem = TargetUnreachableError("target-slow", "AWS did not answer in time")
        except ParamValidationError:
            problem = TargetDeniedError("target-denied", "AWS takes no such name")
        except (BotoCoreError, OSError, ValueError):
            problem = TargetUnreachableError(
                "target-unreachable", "nobody answers there as AWS does"
            )
        else:
            return answer
        # Outside of the handlers: what botocore raised may hold a part of the answer.
        raise problem

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            job = self._job
            config = Config(
                connect_timeout=job.timeout_s,
                read_timeout=job.timeout_s,
                retries={"total_max_attempts": 1},  # the engine tries again
                ignore_configured_endpoint_urls=True,
            )
            with _ONE:
                self._clients[service] = _session().create_client(
                    service, region_name=region(job), endpoint_url=_endpoint(job),
                    verify=_authority(job), aws_access_key_id=self._id,
                    aws_secret_access_key=self._key, config=config,
                )  # fmt: skip
        return self._clients[service]


@cache
def _session() -> Any:
    """It holds no key; to read its descriptions of AWS takes half a second."""
    return botocore.session.Session(session_vars=ALONE)


def meant(response: Mapping[str, Any], operation: str) -> TargetError:
    """The error for an answer that is one."""
    said = response.get("Error", {})
    code, message = str(said.get("Code", "")), str(said.get("Message", "")).lower()
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code == "RequestExpired" or (code in REFUSED and any(word in message for word in CLOCK)):
        return TargetUnreachableError(
            "target-busy", "AWS says that this machine's clock is wrong", fix="set the clock"
        )
    if code in REFUSED:
        return KeyRefusedError()
    if code in DENIED:
        action = "".join(word.capitalize() for word in operation.split("_"))
        return TargetDeniedError(
            "target-denied",
            f"the key that manages the others may not do iam:{action}",
            fix=f"allow iam:{action} on the user, in a policy of whoever has that key",
        )
    if code == "LimitExceeded":
        return TargetFullError("target-full", "the user has as many keys as AWS lets him have")
    if code == "NoSuchEntity":
        return GoneError()
    if code in BUSY or status >= 500:
        return TargetUnreachableError("target-busy", "AWS could not do it now", fix="try again")
    return TargetDeniedError("target-denied", f"AWS refused iam's {operation}")


def patiently(job: Job, pauses_s: tuple[float, ...], ask: Callable[[], bool]) -> bool:
    """Ask until it is so, with pauses: AWS says itself that a change takes a while to get around."""
    for pause_s in pauses_s:
        if ask():
            return True
        job.wait(pause_s)
    return ask()


def _endpoint(job: Job) -> str | None:
    """Another address than AWS's own; never without TLS."""
    address = job.target.address
    if not address:
        return None
    try:
        parts = urlsplit(address)
        good = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good, parts = False, urlsplit("")
    if (
        not good
        or "@" in parts.netloc
        or parts.query
        or parts.fragment
        or not address.isprintable()
    ):
        raise InvalidError(
            "target-address",
            "the address is no https://HOST",
            fix="leave it empty for AWS itself; keys are never sent without TLS",
        )
    return address


def _authority(job: Job) -> str | bool:
    path = job.option("tls_ca")
    if path and not os.access(path, os.R_OK):
        raise InvalidError("target-option", "the file that tls_ca names cannot be read")
    return path or True
