"""Rotates by a signed POST to a service of your own. The words are those of `protocol`."""

from collections.abc import Callable
from time import time_ns
from typing import Final

from strongroom.errors import InvalidError
from strongroom.rotation.rotators import https, protocol
from strongroom.rotation.rotators.interface import (
    Job,
    TargetDeniedError,
    TargetUnreachableError,
)
from strongroom.rotation.rotators.spoken import Spoken

_BUSY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_REFUSED: Final = frozenset({401, 403})


class WebhookRotator(Spoken):
    """Asks the URL that is the target's address, signed as Standard Webhooks are.

    Option `tls_ca` is the file of an authority of one's own.
    """

    kind = "webhook"

    def __init__(self, clock_s: Callable[[], int] = lambda: time_ns() // 1_000_000_000) -> None:
        # The other side compares it with its own clock, so it is the true time or nothing.
        self._clock_s = clock_s

    def _ready(self, job: Job) -> None:
        https.place(job.target.address)
        protocol.signing_key(_key(job))

    def _how(self, job: Job) -> str:
        return f"POST {job.target.address}"

    def _send(self, job: Job, id_: str, body: bytes) -> bytes:
        key = protocol.signing_key(_key(job))
        headers = protocol.sign(key, id_, self._clock_s(), body)
        headers |= {"content-type": "application/json", "user-agent": "strongroom"}
        reply = https.send(
            https.place(job.target.address),
            "POST",
            headers=headers,
            body=body,
            timeout_s=job.timeout_s,
            ca=job.option("tls_ca"),
        )
        if reply.status == 200:
            return reply.body if reply.kind == "application/json" else b""
        if reply.status in _REFUSED:
            raise TargetDeniedError(
                "target-admin-refused",
                "the receiver refuses the signature",
                fix="the same signing_key on both sides, and clocks that differ by under 5 minutes",
            )
        if reply.status in _BUSY:
            raise TargetUnreachableError("target-busy", f"the receiver answers {reply.status}")
        raise TargetDeniedError(
            "target-denied",
            f"the receiver answers {reply.status} where the protocol has 200",
            fix="the address is that of the receiver itself; a redirect is not followed",
        )


def _key(job: Job) -> str:
    admin = job.target.admin or {}
    key = admin.get("signing_key", admin.get("value"))
    if key is None:
        raise InvalidError(
            "target-field",
            "the target's admin secret needs the field `signing_key`",
            fix="its form is whsec_ and 24 to 64 random bytes in base64",
        )
    return key
