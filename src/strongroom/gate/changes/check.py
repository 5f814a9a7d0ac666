"""That a check was run, and what it found: kept, and vouched for by the log."""

import hashlib
from dataclasses import dataclass
from typing import Final

from strongroom.crypto.keyring import new_id
from strongroom.db.tables.checks import CHECK_RUN, CheckRunRow
from strongroom.errors import LimitError
from strongroom.gate.writer import Applied, Change, Writer
from strongroom.model.principal import Verb

BODY_BYTES_MAX: Final = 4 * 1024 * 1024


@dataclass(frozen=True)
class RecordCheck(Change):
    """Keep a run of a check over `environments`; `body` is opaque here and holds no value."""

    environments: tuple[str, ...]
    policy_sha256: bytes
    as_of_us: int
    found: int
    body: bytes

    verb = Verb.AUDIT

    def apply(self, to: Writer) -> Applied:
        """Write the run. Its entry names the policy, the environments, and the body's SHA-256.

        Raises:
            LimitError: `check-too-large`.
        """
        if len(self.body) > BODY_BYTES_MAX:
            raise LimitError("check-too-large", "a check's findings are too many to be kept")
        id_ = new_id()
        row = CheckRunRow(
            id_, "\n".join(self.environments), self.policy_sha256, self.as_of_us, self.found,
            self.body, to.actor,
        )  # fmt: skip
        to.insert(CHECK_RUN, row)
        detail = {
            "policy": self.policy_sha256.hex(),
            "environments": " ".join(self.environments),
            "findings": str(self.found),
        }
        return Applied(
            id_, kind="check", object_id=hashlib.sha256(self.body).digest(), detail=detail
        )
