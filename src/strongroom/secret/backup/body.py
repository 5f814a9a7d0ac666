"""The body of a backup: the database in chunks, each sealed for its place in this backup.

The key is the backup's own, so numbers serve as nonces: chunk `i` is sealed once. The last
chunk says that it is the last, so that a body that ends early is no body.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strongroom.crypto.aead import InvalidTag
from strongroom.crypto.encoding import frame
from strongroom.errors import IntegrityError
from strongroom.secret.backup.manifest import TAG_BYTES, Manifest

_LABEL: Final = b"strongroom/backup-chunk/v1"
Progress = Callable[[int], None]  # bytes of the database so far


def quiet(done_bytes: int) -> None:
    """Nobody is watching."""
    del done_bytes


def seal(
    source: BinaryIO, target: BinaryIO, manifest: Manifest, key: bytes, progress: Progress = quiet
) -> str:
    """Write the body of what `source` holds to `target`; SHA-256 over it, in hex.

    Raises:
        IntegrityError: `backup-source-short`: `source` ends before `database_bytes`.
    """
    cipher, aad, sha = AESGCM(key), _aad(manifest), hashlib.sha256()
    hashed: Future[None] | None = None
    # Hashing takes as long as all the rest, and lets go of the interpreter.
    with ThreadPoolExecutor(1) as beside:
        for index, size in enumerate(_sizes(manifest)):
            plain = source.read(size)
            if len(plain) != size:
                raise IntegrityError("backup-source-short", "the copy of the database ended early")
            chunk = cipher.encrypt(_nonce(manifest, index), plain, aad)
            if hashed is not None:
                hashed.result()
            hashed = beside.submit(sha.update, chunk)
            target.write(chunk)
            progress(index * manifest.chunk_bytes + size)
    return sha.hexdigest()


def opened(source: BinaryIO, manifest: Manifest, key: bytes) -> Iterator[bytes]:
    """The database, chunk by chunk; each is what was sealed, or the iteration ends in an error.

    Raises:
        IntegrityError: `backup-body-changed`, with the chunk and the bytes where it stands;
            `backup-cut-short`.
    """
    cipher, aad, sha = AESGCM(key), _aad(manifest), hashlib.sha256()
    at = 0
    for index, size in enumerate(_sizes(manifest)):
        chunk = source.read(size + TAG_BYTES)
        if len(chunk) != size + TAG_BYTES:
            raise IntegrityError("backup-cut-short", "the backup ended while it was read")
        sha.update(chunk)
        try:
            plain = cipher.decrypt(_nonce(manifest, index), chunk, aad)
        except InvalidTag:
            raise _changed(
                f"chunk {index + 1} of {manifest.chunks}, bytes {at:,} to {at + len(chunk) - 1:,}"
                " of the body"
            ) from None
        at += len(chunk)
        yield plain
    # Each chunk was its own already; this says that the manifest is about this very body.
    if not hmac.compare_digest(sha.hexdigest(), manifest.body_sha256):
        raise _changed("its SHA-256 is not the manifest's")


def _sizes(manifest: Manifest) -> Iterator[int]:
    for index in range(manifest.chunks):
        yield min(manifest.chunk_bytes, manifest.database_bytes - index * manifest.chunk_bytes)


def _nonce(manifest: Manifest, index: int) -> bytes:
    return index.to_bytes(11, "big") + bytes((index == manifest.chunks - 1,))


def _aad(manifest: Manifest) -> bytes:
    return frame(_LABEL, manifest.room_id, manifest.backup_id)


def _changed(where: str) -> IntegrityError:
    return IntegrityError(
        "backup-body-changed",
        f"the backup was changed or damaged: {where}",
        fix="use another copy of it, or an earlier backup",
    )
