"""IAM and STS by moto's server, over TLS, behind a door that knows who may enter.

moto itself answers inactive and deleted keys, and whoever signs wrongly. The door asks moto's
state for the key, its status and its secret, and for the policies of its user, as AWS does.
"""

import json
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

import pytest

from tests.services import process
from tests.services.tls import Authority

ACCOUNT: Final = "123456789012"
REGION: Final = "us-east-1"
EVERYTHING: Final = {"Effect": "Allow", "Action": "*", "Resource": "*"}


@dataclass
class Aws:
    """`lag` is how many calls a new key, or a change of a key's status, takes to be known."""

    port: int
    ca: str
    key_id: str = ""  # the administrator's
    key: str = ""
    lag: int = 0
    refused: list[str] = field(default_factory=list)  # the codes of what the door refused

    @property
    def url(self) -> str:
        """Where all services are."""
        return f"https://{process.HOST}:{self.port}"

    @property
    def state(self) -> Any:
        """IAM as moto keeps it."""
        from moto.iam.models import iam_backends

        return iam_backends[ACCOUNT]["aws"]

    def client(
        self, service: str, key_id: str | None = None, key: str | None = None, **more: Any
    ) -> Any:
        """A client of boto3; the administrator's without arguments."""
        import boto3

        return boto3.client(
            service, endpoint_url=self.url, region_name=REGION, verify=self.ca,
            aws_access_key_id=key_id or self.key_id, aws_secret_access_key=key or self.key, **more,
        )  # fmt: skip

    def login(self, *statements: Mapping[str, Any]) -> tuple[str, str, str]:
        """A fresh user who may do what `statements` say; a key of his: its id, and the key."""
        name = f"app_{secrets.token_hex(6)}"
        self.state.create_user(REGION, name)
        if statements:
            document = {"Version": "2012-10-17", "Statement": list(statements)}
            self.state.put_user_policy(name, "given", json.dumps(document))
        made = self.state.create_access_key(name)
        return name, made.access_key_id, made.secret_access_key

    def keys(self, user: str) -> dict[str, str]:
        """The ids of the keys of `user`, with their status."""
        return {key.access_key_id: key.status for key in self.state.list_access_keys(user)}

    def identity(self, key_id: str, key: str) -> str:
        """What STS says whose key that is; botocore's ClientError if it refuses."""
        arn: str = self.client("sts", key_id, key).get_caller_identity()["Arn"]
        return arn


class _Door:
    """WSGI before moto: refuses keys that are unknown, inactive, wrong or not allowed to."""

    def __init__(self, moto: Any) -> None:
        self.moto = moto
        self.aws: Aws | None = None
        self._told: dict[str, tuple[str | None, int | None]] = {}

    def __call__(
        self, environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], Any]
    ) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        refusal = self._refusal(environ, body)
        if refusal is None:
            answer: Iterable[bytes] = self.moto(environ, start)
            return answer
        code, message = refusal
        assert self.aws is not None
        self.aws.refused.append(code)
        text = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
            f"<Message>{message}</Message></Error><RequestId>fake</RequestId></ErrorResponse>"
        ).encode()
        start("403 Forbidden", [("Content-Type", "text/xml"), ("Content-Length", str(len(text)))])
        return [text]

    def _refusal(self, environ: dict[str, Any], body: bytes) -> tuple[str, str] | None:
        from moto.core.exceptions import AccessDeniedError, SignatureDoesNotMatchError
        from moto.iam.access_control import IAMRequest

        form = parse_qs(body.decode())
        headers = {
            name[5:].replace("_", "-").title(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        headers["Content-Type"] = environ["CONTENT_TYPE"]
        key_id = headers["Authorization"].partition("Credential=")[2].partition("/")[0]
        if self._status(key_id) != "Active":
            return "InvalidClientTokenId", "The security token included in the request is invalid."
        request = IAMRequest(
            account_id=ACCOUNT, method=environ["REQUEST_METHOD"], path=environ["PATH_INFO"],
            data={name: words[0] for name, words in form.items()}, body=body, headers=headers,
            action=form["Action"][0],
        )  # fmt: skip
        try:
            request.check_signature()
            request.check_action_permitted("*")
        except SignatureDoesNotMatchError:
            return "SignatureDoesNotMatch", "The request signature we calculated does not match."
        except AccessDeniedError:
            return "AccessDenied", f"User is not authorized to perform {form['Action'][0]}."
        return None

    def _status(self, key_id: str) -> str | None:
        """As the key is, or as it was as long as that has not got around."""
        assert self.aws is not None
        users = self.aws.state.list_users("/", None, None)
        found = (key for user in users for key in user.access_keys if key.access_key_id == key_id)
        key = next(found, None)
        if key is None:
            return None
        told, left = self._told.get(key_id, (None, None))
        left = self.aws.lag if left is None else left
        if key.status != told and left:
            self._told[key_id] = (told, left - 1)
            return told
        self._told[key_id] = (key.status, None)
        status: str = key.status
        return status


@pytest.fixture
def aws(authority: Authority, tmp_path: Path) -> Iterator[Aws]:
    """An account of this test's, with an administrator."""
    from moto.iam.models import iam_backends
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    iam_backends.reset()
    files = authority.certify(tmp_path, None)
    door = _Door(DomainDispatcherApplication(create_backend_app))
    server = make_server(
        process.HOST, 0, door, threaded=True, request_handler=MotoRequestHandler,
        ssl_context=(str(files.chain), str(files.key)),
    )  # fmt: skip
    account = door.aws = Aws(server.server_port, str(authority.ca))
    _, account.key_id, account.key = account.login(EVERYTHING)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield account
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
