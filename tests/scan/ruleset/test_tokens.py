import pytest

from strongroom.scan.engine.checksums import CHECKSUMS
from strongroom.scan.engine.structure import STRUCTURES
from strongroom.scan.model import Validity
from strongroom.scan.ruleset.draw import Draw
from strongroom.scan.ruleset.tokens import MAKERS


@pytest.mark.parametrize(
    ("checksum", "maker", "words"),
    [
        ("github", "github", ["ghp_"]),
        ("vercel", "github", ["vcp_", "50"]),
        ("grafana", "grafana", []),
        ("atlassian", "atlassian", ["ATATT3xFfGF0", "171"]),
        ("atlassian", "atlassian", ["ATBB", "24"]),
        ("cloudflare", "cloudflare", ["cfut_"]),
        ("gitlab", "gitlab", ["glpat-"]),
        ("strongroom", "strongroom", ["api_live"]),
        ("bech32", "bech32", ["AGE-SECRET-KEY-", "32"]),
        ("bech32", "bech32", ["nsec", "32"]),
        ("base58check", "base58check", ["80", "32", "01"]),
        ("stellar", "stellar", []),
    ],
)
def test_a_token_with_a_checksum_has_the_right_one(
    checksum: str, maker: str, words: list[str]
) -> None:
    token = MAKERS[maker](Draw("seed"), words).encode()

    assert CHECKSUMS[checksum](token)
    changed = token[:-1] + (b"2" if token[-1:] != b"2" else b"3")
    assert not CHECKSUMS[checksum](changed)


@pytest.mark.parametrize(
    ("structure", "maker", "words"),
    [
        ("jwt", "jwt", []),
        ("jwt", "jwt-long", []),
        ("jwt", "jwe", []),
        ("pem", "pem", ["RSA PRIVATE KEY"]),
        ("pem", "pem", ["PRIVATE KEY", "n"]),
        ("pem", "pem", ["OPENSSH PRIVATE KEY"]),
        ("pem", "pgp", []),
        ("putty", "putty", []),
        ("pypi-macaroon", "macaroon", []),
        ("aws-key-id", "aws-key", ["AKIA"]),
        ("sentry", "sentry", []),
        ("grafana-cloud", "grafana-cloud", []),
        ("grafana-cloud", "grafana-key", []),
        ("onepassword", "onepassword", []),
        ("mapbox", "mapbox", ["sk"]),
        ("discord", "discord", []),
        ("basic-auth", "basic", []),
        ("jfrog-reference", "jfrog-reference", []),
        ("atlassian-pat", "atlassian-dc", []),
        ("uuid", "uuid", []),
        ("service-account", "service-account", []),
    ],
)
def test_a_token_with_a_structure_is_well_formed(
    structure: str, maker: str, words: list[str]
) -> None:
    for seed in range(20):
        token = MAKERS[maker](Draw(str(seed)), words).encode()
        assert STRUCTURES[structure](token) is Validity.WELL_FORMED


def test_words_and_numbers() -> None:
    assert len(MAKERS["words"](Draw("a"), ["12"]).split()) == 12
    assert len(MAKERS["numbers"](Draw("a"), ["64"]).split(", ")) == 64
