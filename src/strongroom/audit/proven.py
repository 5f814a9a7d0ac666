"""Proofs as documents: one entry under a checkpoint, or one checkpoint behind another.

A document holds all that is needed to check it but the log's public key, which comes from
whoever checks. Format: docs/spec/audit-proof.md.
"""

import hashlib
from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from strongroom.audit import detail as details
from strongroom.audit.checkpoint import Checkpoint, open_by_one_of
from strongroom.audit.entry import Entry, decode
from strongroom.audit.note import VerifierKey
from strongroom.audit.proof import verify_consistency, verify_inclusion
from strongroom.audit.tree import leaf_hash
from strongroom.errors import AuditBrokenError, InvalidError

FORMAT: Final = "strongroom-proof/1"
DOCUMENT_BYTES_MAX: Final = 256 * 1024


class Detail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The erasable part of an entry: salt in hex, the blob as it is kept."""

    salt: str
    blob: str


class Inclusion(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="proof", tag="inclusion",
    omit_defaults=True,
):  # fmt: skip
    """That `leaf` (hex) stands at `place` of the log that `checkpoint` signs.

    `path` are the hashes from the leaf to the root, lowest first, in hex.
    """

    format: Literal["strongroom-proof/1"]
    place: int
    leaf: str
    path: list[str]
    checkpoint: str
    detail: Detail | None = None


class Consistency(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="proof", tag="consistency",
):  # fmt: skip
    """That the log that `new` signs begins with the one that `old` signs."""

    format: Literal["strongroom-proof/1"]
    old: str
    new: str
    path: list[str]


class Included(msgspec.Struct, frozen=True):
    """What an inclusion proof has shown. `detail` is None where the proof holds none."""

    place: int
    entry: Entry
    detail: dict[str, str] | None
    checkpoint: Checkpoint


class Continued(msgspec.Struct, frozen=True):
    """What a consistency proof has shown."""

    old: Checkpoint
    new: Checkpoint


Proof = Inclusion | Consistency
_decoder: Final[msgspec.json.Decoder[Proof]] = msgspec.json.Decoder(Proof)


def encode(proof: Proof) -> bytes:
    """The document: JSON, indented, with a newline at the end."""
    return msgspec.json.format(msgspec.json.encode(proof), indent=2) + b"\n"


def decode_proof(document: bytes) -> Proof:
    """Read a document; nothing is believed of it yet.

    Raises:
        InvalidError: `proof-malformed`.
    """
    if len(document) > DOCUMENT_BYTES_MAX:
        raise _malformed()
    try:
        return _decoder.decode(document)
    except (msgspec.MsgspecError, ValueError):
        # The cause quotes what it could not read.
        raise _malformed() from None


def check(
    proof: Proof, key: VerifierKey, earlier: Sequence[VerifierKey] = ()
) -> Included | Continued:
    """What `proof` shows under `key`, or one of `earlier`: of instances that its log goes on from.

    Raises:
        InvalidError: `proof-malformed`.
        AuditBrokenError: `inclusion-proof`, `consistency-proof`, `proof-detail`, those of
            `open_note` and of `entry.decode`: it does not show it.
    """
    path = [_unhex(step) for step in proof.path]
    if isinstance(proof, Consistency):
        old, rest = open_by_one_of(proof.old, (*earlier, key))
        new, _ = open_by_one_of(proof.new, rest)
        verify_consistency(old.size, new.size, old.root, new.root, path)
        return Continued(old, new)
    leaf = _unhex(proof.leaf)
    signed, _ = open_by_one_of(proof.checkpoint, (*earlier, key))
    verify_inclusion(leaf_hash(leaf), proof.place, signed.size, path, signed.root)
    entry = decode(leaf)
    return Included(proof.place, entry, _detail(proof.detail, entry), signed)


def _detail(found: Detail | None, entry: Entry) -> dict[str, str] | None:
    if found is None:
        return None
    salt, blob = _unhex(found.salt), found.blob.encode()
    if len(salt) != details.SALT_BYTES or hashlib.sha256(salt + blob).digest() != entry.detail:
        raise AuditBrokenError("proof-detail", "the detail is not the one of this entry")
    return details.decode(blob)


def _unhex(text: str) -> bytes:
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raise _malformed() from None
    if raw.hex() != text:  # one spelling: no capitals, no spaces
        raise _malformed()
    return raw


def _malformed() -> InvalidError:
    return InvalidError(
        "proof-malformed",
        "this is not a proof about an audit log",
        fix="give the whole document that `strongroom audit prove` wrote",
    )
