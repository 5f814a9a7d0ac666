"""Certificates for servers on loopback, by an authority that only a test trusts.

Each server's is for `127.0.0.1` alone, so that one server shows every refusal: who connects to
`localhost` finds another name than it asked for, who trusts the `stranger` another authority.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.services import process

if TYPE_CHECKING:
    import trustme

OTHER_NAME = "localhost"


@dataclass(frozen=True)
class Certificate:
    """Files of PEM; `chain` is the server's certificate, `key` its private key."""

    chain: Path
    key: Path


@dataclass(frozen=True)
class Authority:
    """`ca` is the file to trust; `stranger` is one that signed nothing."""

    signer: "trustme.CA"
    ca: Path
    stranger: Path

    def certify(self, place: Path, owner: tuple[int, int] | None) -> Certificate:
        """A certificate in `place` that `owner` can read."""
        issued = self.signer.issue_cert(process.HOST)
        files = Certificate(place / "server.crt", place / "server.key")
        files.key.write_bytes(issued.private_key_pem.bytes())
        files.chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        for path in (files.key, files.chain):
            path.chmod(0o600)
            if owner is not None:
                process.give(path, owner)
        return files


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority of this worker's servers."""
    return made(tmp_path_factory.mktemp("authority"))


def made(place: Path) -> Authority:
    """An authority whose files are in a folder."""
    import trustme  # here: every session imports this file

    signer = trustme.CA()
    ca, stranger = place / "ca.pem", place / "stranger.pem"
    signer.cert_pem.write_to_path(ca)
    trustme.CA().cert_pem.write_to_path(stranger)
    return Authority(signer, ca, stranger)
