"""A compiled policy as the room keeps it: the public JSON form, so that it can be read for ever."""

import msgspec

from strongroom.errors import TamperedError
from strongroom.model.policy import Policy


def encode(policy: Policy) -> bytes:
    """The bytes to keep beside the document's own."""
    return msgspec.json.encode(policy)


def decode(data: bytes) -> Policy:
    """Read what `encode` wrote, by this release or an earlier one.

    Raises:
        TamperedError: `policy-malformed`.
    """
    try:
        return msgspec.json.decode(data, type=Policy)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise TamperedError(
            "policy-malformed", "the policy that the room keeps cannot be read"
        ) from None
